"""The door of a provider's server: every call is let in, or refused, in the same way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
#: What is answered to whoever may not come in; null for whoever may.
Refusal: TypeAlias = Callable[[Request], Response | None]


def behind(
    refusal: Refusal, handlers: Mapping[tuple[str, str], Handler], *, kind: type[Route] = Route
) -> list[Route]:
    """Make the routes of a server, each behind its door.

    Args:
        refusal: Asked before every call.
        handlers: By path and method.
        kind: Of route.

    Returns:
        The routes, in this order.
    """
    return [
        kind(path, _guarded(handler, refusal), methods=[method], name=getattr(handler, "__name__", None))
        for (path, method), handler in handlers.items()
    ]


def _guarded(handler: Handler, refusal: Refusal) -> Handler:
    async def call(request: Request) -> Response:
        return refusal(request) or await handler(request)

    return call
