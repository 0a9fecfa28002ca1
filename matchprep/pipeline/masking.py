"""A request as it may be shown: secrets and people masked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from matchprep.providers import Call

MASK = "***"
_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key"})
#: What holds values of people in the documents that are sent.
_OF_PEOPLE = frozenset({"columnvalues"})
#: Addresses that may be signed.
_ADDRESSES = frozenset({"url", "callback_url", "insight_callback_url", "webhook"})


def masked(call: Call) -> dict[str, Any]:
    """Show a request without what nobody else may see.

    Args:
        call: The request.

    Returns:
        Method, path, headers, query, body, form and files; each secret and each value of a person is `***`.
    """
    shown: dict[str, Any] = {"method": call.method, "path": call.path}
    shown["headers"] = {
        name: MASK if name.casefold() in _SECRET_HEADERS else value for name, value in call.headers.items()
    }
    shown["params"] = _hidden(dict(call.params))
    body = call.json
    if call.secrets:
        body = {name: MASK if name in call.secrets else value for name, value in body.items()}
    shown["json"] = _hidden(body)
    shown["data"] = {name: _form(name, value) for name, value in (call.data or {}).items()}
    shown["files"] = {
        name: f"{file} ({path.stat().st_size:,} bytes, {kind})"
        for name, (file, path, kind) in call.files.items()
    }
    return {name: value for name, value in shown.items() if value}


def _hidden(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        if name.casefold() in _OF_PEOPLE:
            return {key: [MASK for _ in samples] for key, samples in value.items()}
        return {key: _hidden(one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [_hidden(one) for one in value]
    if name.casefold() in _ADDRESSES and isinstance(value, str):
        return value.partition("?")[0] + ("?***" if "?" in value else "")
    return value


def _form(name: str, text: str) -> str:
    """Mask a form's field; JSON in it is masked inside."""
    try:
        document = json.loads(text)
    except ValueError:
        return str(_hidden(text, name))
    if not isinstance(document, (dict, list)):
        return str(_hidden(text, name))
    return json.dumps(_hidden(document, name), ensure_ascii=False)
