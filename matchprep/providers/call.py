"""A request before it is sent, and what came back: what the clients and the steps speak of.

A request is either a *look* (it changes nothing, so it may be repeated) or an *act*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from matchprep.errors import AmbiguousProviderError, PermanentProviderError, ProviderError
from matchprep.providers.pace import Rate

Kind = Literal["look", "act"]
#: Called with bytes sent or received so far, and all of them where that is known.
OnBytes = Callable[[int, int | None], None]


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
