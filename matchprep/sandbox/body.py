"""The body of a request, whatever was sent."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request


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
