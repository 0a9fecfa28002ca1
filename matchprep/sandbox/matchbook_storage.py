"""The storage beside Matchbook's server: lists are published to it, exports fetched from it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from matchprep.sandbox.body import keep
from matchprep.sandbox.loopback import FAULTS, is_here, opener
from matchprep.sandbox.world import World

#: Seconds that the signed address of an export is good for.
EXPIRES_S = 3600
_PATIENCE_S = 20.0
_PIECE = 1 << 20


def fetch(url: str, target: Path) -> str | None:
    """Fetch a list as Matchbook does, from this machine only.

    Args:
        url: Where it is.
        target: Where to keep it.

    Returns:
        What went wrong, in the words for users; null when all went well.
    """
    if not is_here(url):
        return "The sandbox fetches from this machine only."
    try:
        with opener().open(url, timeout=_PATIENCE_S) as answer, target.open("wb") as file:
            while piece := answer.read(_PIECE):
                file.write(piece)
    except FAULTS:
        return "We could not fetch the CSV from its URL."
    return None


def sign(key: str, name: str, now: float) -> str:
    """Sign the address of an export.

    Args:
        key: The server's secret.
        name: The export.
        now: The time.

    Returns:
        The query of its address.
    """
    expires = str(int(now) + EXPIRES_S)
    return urlencode({"expires": expires, "signature": _signature(key, name, expires)})


def is_signed(key: str, name: str, query: Mapping[str, str], now: float) -> bool:
    """Say whether an address was signed and is still good.

    Args:
        key: The server's secret.
        name: The export.
        query: The query of its address.
        now: The time.

    Returns:
        Whether it may be fetched.
    """
    expires = query.get("expires", "")
    right = _signature(key, name, expires)
    given = query.get("signature", "")
    return hmac.compare_digest(given.encode(), right.encode()) and int(expires) > now


def _signature(key: str, name: str, expires: str) -> str:
    return hmac.new(key.encode(), f"{name}\n{expires}".encode(), hashlib.sha256).hexdigest()


def drop_routes(world: World) -> list[Route]:
    """Make the routes that take a list, give it, and take it away.

    Args:
        world: The sandbox.

    Returns:
        The routes.
    """

    def kept(request: Request) -> Path:
        name = "\n".join(request.path_params[part] for part in ("job", "file"))
        return world.folder / f"drop-{hashlib.sha256(name.encode()).hexdigest()}"

    async def put(request: Request) -> Response:
        if fault := _fault(request):
            return fault
        return Response(status_code=200 if await keep(request, kept(request)) else 400)

    async def get(request: Request) -> Response:
        path = kept(request)
        return FileResponse(path, media_type="text/csv") if path.is_file() else _error(404, "NoSuchKey")

    async def delete(request: Request) -> Response:
        kept(request).unlink(missing_ok=True)
        return Response(status_code=204)

    path = "/matchbook-{job}/{file}"
    return [
        Route(path, put, methods=["PUT"]),
        Route(path, get, methods=["GET"]),
        Route(path, delete, methods=["DELETE"]),
    ]


def _fault(request: Request) -> Response | None:
    """Refuse what such storage refuses, and a key of the provider that strayed here."""
    if "authorization" in request.headers:
        return _error(400, "KeyOfTheProviderWasSentHere")
    if "transfer-encoding" in request.headers:
        return _error(501, "NotImplemented")
    return None if "content-length" in request.headers else _error(411, "MissingContentLength")


def _error(status: int, code: str) -> Response:
    return Response(f"<Error><Code>{code}</Code></Error>", status, media_type="application/xml")
