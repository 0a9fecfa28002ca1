"""A submission as a list of steps, each made once, however often the process dies on the way.

A step says what may be done when nobody knows whether it happened:

    again      it may be repeated: a look, a poll, an upload to the same place
    look       find out first: `find` asks the provider whether it is there
    ask        only a person can tell; the job waits for `--assume done` or `--assume not-done`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isinf
from pathlib import Path
from threading import Event
from typing import Any, Literal

from matchprep.errors import (
    AmbiguousProviderError,
    PermanentProviderError,
    TransientProviderError,
    UsageError,
)
from matchprep.providers.clock import Clock
from matchprep.providers.http import Call, OnBytes
from matchprep.providers.jobs import Facts, Job, Jobs

InDoubt = Literal["again", "look", "ask"]
#: What a person knows of a step in doubt: `done`, `done=ID` with what the provider called it, or `not-done`.
Assume = str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a submission.

    Args:
        name: A verb and what it is done to: `create the audience`.
        do: Makes it; gives ids, statuses, counts.
        in_doubt: What may be done when it may have happened.
        find: Looks whether it happened; gives its facts, or null where it did not.
        costs: What it costs and what that is for, known before it is made; null where it is free.
        unless: Says that it is not needed.
        known_as: The fact that holds the id of what it creates, where later steps need it: a person who says
            that it is done gives the id, too.
        brings: It only brings what the provider has, so that it may be made again when all is over.
        requests: What it would send, for a rehearsal; what is known only later stands in braces.
    """

    name: str
    do: Callable[[Work], Facts]
    in_doubt: InDoubt = "again"
    find: Callable[[Work], Facts | None] | None = None
    costs: Callable[[Work], Price] | None = None
    unless: Callable[[Work], bool] = lambda _work: False
    requests: Sequence[Call] = ()
    known_as: str | None = None
    brings: bool = False


