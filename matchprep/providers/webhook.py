"""A doorbell: a provider calls an address of ours when it is done, and the wait for it ends at once.

Nothing that a call says is believed, and nothing in it is opened: it only makes us ask the provider itself.
The address ends in a secret of the job, so that nobody else can ring. The doorbell is on this machine, behind
a proxy or a tunnel that makes it public.
"""

from __future__ import annotations

import hmac
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from matchprep.errors import UsageError

#: The longest body that is read; the document's is a signed address.
_LONGEST = 64 * 1024
#: Seconds that a caller may be silent.
_PATIENCE_S = 10.0
#: Calls at once. One more, and the oldest is cut off: slow strangers keep nobody out.
_AT_ONCE = 16


@dataclass(frozen=True, kw_only=True)
class Hook:
    """Where a provider shall call.

    Args:
        url: The public address.
        listen: Where on this machine its calls arrive: `127.0.0.1:8085`.
    """

    url: str
    listen: str

    def address(self, secret: str) -> str:
        """Give the address that the provider is told.

        Args:
            secret: The last part of its path.

        Returns:
            The address.

        Raises:
            UsageError: The public address is none.

        Example:
            >>> Hook(url="https://example.com/hook/?a=1", listen="127.0.0.1:8085").address("5ec7")
            'https://example.com/hook/5ec7?a=1'
        """
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            hint = "Give the public address that leads here, as https://example.com/hook."
            raise UsageError("a webhook is an address of HTTP or HTTPS", where="--webhook", hint=hint)
        path = f"{parts.path.rstrip('/')}/{secret}"
        return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


@contextmanager
def listening(hook: Hook | None, secret: str) -> Iterator[threading.Event | None]:
    """Hear the provider's call until the block ends; no port and no thread outlives it.

    Args:
        hook: Where it calls; nobody listens when null.
        secret: The last part of the path that counts.

    Yields:
        What is set by each call; null when nobody listens.

    Raises:
        UsageError: The place to listen is none, or is taken.
    """
    if hook is None:
        yield None
        return
    rung = threading.Event()
    server = _open(hook.listen, secret, rung)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield rung
    finally:
        server.shutdown()
        thread.join()
        server.hang_up()
        server.server_close()  # and wait for the last caller's thread


def _open(listen: str, secret: str, rung: threading.Event) -> _Door:
    hint = "Say where your public address leads to, as --listen 127.0.0.1:8085."
    try:
        parts = urlsplit(f"//{listen}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if host is None or port is None or parts.path:
        raise UsageError("this is no place to listen at", where=listen, hint=hint)
    try:
        return _Door((host, port), secret, rung)
    except OSError as error:
        what, where = error.strerror or "cannot listen here", f"--listen {listen}"
        raise UsageError(what.lower(), where=where, hint="Choose another port.") from error


class _Door(ThreadingHTTPServer):
    """The server; its threads are waited for when it closes."""

    daemon_threads = False
    allow_reuse_port = False

    def __init__(self, address: tuple[str, int], secret: str, rung: threading.Event) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.secret, self.rung = secret, rung
        self._callers: dict[socket.socket, None] = {}
        self._lock = threading.Lock()
        super().__init__(address, _Caller)

    def server_bind(self) -> None:
        """Bind, without the search for this machine's name that the standard library makes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "localhost", self.socket.getsockname()[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Let a caller in; the oldest goes when there are too many."""
        with self._lock:
            if len(self._callers) >= _AT_ONCE:
                _cut(next(iter(self._callers)))
            self._callers[request] = None
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Let a caller go."""
        with self._lock:
            self._callers.pop(request, None)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Cut off whoever is still there."""
        with self._lock:
            for caller in self._callers:
                _cut(caller)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a caller who breaks off is no fault of ours, and who it was is nobody's business."""


def _cut(caller: socket.socket) -> None:
    with suppress(OSError):
        caller.shutdown(socket.SHUT_RDWR)


class _Caller(BaseHTTPRequestHandler):
    """One call. HTTP/1.0: the connection ends with the answer."""

    server: _Door
    timeout = _PATIENCE_S
    server_version, sys_version = "matchprep", ""

    def do_POST(self) -> None:
        """Ring, when the address is the right one."""
        given = urlsplit(self.path).path.rpartition("/")[2]
        length = ",".join(self.headers.get_all("content-length", ()))  # two are none
        if not hmac.compare_digest(given.encode(), self.server.secret.encode()):
            self._answer(HTTPStatus.NOT_FOUND)
        elif not (length.isascii() and length.isdigit()):
            self._answer(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > len(str(_LONGEST)) or int(length) > _LONGEST:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif len(self.rfile.read(int(length))) < int(length):
            self._answer(HTTPStatus.BAD_REQUEST)
        else:
            self.server.rung.set()
            self._answer(HTTPStatus.NO_CONTENT)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what the standard library refuses; its own words would show what was sent."""
        self._answer(code)

    def _answer(self, status: int) -> None:
        """Answer with a status and nothing else."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Keep no record of callers."""
