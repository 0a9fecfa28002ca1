"""HTTP as the clients need it: timeouts, retries where they are safe, the provider's pace, and a rehearsal.

A request is either a *look* (it changes nothing, so it may be repeated) or an *act*. An act is repeated only
when it certainly did not happen: the connection was never made, or the provider said that it is too busy.
Where it may have happened, `AmbiguousProviderError` says so, and the flow finds out before it goes on.

No other module of the product imports the HTTP library.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal

import httpx
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from matchprep.errors import (
    AmbiguousProviderError,
    PermanentProviderError,
    ProviderError,
    TransientProviderError,
    UsageError,
)
from matchprep.files import written_whole
from matchprep.providers.clock import Clock
from matchprep.providers.pace import Pace, Rate
from matchprep.providers.settings import ProviderSettings

Kind = Literal["look", "act"]
#: Called with bytes sent or received so far, and all of them where that is known.
OnBytes = Callable[[int, int | None], None]
#: The provider did not do it: it was too busy, or not there.
_NOT_DONE = frozenset({429, 503})
#: The provider may or may not have done it.
_UNSURE = frozenset({408, 500, 502, 504})
_TRIES = 6
_LONGEST_WAIT_S = 120.0
_BACKOFF = wait_exponential_jitter(multiplier=0.5, max=30.0)
_PIECE = 1 << 20
# NOTE: the HTTP library logs addresses with their signatures, and cookies.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

#: Characters of the longest secret that is masked as a whole word only.
SHORT_SECRET = 3


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, before it is sent.

    Args:
        kind: Whether it may be repeated.
        method: Of HTTP.
        path: Behind the base URL; or a whole URL, for another host.
        params: Of the query; none when empty.
        json: The body, as JSON.
        data: The fields of a form.
        files: A form's files: name -> file name, path, type.
        content: A file that is the body.
        headers: More than the client always sends.
        rates: The provider's rules that this request counts for, by name.
        secrets: Names in the body that are secret, for a rehearsal.
    """

    kind: Kind
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    data: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, Path, str]] = field(default_factory=dict)
    content: Path | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, Rate] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()

    @property
    def where(self) -> str:
        """The call, for an error: never its query, which may hold a signature."""
        return f"{self.method} {self.path.split('?', 1)[0]}"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    call: Call
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    document: Any = field(repr=False)
    #: Masks the account's secrets in what the provider says.
    hide: Callable[[str], str] = field(default=str, repr=False)

    def fail(self, what: str, *, hint: str | None = None) -> PermanentProviderError:
        """Make the error for an answer that says no.

        Args:
            what: What it says, without a person's value.
            hint: What to do.

        Returns:
            The error, to be raised.
        """
        return PermanentProviderError(self.hide(what), where=self.call.where, hint=hint)

    def mapping(self) -> Mapping[str, Any]:
        """Give the document.

        Returns:
            The document.

        Raises:
            PermanentProviderError: It is none.
            AmbiguousProviderError: It is none, and the answer is to an act.
        """
        if not isinstance(self.document, dict):
            raise self.doubt("the answer is not JSON")
        return self.document

    def doubt(self, what: str, *, hint: str = "Try again later.") -> ProviderError:
        """Make the error for an answer that cannot be understood: an act may have happened all the same.

        Args:
            what: What is wrong with it.
            hint: What to do.

        Returns:
            The error, to be raised.
        """
        kind = AmbiguousProviderError if self.call.kind == "act" else PermanentProviderError
        return kind(what, where=self.call.where, hint=hint)


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
        self._hide = _hiding(settings)
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
        for attempt in self._tries():
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
        for attempt in self._tries():
            with attempt, _as_ours(call), self._stranger() as client, client.stream("GET", url) as response:
                self._raise_for(call, response)
                size = (
                    int(response.headers["content-length"]) if "content-length" in response.headers else None
                )
                with written_whole(target) as temporary, temporary.open("wb") as file:
                    for piece in response.iter_bytes(_PIECE):
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
        for attempt in self._tries():
            with attempt, self._stranger() as client:
                pieces = _Pieces(source, on_bytes, before_last)
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
        for attempt in self._tries():
            with attempt, _as_ours(call), self._stranger() as client:
                self._raise_for(call, client.delete(url))

    def _tries(self) -> Retrying:
        return Retrying(
            retry=retry_if_exception(_may_try_again),
            stop=stop_after_attempt(_TRIES),
            wait=_how_long,
            sleep=self.clock.sleep,
            reraise=True,
        )

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
            name: (file_name, _Watched(path, on_bytes), kind)
            for name, (file_name, path, kind) in call.files.items()
        }
        return self._client.build_request(
            call.method,
            call.path,
            params=call.params or None,
            json=call.json,
            data=call.data,
            files=files or None,  # type: ignore[arg-type]  # a file object by its behavior
            headers=call.headers,
        )

    def _raise_for(self, call: Call, response: httpx.Response) -> None:
        if response.is_success:
            return
        response.read()
        status = response.status_code
        said = self._refused(_document(response))
        what = self._hide(f"the provider answered {status}" + (f": {said}" if said else ""))
        if status in _NOT_DONE or (status in _UNSURE and call.kind == "look"):
            wait_s = _retry_after(response.headers.get("retry-after"), self.clock.now())
            if wait_s and self._pace:
                for name in call.rates:
                    self._pace.hold_off(f"{self._account} {name}", self.clock.now() + wait_s)
            raise TransientProviderError(what, where=call.where, hint="Try again later.", wait_s=wait_s)
        if status in _UNSURE:
            raise AmbiguousProviderError(what, where=call.where, hint=_LOOK_FIRST)
        raise PermanentProviderError(what, where=call.where, hint=_HINTS.get(status), status=status)


