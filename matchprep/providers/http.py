"""HTTP as the clients need it: timeouts, retries where they are safe, and the provider's pace.

A request is either a *look* (it changes nothing, so it may be repeated) or an *act*. An act is repeated only
when it certainly did not happen: the connection was never made, or the provider said that it is too busy.
Where it may have happened, `AmbiguousProviderError` says so, and the flow finds out before it goes on.

No other module of the product imports the HTTP library.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from matchprep.errors import ProviderError, TransientProviderError, UsageError
from matchprep.files import written_whole
from matchprep.providers.call import Answer, Call, Kind, OnBytes
from matchprep.providers.clock import Clock
from matchprep.providers.failures import broken_off, never_sent, refusal
from matchprep.providers.hiding import hiding
from matchprep.providers.pace import Pace
from matchprep.providers.pieces import PIECE_BYTES, Pieces, WatchedFile
from matchprep.providers.retrying import asked_to_wait_s, tries
from matchprep.providers.settings import ProviderSettings

#: The request never left.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# NOTE: the HTTP library logs addresses with their signatures, and cookies.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Http:
    """A provider's requests.

    Args:
        settings: Where the provider is, and how patient to be.
        clock: What time it is.
        pace: The turns of all processes; null where the provider has no rule.
        account: What the pace is counted by; never a secret.
        refused: Reads the provider's own words out of an answer that says no.
    """

    def __init__(
        self,
        settings: ProviderSettings,
        *,
        clock: Clock,
        pace: Pace | None = None,
        account: str = "",
        refused: Callable[[Any], str | None] = lambda _document: None,
    ) -> None:
        self.clock = clock
        self._pace = pace
        self._account = f"{settings.provider} {account}".strip()
        self._refused = refused
        self._hide = hiding(settings)
        self._trusted = _trust(settings.ca_file)
        self._client = httpx.Client(
            base_url=str(settings.base_url),
            timeout=httpx.Timeout(settings.timeout_s),
            verify=self._trusted,
            follow_redirects=False,
            headers={"User-Agent": "matchprep", "Accept": "application/json"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def cookies(self) -> httpx.Cookies:
        """The cookies that the provider set."""
        return self._client.cookies

    def always_send(self, **headers: str) -> None:
        """Send headers with every request from now on.

        Args:
            headers: Names with `_` for `-`.
        """
        self._client.headers.update({name.replace("_", "-"): value for name, value in headers.items()})

    def ask(self, call: Call, *, on_bytes: OnBytes | None = None) -> Answer:
        """Send a request, as often as that is safe.

        Args:
            call: The request.
            on_bytes: Told how far an upload is.

        Returns:
            The answer; its status says that all went well.

        Raises:
            TransientProviderError: It did not happen, however often it was tried.
            PermanentProviderError: The provider said no.
            AmbiguousProviderError: An act may have happened.
        """
        for attempt in tries(self.clock):
            with attempt:
                return self._once(call, on_bytes)
        raise AssertionError  # pragma: no cover - the last attempt raises

    def download(self, url: str, target: Path, *, on_bytes: OnBytes | None = None) -> str:
        """Fetch a file from another host, without anything that this host was told.

        Args:
            url: A whole URL; it may be signed, so it is never said in an error.
            target: Where to write; it appears whole or not at all.
            on_bytes: Told how far it is.

        Returns:
            The type that the host says it has.

        Raises:
            ProviderError: It could not be fetched.
        """
        call = Call(kind="look", method="GET", path="the result's address")
        for attempt in tries(self.clock):
            with attempt, _as_ours(call), self._stranger() as client, client.stream("GET", url) as response:
                self._raise_for(call, response)
                size = (
                    int(response.headers["content-length"]) if "content-length" in response.headers else None
                )
                with written_whole(target) as temporary, temporary.open("wb") as file:
                    for piece in response.iter_bytes(PIECE_BYTES):
                        file.write(piece)
                        if on_bytes:
                            on_bytes(file.tell(), size)
                return str(response.headers.get("content-type", ""))
        raise AssertionError  # pragma: no cover - the last attempt raises

    def put_file(
        self,
        url: str,
        source: Path,
        *,
        content_type: str,
        kind: Kind = "look",
        on_bytes: OnBytes | None = None,
        before_last: Callable[[], None] = lambda: None,
    ) -> None:
        """Stream a file to a signed address of another host.

        Storage of this kind keeps a file whole or not at all: until its last piece is sent, it certainly is
        not there.

        Args:
            url: The signed address; never said in an error.
            source: The file.
            content_type: Its type; empty where the signature wants it so.
            kind: A look where the same file may come twice, an act where its arrival sets off work.
            on_bytes: Told how far it is.
            before_last: Called before the last piece is sent.

        Raises:
            TransientProviderError: It was not taken, however often it was tried.
            PermanentProviderError: It was refused.
            AmbiguousProviderError: It is an act, and may have happened.
        """
        call = Call(kind=kind, method="PUT", path="the upload's address")
        early = Call(kind="look", method="PUT", path="the upload's address")
        # NOTE: the length is given, since such storage refuses a body sent in chunks.
        headers = {"Content-Type": content_type, "Content-Length": str(source.stat().st_size)}
        for attempt in tries(self.clock):
            with attempt, self._stranger() as client:
                pieces = Pieces(source, on_bytes, before_last)
                with _as_ours(lambda: call if pieces.last_sent else early):  # noqa: B023 - used at once
                    self._raise_for(call, client.put(url, content=pieces, headers=headers))

    def remove_file(self, url: str) -> None:
        """Delete a file at an address of another host.

        Args:
            url: The address; never said in an error.

        Raises:
            ProviderError: It was not deleted.
        """
        call = Call(kind="look", method="DELETE", path="the upload's address")  # twice does no harm
        for attempt in tries(self.clock):
            with attempt, _as_ours(call), self._stranger() as client:
                self._raise_for(call, client.delete(url))

    @contextmanager
    def _stranger(self) -> Iterator[httpx.Client]:
        """Give a client of its own for another host: no key, no cookie, no header of ours goes there."""
        with httpx.Client(timeout=self._client.timeout, verify=self._trusted) as client:
            for name in ("accept", "user-agent"):
                client.headers.pop(name, None)
            yield client

    def _once(self, call: Call, on_bytes: OnBytes | None) -> Answer:
        with ExitStack() as turns:
            for name, rate in call.rates.items():
                if self._pace:
                    turns.enter_context(self._pace.turn(f"{self._account} {name}", rate))
            turns.enter_context(_as_ours(call))
            response = self._client.send(self._build(call, on_bytes))
            self._raise_for(call, response)
        document = _document(response)
        return Answer(
            call, response.status_code, response.headers, response.content, document, hide=self._hide
        )

    def _build(self, call: Call, on_bytes: OnBytes | None) -> httpx.Request:
        files = {
            name: (file_name, WatchedFile(path, on_bytes), kind)
            for name, (file_name, path, kind) in call.files.items()
        }
        return self._client.build_request(
            call.method,
            call.path,
            params=call.params or None,
            json=call.json,
            data=call.data,
            files=files or None,
            headers=call.headers,
        )

    def _raise_for(self, call: Call, response: httpx.Response) -> None:
        if response.is_success:
            return
        response.read()
        said = self._refused(_document(response))
        what = self._hide(f"the provider answered {response.status_code}" + (f": {said}" if said else ""))
        wait_s = asked_to_wait_s(response.headers.get("retry-after"), self.clock.now())
        failure = refusal(call, response.status_code, what, wait_s)
        if isinstance(failure, TransientProviderError) and wait_s and self._pace:
            for name in call.rates:
                self._pace.hold_off(f"{self._account} {name}", self.clock.now() + wait_s)
        raise failure


def exchange(method: str, url: str, document: Any = None) -> Any:
    """Talk to a server on this machine, as to the sandbox about its clock.

    Args:
        method: Of HTTP.
        url: A whole URL.
        document: The body, as JSON.

    Returns:
        The answer's document.

    Raises:
        TransientProviderError: Nobody answers.
    """
    call = Call(kind="look", method=method, path=url)
    with _as_ours(call):
        response = httpx.request(method, url, json=document, timeout=30.0, trust_env=False)
        response.raise_for_status()
        return response.json()


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """Trust the system's certificates, or those of a file."""
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        hint = "Name a PEM file in ca_file."
        raise UsageError("the certificates cannot be read", where=str(ca_file), hint=hint) from error


@contextmanager
def _as_ours(of: Call | Callable[[], Call]) -> Iterator[None]:
    """Turn what the HTTP library raises into our errors; its messages may hold addresses with signatures."""
    try:
        yield
    except httpx.HTTPError as error:
        raise _ours(error, of if isinstance(of, Call) else of()) from None


def _ours(error: httpx.HTTPError, call: Call) -> ProviderError:
    return never_sent(call) if isinstance(error, _NEVER_SENT) else broken_off(call, type(error).__name__)


def _document(response: httpx.Response) -> Any:
    """Read an answer as JSON; null where it is none."""
    try:
        return response.json()
    except ValueError:
        return None
