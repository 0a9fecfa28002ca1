"""Making the steps of a submission: each once, and those that only bring something as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matchprep.errors import (
    AmbiguousProviderError,
    PermanentProviderError,
    TransientProviderError,
    UsageError,
)
from matchprep.providers.flow import Assume, Consent, Step, Work
from matchprep.providers.jobs import Facts


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
        TransientProviderError: It is not done, and nobody wants to wait.
    """
    began, before = work.clock.now(), None
    while True:
        seen = load()
        now = status(seen)
        if now != before:
            work.watch.on_status(now)
            work.note(status=now)
            before = now
        if ended(now):
            return seen
        if not work.patient:
            raise NotDoneError(f"the provider is not done: {now}", where=work.job.job)
        if work.clock.now() - began + every_s > deadline_s:
            hint = f"It goes on at the provider. Follow it with: matchprep submit --resume {work.job.job}"
            raise UsageError(f"still {now} when the time was up", where=work.job.job, hint=hint)
        work.wait(every_s)
