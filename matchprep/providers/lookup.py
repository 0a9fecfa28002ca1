"""What a provider can be asked before, and besides, a submission: its lists, its credits, its audiences.

The look-ups of a provider are in the module `<id>_lookups`, under the name `LOOK_UPS`. None of them changes
or costs anything, and none gives a value of a person or a signed address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

Entry = Mapping[str, Any]
#: What a term does: the provider searches for it; entries without it are left out here; or it names the one.
Takes = Literal["search", "filter", "id", "number"]


@dataclass(frozen=True)
class LookUp:
    """Something that can be looked up.

    Args:
        says: What it gives, in a line.
        entries: Asks for them; given the client and the term, where that is not only a filter.
        takes: What the term does: `id` and `number` name one thing, and are needed.
    """

    says: str
    entries: Callable[[Any, str | None], Iterable[Entry]]
    takes: Takes = "filter"


def look_ups_of(provider: str) -> Mapping[str, LookUp]:
    """Name what a provider can be asked.

    Args:
        provider: Its id.

    Returns:
        Look-ups by name; none where its documents describe none.
    """
    module = f"matchprep.providers.{provider}_lookups"
    if find_spec(module) is None:
        return {}
    found: Mapping[str, LookUp] = import_module(module).LOOK_UPS
    return found


def chosen(document: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Take what may be shown out of a document.

    Args:
        document: As the provider tells it.
        names: What may be shown.

    Returns:
        Those that it has, in this order.
    """
    return {name: document[name] for name in names if document.get(name) is not None}
