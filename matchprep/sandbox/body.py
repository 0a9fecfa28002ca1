"""What a request holds, whatever was sent."""

from __future__ import annotations

from typing import Any

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request


class _Id(IntegerConvertor):
    """A number in a path: `{audience:id}`. Longer ones than a database has are none."""

    regex = "[0-9]{1,18}"


register_url_convertor("id", _Id())


async def json_of(request: Request) -> dict[str, Any]:
    """Read a body as a JSON document.

    Args:
        request: The request.

    Returns:
        The document; an empty one when the body is none.
    """
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
