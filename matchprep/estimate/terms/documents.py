"""Find the module that speaks a provider's terms, and the schema of what it says."""

from __future__ import annotations

import json
from importlib import import_module, resources
from importlib.util import find_spec
from typing import Any

from matchprep.estimate.terms.basis import Basis


def provider_terms(provider: str, basis: Basis) -> dict[str, Any] | None:
    """State a forecast as the provider would answer.

    Args:
        provider: Its id.
        basis: The figures.

    Returns:
        A document with the provider's own field names; null where none is known.
    """
    name = f"{__package__}.{provider}"
    if find_spec(name) is None:
        return None
    document: dict[str, Any] = import_module(name).document(basis)
    return document


def terms_schema(provider: str) -> dict[str, Any]:
    """Give the JSON Schema of a provider's answer, made from its documents.

    Args:
        provider: Its id.

    Returns:
        The schema, as of draft 2020-12.
    """
    text = resources.files(__package__).joinpath(f"{provider}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
