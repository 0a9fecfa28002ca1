"""What the clients do alike: one connection with the account's key or session, closed at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from matchprep.errors import PermanentProviderError
from matchprep.providers.call import Answer, Call, OnBytes
from matchprep.providers.clock import Clock
from matchprep.providers.http import Http
from matchprep.providers.pace import Pace
from matchprep.providers.settings import ProviderSettings

Account = TypeVar("Account", bound=ProviderSettings)


class HttpClient(Generic[Account]):
    """A client over HTTP; each provider's own says how it refuses, and what its key or its session is.

    Args:
        settings: The account.
        clock: What time it is.
        pace: The turns of all processes.
    """

    Settings: ClassVar[type[ProviderSettings]]
    #: Statuses that say that there is no session, or none any more.
    logged_out: ClassVar[frozenset[int]] = frozenset()
    #: What the document of an answer is.
    documents: ClassVar[tuple[type, ...]] = (dict,)

    def __init__(self, settings: Account, *, clock: Clock, pace: Pace) -> None:
        self._settings = settings
        self._clock = clock
        self._http = Http(settings, clock=clock, pace=pace, account=self.paced_by, refused=self.refused)
        self._http.always_send(**self.key)

    @property
    def key(self) -> Mapping[str, str]:
        """The headers that hold the account's key, with `_` for `-`; none where there are sessions."""
        return {}

    @property
    def paced_by(self) -> str:
        """What requests are counted by, where an account has several; never a secret."""
        return ""

    @staticmethod
    def refused(document: Any) -> str | None:
        """Read the provider's own words out of an answer that says no.

        Args:
            document: The answer's document.

        Returns:
            The words; null when there are none.
        """
        del document
        return None

    @classmethod
    def denied(cls, document: Any) -> str | None:
        """Say why an answer says no inside HTTP 200.

        Args:
            document: The answer's document.

        Returns:
            The provider's words, or ours where it has none; null when the answer says yes.
        """
        return cls.refused(document)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def log_in(self) -> None:
        """Begin a session, where the provider has them."""

    def stay_logged_in(self) -> None:
        """Begin a session where there is none, and renew one that ends."""

    def ask(self, call: Call, on_bytes: OnBytes | None = None) -> Answer:
        """Send a request, in a session where the provider has them.

        Args:
            call: The request.
            on_bytes: Told how far an upload is.

        Returns:
            The answer; it says yes.

        Raises:
            ProviderError: The provider refused or failed.
        """
        self.stay_logged_in()
        try:
            return self.send(call, on_bytes)
        except PermanentProviderError as error:
            if error.status not in self.logged_out:
                raise
        self.log_in()  # the session ended before it said it would
        return self.send(call, on_bytes)

    def send(self, call: Call, on_bytes: OnBytes | None = None) -> Answer:
        """Send a request that needs no session, or has one.

        Args:
            call: The request.
            on_bytes: Told how far an upload is.

        Returns:
            The answer; it says yes.

        Raises:
            ProviderError: The provider refused or failed.
        """
        return self.checked(self._http.ask(call, on_bytes=on_bytes))

    def checked(self, answer: Answer) -> Answer:
        """Let an answer pass that says yes.

        Args:
            answer: What came back.

        Returns:
            The same.

        Raises:
            PermanentProviderError: It says no inside HTTP 200.
            AmbiguousProviderError: It is the answer to an act, and no document.
        """
        if not isinstance(answer.document, self.documents):
            raise answer.doubt("the answer is not JSON")
        if said := self.denied(answer.document):
            raise answer.fail(said)
        return answer