#: The request never left.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_LOOK_FIRST = "It may have happened. `matchprep submit --resume` looks before it goes on."
_HINTS = {
    401: "The key or password is wrong, or has expired.",
    403: "The account may not do this.",
    404: "It is not there; is base_url right?",
    413: "The file is larger than the provider takes.",
}


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


class _Watched:
    """A file that says how far it has been read."""

    def __init__(self, path: Path, on_bytes: OnBytes | None) -> None:
        self._file = path.open("rb")
        self._size = path.stat().st_size
        self._on_bytes = on_bytes

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(_PIECE if size < 0 else size)
        if self._on_bytes:
            self._on_bytes(self._file.tell(), self._size)
        if not piece:
            self._file.close()
        return piece

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()


class _Pieces:
    """A file in pieces, that says how far it has been sent."""

    def __init__(self, source: Path, on_bytes: OnBytes | None, before_last: Callable[[], None]) -> None:
        self._source = source
        self._on_bytes = on_bytes
        self._before_last = before_last
        self.last_sent = False

    def __iter__(self) -> Iterator[bytes]:
        size, sent = self._source.stat().st_size, 0
        with self._source.open("rb") as file:
            while piece := file.read(_PIECE):
                sent += len(piece)
                if sent >= size:
                    self._before_last()
                    self.last_sent = True
                yield piece
                if self._on_bytes:
                    self._on_bytes(sent, size)


def _hiding(settings: ProviderSettings) -> Callable[[str], str]:
    """Make what masks the secrets of an account in a text."""
    values = [getattr(settings, name) for name in type(settings).model_fields]
    secrets = [one.get_secret_value() for one in values if isinstance(one, SecretStr)]
    found = re.compile(
        "|".join(map(_anywhere_or_alone, sorted(filter(None, secrets), key=len, reverse=True)))
    )
    return lambda text: found.sub("***", text) if found.pattern else text


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
    if isinstance(error, _NEVER_SENT):
        hint = "Is the network there, and base_url right?"
        return TransientProviderError("the provider cannot be reached", where=call.where, hint=hint)
    what = f"the connection broke ({type(error).__name__})"
    if call.kind == "look":
        return TransientProviderError(what, where=call.where, hint="Try again later.")
    return AmbiguousProviderError(what, where=call.where, hint=_LOOK_FIRST)


def _may_try_again(error: BaseException) -> bool:
    return isinstance(error, TransientProviderError) and (error.wait_s or 0.0) <= _LONGEST_WAIT_S


def _how_long(state: RetryCallState) -> float:
    """Wait as long as the provider asked, else twice as long each time."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TransientProviderError) and error.wait_s is not None:
        return error.wait_s
    return _BACKOFF(state)


def _document(response: httpx.Response) -> Any:
    """Read an answer as JSON; null where it is none."""
    try:
        return response.json()
    except ValueError:
        return None


def _retry_after(value: str | None, now: float) -> float | None:
    """Read `Retry-After`: seconds, or a date."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except ValueError:
        return None


def _anywhere_or_alone(secret: str) -> str:
    """Find a secret within longer words, too, unless it is so short that words would hold it by chance."""
    found = re.escape(secret)
    return found if len(secret) > SHORT_SECRET else rf"(?<!\w){found}(?!\w)"
