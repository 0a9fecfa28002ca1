"""What every provider's client offers to the walk: the steps of a submission, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from matchprep.check import check_request
from matchprep.errors import UsageError, did_you_mean
from matchprep.providers.clock import Clock
from matchprep.providers.flow import Step, Work
from matchprep.providers.pace import Pace, Rate
from matchprep.providers.settings import ProviderSettings
from matchprep.rulebook import ProviderRules, list_providers


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What is sent.

    Args:
        rules: The provider.
        profile: The way of using it.
        name: What the audience shall be called there; holds the job's id, so that it can be found again.
        file: The sealed file.
        rows: Its rows.
        document: The provider's own mapping document for the file.
        params: What the user gave with `--param`.
    """

    rules: ProviderRules
    profile: str
    name: str
    file: Path
    rows: int
    document: Mapping[str, Any] = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict)

    def rate(self, timing: str) -> Rate:
        """Read a rate from the rule file.

        Args:
            timing: The rule's id.

        Returns:
            So many requests in so many seconds.
        """
        rule = next(one for one in self.rules.timing if one.id == timing)
        if rule.poll_every_s is not None:
            return Rate(1, rule.poll_every_s)
        return Rate(rule.at_most or 1, rule.per_s or 1.0)

    def asked(self, request: str, *, also: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Gather the parameters of a call from what the user gave, held against the document.

        Args:
            request: The call, as the rule file names it.
            also: Parameters that the user need not give; what was given counts before them.

        Returns:
            Its parameters.

        Raises:
            UsageError: One is missing or not as the document has it.
        """
        known = self.rules.requests[request].params
        body = {**(also or {}), **{name: text for name, text in self.params.items() if name in known}}
        faults = [one for one in check_request(self.rules, request, body) if one.severity == "error"]
        if faults:
            what = " ".join(dict.fromkeys(one.says for one in faults))
            hint = " ".join(dict.fromkeys(one.do for one in faults))
            raise UsageError(what.removesuffix("."), where=self.rules.requests[request].call, hint=hint)
        return body

    def means(self, status: str, of: str) -> str:
        """Say what a status means, by the rule file; what it does not know is still running.

        Args:
            status: As the provider writes it.
            of: What has the status.

        Returns:
            `running`, `ready`, `failed`, ...
        """
        for name, known in self.rules.statuses.items():
            if known.of == of and name.casefold() == status.casefold():
                return known.means
        return "running"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a submission; null where the provider does not tell.

    Args:
        match_rate: From 0 to 1, of the rows sent.
        matched_rows: Rows that matched.
        unique_matches: People or identities that matched.
        by_kind: Where only that is told: kind of value -> share of the different values, 0 to 1.
        files: What was fetched.
        returned: People as they came back, one a line.
        key: The column of it that tells the rows apart; looked for when null.
        agree_on: Fields that agree by the provider's own rule in a row and what came back for it; they tell
            the rows apart where no column does.
        told: The provider's own figures, under its own names; no value of a person.
    """

    match_rate: float | None = None
    matched_rows: int | None = None
    unique_matches: int | None = None
    by_kind: Mapping[str, float] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    returned: Path | None = None
    key: str | None = None
    agree_on: tuple[str, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """A provider's client. Each lives in the module of its provider's id, under the name `Client`."""

    Settings: ClassVar[type[ProviderSettings]]

    def __init__(self, settings: Any, *, clock: Clock, pace: Pace) -> None:
        """Make a client.

        Args:
            settings: Of `Settings`.
            clock: What time it is.
            pace: The turns of all processes.
        """

    def steps(self, submission: Submission) -> Sequence[Step]:
        """Name the steps of a submission, in order.

        Args:
            submission: What is sent.
        """

    def outcome(self, work: Work, submission: Submission) -> Outcome:
        """Say what came of a submission whose steps are all made.

        Args:
            work: What the steps worked with.
            submission: What was sent.
        """

    def cancel(self, work: Work) -> str:
        """Undo a submission as far as the provider allows.

        Args:
            work: What the steps worked with.

        Returns:
            What was undone, in words.
        """

    def close(self) -> None:
        """Close the connections."""


@runtime_checkable
class PicksUp(Protocol):
    """A client whose provider delivers results to a folder for file transfers, too."""

    def picked_up(self, submission: Submission) -> Step:
        """Give the step that picks the result up there.

        Args:
            submission: What was sent.

        Returns:
            The step, in the place of that of its name.
        """


def client_of(provider: str) -> type[Provider]:
    """Find a provider's client.

    Args:
        provider: Its id.

    Returns:
        The class.

    Raises:
        UsageError: There is no such provider, or no client for it.
    """
    if provider not in list_providers():
        hint = did_you_mean(provider, list_providers())
        raise UsageError("there is no such provider", where=provider, hint=hint)
    try:
        module = import_module(f"matchprep.providers.{provider}")
    except ModuleNotFoundError as error:
        if error.name != f"matchprep.providers.{provider}":
            raise
        what, hint = "files cannot be submitted to it yet", "Upload the sealed file through its own pages."
        raise UsageError(what, where=provider, hint=hint) from None
    client: type[Provider] = module.Client
    return client
