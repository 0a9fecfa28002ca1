"""A submission as a list of steps, each made once, however often the process dies on the way.

A step says what may be done when nobody knows whether it happened:

    again      it may be repeated: a look, a poll, an upload to the same place
    look       find out first: `find` asks the provider whether it is there
    ask        only a person can tell; the job waits for `--assume done` or `--assume not-done`
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isinf
from pathlib import Path
from threading import Event
from typing import Any, Literal

from matchprep.providers.call import Call, OnBytes
from matchprep.providers.clock import Clock
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