@dataclass(frozen=True)
class Price:
    """What a step costs.

    Args:
        amount: How much; infinite where the provider does not say it beforehand.
        unit: `USD`, `credits`.
        what: What it is paid for.
        note: What to know before saying yes.
    """

    amount: float
    unit: str
    what: str
    note: str = ""

    def __str__(self) -> str:
        if isinf(self.amount):
            return f"what the provider does not say beforehand, for {self.what}"
        amount = f"{self.amount:,.2f}" if self.unit == "USD" else f"{self.amount:,g}"
        unit = self.unit.removesuffix("s") if self.amount == 1 else self.unit
        return f"{amount} {unit} for {self.what}"

    @property
    def in_full(self) -> str:
        """What it costs, and what to know before saying yes."""
        return f"{self}; {self.note}" if self.note else str(self)


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What the user agreed to.

    Args:
        max_cost: The most that one step may cost, by its unit; what is not here was not agreed to.
        ask: Asks the person at the terminal; null where nobody is there.
    """

    max_cost: float | None = None
    ask: Callable[[str], bool] | None = None

    def to(self, price: Price) -> bool:
        """Say whether a step may be paid for.

        Args:
            price: What it costs.

        Returns:
            Whether the limit covers it, or the person says yes.
        """
        if self.max_cost is not None:
            return price.amount <= self.max_cost
        return bool(self.ask and self.ask(f"This costs {price.in_full}. Pay?"))


@dataclass(frozen=True)
class Watch:
    """Who looks on.

    Args:
        on_begin: Told once what is sent to whom.
        on_status: Told the step under way, and what the provider says about it.
        on_price: Told what a step costs that was agreed to, before it is made.
        on_done: Told each step that is done.
        on_bytes: Told how far an upload or download is: bytes so far, and all where that is known.
        on_word: Told what the person must do meanwhile.
    """

    on_begin: Callable[[str], None] = lambda _what: None
    on_status: Callable[[str], None] = lambda _status: None
    on_price: Callable[[str], None] = lambda _price: None
    on_done: Callable[[str], None] = lambda _step: None
    on_bytes: OnBytes = lambda _sent, _all: None
    on_word: Callable[[str], None] = lambda _word: None


@dataclass
class Work:
    """What the steps work with.

    Args:
        job: As the ledger knows it; fresh after each step.
        file: The file that is sent.
        out: Where results go.
        clock: What time it is.
        jobs: The ledger.
        watch: Told how it goes.
        rung: Set when the provider calls; null where it does not.
        patient: Whether to wait for a provider that is not done.
    """

    job: Job
    file: Path
    out: Path
    clock: Clock
    jobs: Jobs
    watch: Watch = field(default_factory=Watch)
    rung: Event | None = None
    patient: bool = True
    _step: str = field(default="", repr=False)

    def note(self, **facts: Any) -> None:
        """Write down what the step under way has found out, before it is done.

        Args:
            facts: Ids, statuses, counts.
        """
        self.jobs.note(self.job.job, self._step, facts)
        self.job = self.jobs.job(self.job.job)

    def wait(self, seconds: float) -> None:
        """Wait until it is time to ask the provider again, or until it calls.

        Args:
            seconds: The longest to wait.
        """
        if self.rung is None:
            self.clock.sleep(seconds)
            return
        self.clock.sleep(seconds, self.rung)
        self.rung.clear()

    def fact(self, name: str) -> Any:
        """Look up what an earlier step found out.

        Args:
            name: Of the fact.

        Returns:
            The fact; null when no step told it.
        """
        return self.job.fact(name)


def make_steps(work: Work, steps: Sequence[Step], *, consent: Consent, assume: Assume | None = None) -> None:
    """Make the steps of a submission that are not made yet.

    Args:
        work: What the steps work with.
        steps: All of them, in order.
        consent: What the user agreed to.
        assume: What the user knows of the step in doubt.

    Raises:
        UsageError: A step costs more than was agreed to.
        AmbiguousProviderError: A step may have happened, and only a person can tell.
        ProviderError: The provider refused or failed.
    """
    for step in steps:
        record = work.job.steps.get(step.name)
        if (record and record.state == "done") or step.unless(work):
            continue
        work._step = step.name  # noqa: SLF001 - the runner's own mark
        work.watch.on_status(step.name)
        facts = _settle(work, step, assume) if record else None
        if facts is None:
            facts = _make(work, step, consent)
        work.jobs.finish(work.job.job, step.name, facts)
        work.job = work.jobs.job(work.job.job)
        work.watch.on_done(step.name)
    work.jobs.close_job(work.job.job, "done")


def bring_steps(work: Work, steps: Sequence[Step]) -> str | None:
    """Bring down again what the provider has; nothing is created, nothing costs, nothing is waited for.

    Args:
        work: What the steps work with.
        steps: All of a submission, in order.

    Returns:
        The step that is next, where the submission has come only so far; null when there is none.

    Raises:
        UsageError: It has not come so far that there could be a result.
        TransientProviderError: The provider is not done.
        ProviderError: It refused or failed.
    """
    go_on, brought = f"matchprep submit --resume {work.job.job}", False
    for step in steps:
        record = work.job.steps.get(step.name)
        if step.unless(work) or (not step.brings and record and record.state == "done"):
            continue
        if not step.brings and not brought:
            what = f"it has not come so far that there is a result; next would be: {step.name}"
            raise UsageError(what, where=work.job.job, hint=f"Go on with: {go_on}")
        if not step.brings:
            return step.name
        try:
            _bring(work, step)
        except NotDoneError as error:
            if brought:
                return step.name
            error.hint = f"Fetch it later, or wait for it with: {go_on}"
            raise
        brought = True
    if not brought:
        hint = "Look at the provider's own pages."
        raise UsageError("nothing of it can be fetched", where=work.job.job, hint=hint)
    return None


class NotDoneError(TransientProviderError):
    """The provider is not done, and nobody wants to wait."""


def _bring(work: Work, step: Step) -> None:
    work._step = step.name  # noqa: SLF001 - the runner's own mark
    work.watch.on_status(step.name)
    work.jobs.begin(work.job.job, step.name)
    work.jobs.finish(work.job.job, step.name, step.do(work))
    work.job = work.jobs.job(work.job.job)
    work.watch.on_done(step.name)


def _settle(work: Work, step: Step, assume: Assume | None) -> Facts | None:
    """Find out whether a step that was begun has happened; null where it has not."""
    if step.in_doubt == "again":
        return None
    if step.find is not None:
        try:
            found = step.find(work)
        except AmbiguousProviderError:
            if assume is None:
                raise  # the provider itself does not tell
        else:
            if found is None:
                work.jobs.forget_step(work.job.job, step.name)
            return found
    if assume == "not-done":
        work.jobs.forget_step(work.job.job, step.name)
        return None
    done = "done" if step.known_as is None else "done=ID"
    word, _equals, known = (assume or "").partition("=")
    if word == "done" and (known or step.known_as is None):
        return {} if step.known_as is None else {step.known_as: known}
    raise AmbiguousProviderError(
        f"nobody knows whether this happened: {step.name}",
        where=work.job.job,
        hint=f"Look at the provider's own pages, then resume with --assume {done} or --assume not-done.",
    )


def _make(work: Work, step: Step, consent: Consent) -> Facts:
    price = step.costs(work) if step.costs is not None else None
    if price is not None and price.amount > 0 and not consent.to(price):
        hint = f"Agree with --max-cost {price.amount:g}, then resume with --resume {work.job.job}."
        raise UsageError(f"this costs {price.in_full}, which was not agreed to", where=step.name, hint=hint)
    work.jobs.begin(work.job.job, step.name)
    if price is not None and price.amount > 0:
        work.watch.on_price(f"{step.name}: {price.in_full}")
        work.note(price=str(price))  # before it is made: should the process die, it was paid all the same
    work.job = work.jobs.job(work.job.job)
    try:
        return step.do(work)
    except (PermanentProviderError, TransientProviderError):
        if step.in_doubt != "again":
            work.jobs.forget_step(work.job.job, step.name)  # it certainly did not happen
        raise
    except AmbiguousProviderError:
        found = step.find(work) if step.find else None
        if found is None:
            raise
        return found


def poll(
    work: Work, look: Callable[[], str], *, every_s: float, deadline_s: float, ended: Callable[[str], bool]
) -> str:
    """Ask again and again until the provider is done.

    Args:
        work: What the steps work with.
        look: Asks for the status.
        every_s: Seconds between two questions.
        deadline_s: Seconds until this process gives up; the job can be resumed.
        ended: Says whether a status is the last one.

    Returns:
        The last status.

    Raises:
        UsageError: The deadline has passed.
        TransientProviderError: It is not done, and nobody wants to wait.
    """
    began, seen = work.clock.now(), None
    while True:
        status = look()
        if status != seen:
            work.watch.on_status(status)
            work.note(status=status)
            seen = status
        if ended(status):
            return status
        if not work.patient:
            raise NotDoneError(f"the provider is not done: {status}", where=work.job.job)
        if work.clock.now() - began + every_s > deadline_s:
            hint = f"It goes on at the provider. Follow it with: matchprep submit --resume {work.job.job}"
            raise UsageError(f"still {status} when the time was up", where=work.job.job, hint=hint)
        work.wait(every_s)


def follow(
    work: Work,
    load: Callable[[], Mapping[str, Any]],
    *,
    status: Callable[[Mapping[str, Any]], str] = lambda seen: str(seen.get("status")),
    every_s: float,
    deadline_s: float,
    ended: Callable[[str], bool],
) -> Mapping[str, Any]:
    """Ask for what the provider makes until it is done.

    Args:
        work: What the steps work with.
        load: Asks for its document.
        status: Reads the status in it.
        every_s: Seconds between two questions.
        deadline_s: Seconds until this process gives up; the job can be resumed.
        ended: Says whether a status is the last one.

    Returns:
        The document, as it was last.

    Raises:
        UsageError: The deadline has passed.
    """
    seen: Mapping[str, Any] = {}

    def look() -> str:
        nonlocal seen
        seen = load()
        return status(seen)

    poll(work, look, every_s=every_s, deadline_s=deadline_s, ended=ended)
    return seen
