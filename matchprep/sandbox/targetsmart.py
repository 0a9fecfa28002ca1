"""TargetSmart's server, and the storage that its signed addresses lead to, on a port of its own.

Source: the SmartMatch service endpoint. The answers of the storage are those of Amazon S3, which the
document names.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from matchprep.sandbox.body import keep
from matchprep.sandbox.door import Handler, behind
from matchprep.sandbox.targetsmart_results import write_result
from matchprep.sandbox.webhooks import call_webhook
from matchprep.sandbox.world import Plays, World

#: The account of the sandbox. Not secret: nothing is behind it.
ACCOUNT = {"api_key": "sandbox-key"}
_SIGNING_KEY = b"sandbox"
#: Seconds that a signed address is good for.
EXPIRES_IN_S = 3600.0
POLL_EVERY_S = 30.0
#: Seconds after the upload that the result is there.
READY_AFTER_S = 90.0
_FLAGS = ("include_email", "include_landline", "include_wireless", "include_voip")
_TYPES = {"csv": "text/csv", "zip": "application/zip", "gzip": "application/gzip"}


@dataclass
class Registered:
    """A file that was registered."""

    params: Mapping[str, str]
    uploaded: Path | None = None
    at: float = 0.0
    result: Path | None = None


@dataclass
class Desk:
    """What the server remembers."""

    files: dict[str, Registered] = field(default_factory=dict)
    #: When each poll came, by the sandbox's clock; those that were refused, too.
    polls: list[float] = field(default_factory=list)
    #: How often each call that sets off a match took effect.
    done: Counter[str] = field(default_factory=Counter)
    #: How often storage was sent the key of the account.
    leaks: int = 0
    #: How many webhooks to come are called twice.
    twice: int = 0
    #: Results are made one at a time: the poll and the webhook may want the same.
    matching: threading.Lock = field(default_factory=threading.Lock)


def _call_twice(world: World) -> None:
    """Call the webhook of the file that is ready next twice."""
    world.remembered("targetsmart", Desk).twice += 1


PLAYS = Plays(
    refusal={"error": "Validation Error: scripted refusal.", "input": {}, "url": ""},
    has_statuses=False,
    acts={"duplicate webhook": _call_twice},
)


def routes(world: World) -> list[Route]:
    """Make the server's routes.

    Args:
        world: The sandbox.

    Returns:
        The routes.
    """
    server = _Server(world)
    paths: dict[tuple[str, str], Handler] = {
        ("/service/smartmatch", "GET"): server.register,
        ("/service/smartmatch/poll", "GET"): server.poll,
    }
    return behind(server.refusal, paths)


def storage_routes(world: World) -> list[Route]:
    """Make the routes of the storage.

    Args:
        world: The sandbox.

    Returns:
        The routes.
    """
    server = _Server(world)
    return [
        Route("/smartmatch-input/{name}", server.put, methods=["PUT"]),
        Route("/smartmatch-output/{name}", server.get, methods=["GET"]),
    ]


class _Server:
    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def desk(self) -> Desk:
        return self._world.remembered("targetsmart", Desk)

    def refusal(self, request: Request) -> JSONResponse | None:
        """Let nobody in without the key."""
        let_in = request.headers.get("x-api-key") == ACCOUNT["api_key"]
        return None if let_in else JSONResponse({"message": "Forbidden"}, 403)

    async def register(self, request: Request) -> JSONResponse:
        params = dict(request.query_params)
        if fault := _fault_of(params):
            return _answer(params, error=f"Validation Error: {fault}", url="")
        known = self.desk.files.get(params["filename"])
        if known is None or known.uploaded is None:
            self.desk.files[params["filename"]] = Registered(params)
        return _answer(params, url=self._signed("PUT", f"/smartmatch-input/{params['filename']}.csv"))

    async def poll(self, request: Request) -> JSONResponse:
        params, now = dict(request.query_params), self._world.now()
        with self._world.lock:
            before = [at for at in self.desk.polls if at > now - POLL_EVERY_S]
            self.desk.polls.append(now)
        if before:
            wait = {"Retry-After": str(max(round(before[-1] + POLL_EVERY_S - now), 1))}
            return JSONResponse({"message": "Too Many Requests"}, 429, wait)
        file = self.desk.files.get(params.get("filename", ""))
        if file is None:
            return _answer(params, error="Validation Error: filename is not known.", url="")
        if file.uploaded is None or now < file.at + READY_AFTER_S:
            return _answer(params, url="")
        path = await run_in_threadpool(self._result, file)
        if path is None:
            return _answer(params, error="Query Error: the file could not be processed.", url="")
        return _answer(params, url=self._signed("GET", f"/smartmatch-output/{path.name}"))

    async def put(self, request: Request) -> Response:
        """Take a file, as S3 takes it."""
        if fault := self._fault(request):
            return fault
        name = request.path_params["name"].removesuffix(".csv")
        desk = self.desk
        if name not in desk.files:
            return _xml(403, "AccessDenied", "Access Denied")  # signed before the sandbox was reset
        target = self._world.folder / f"targetsmart-{name}.csv"
        if not await keep(request, target):
            return Response(status_code=400)
        file = desk.files[name]
        file.uploaded, file.at, file.result = target, self._world.now(), None
        desk.done["PUT /smartmatch-input"] += 1
        if file.params.get("webhook"):
            self._world.after(READY_AFTER_S, lambda: self._call_back(desk, file))
        return Response(status_code=200, headers={"ETag": '"sandbox"'})

    async def get(self, request: Request) -> Response:
        """Give a result."""
        path = self._world.folder / request.path_params["name"]
        if self._leaks(request) or not self._is_signed(request):
            return _xml(403, "SignatureDoesNotMatch", "The request signature does not match.")
        if self._is_over(request):
            return _xml(403, "AccessDenied", "Request has expired")
        if not path.is_file():
            return _xml(404, "NoSuchKey", "The specified key does not exist.")
        return FileResponse(path, media_type=_TYPES.get(path.suffix.removeprefix("."), "text/csv"))

    def _fault(self, request: Request) -> Response | None:
        """Say what storage would refuse."""
        headers = request.headers
        if self._leaks(request):
            return _xml(400, "InvalidRequest", "The API key was sent to the storage.")
        if "transfer-encoding" in headers:
            return _xml(501, "NotImplemented", "A header you provided implies functionality not implemented.")
        if "content-length" not in headers:
            return _xml(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        if headers.get("content-type") or not self._is_signed(request):
            return _xml(403, "SignatureDoesNotMatch", "The request signature does not match.")
        if self._is_over(request):
            return _xml(403, "AccessDenied", "Request has expired")
        return None

    def _leaks(self, request: Request) -> bool:
        leaked = "x-api-key" in request.headers or ACCOUNT["api_key"] in str(request.url)
        self.desk.leaks += leaked
        return leaked

    def _is_over(self, request: Request) -> bool:
        return float(request.query_params["expires"]) < self._world.now()

    def _is_signed(self, request: Request) -> bool:
        given = request.query_params
        wanted = _signature(request.method, request.url.path, given.get("expires", ""))
        return hmac.compare_digest(given.get("signature", "").encode(), wanted.encode())

    def _signed(self, method: str, path: str) -> str:
        expires = f"{self._world.now() + EXPIRES_IN_S:.0f}"
        query = urlencode({"expires": expires, "signature": _signature(method, path, expires)})
        return f"{self._world.urls['targetsmart-storage']}{path}?{query}"

    def _result(self, file: Registered) -> Path | None:
        """Match the file, once."""
        with self.desk.matching:
            if file.result is None and file.uploaded is not None:
                file.result = write_result(self._world, file.uploaded, file.params)
            return file.result

    def _call_back(self, desk: Desk, file: Registered) -> None:
        """Tell the webhook where the result is. Source: Obtaining results."""
        with self._world.lock:
            times = 2 if desk.twice else 1
            desk.twice -= times - 1
        if path := self._result(file):
            url = self._signed("GET", f"/smartmatch-output/{path.name}")
            call_webhook(file.params["webhook"], {"callback": url}, times=times)


def _answer(params: Mapping[str, str], *, url: str, error: str | None = None) -> JSONResponse:
    about = {"gateway_id": "sandbox", "function_id": "sandbox", "sandbox": True}
    return JSONResponse({"input": dict(params), "error": error, "url": url, **about})


def _xml(status: int, code: str, message: str) -> Response:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>{error}'
    return Response(body, status, media_type="application/xml")


def _signature(method: str, path: str, expires: str) -> str:
    """Sign method, path, an empty content type and the end, as the document's addresses are signed."""
    return hmac.new(_SIGNING_KEY, f"{method}\n{path}\n\n{expires}".encode(), hashlib.sha256).hexdigest()


def _fault_of(params: Mapping[str, str]) -> str | None:
    """Say what is wrong with a registration. Source: Request parameters."""
    matches = params.get("max_matches", "1")
    faults = {
        "filename must be 1-50 alphanumeric or underscore characters.": not re.fullmatch(
            r"[A-Za-z0-9_]{1,50}", params.get("filename", "")
        ),
        "webhook must be a valid HTTP(S) endpoint.": "webhook" in params
        and not re.fullmatch(r"https?://[^\s/]+\S*", params["webhook"]),
        "max_matches must be an integer in the range 1-10.": not re.fullmatch(r"[1-9]|10", matches),
        "format must be csv, zip or gzip.": params.get("format", "csv") not in _TYPES,
    }
    flags = [name for name in _FLAGS if params.get(name, "False").casefold() not in {"true", "false"}]
    if flags:
        return f"{', '.join(flags)}: must be a boolean value."
    return next((message for message, there in faults.items() if there), None)
