"""Sending a sealed file, following it to its end, and setting what came back beside the forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from matchprep.errors import MatchprepError, PermanentProviderError, UsageError
from matchprep.pipeline.accounts import Account, account_at, still_playing
from matchprep.pipeline.outcomes import Submitted, set_down
from matchprep.pipeline.sealed import sealed_in, sealed_of, submission_of
from matchprep.pipeline.webhooks import hook_of, with_hook
from matchprep.providers import (
    Assume,
    Call,
    Consent,
    Hook,
    Job,
    Jobs,
    Submission,
    WallClock,
    Watch,
    Work,
    ledger_path,
    listening,
    make_steps,
)

#: Stands for the job's id, before there is one.
_JOB = "{job}"
#: ... and for what makes its webhook's address one that nobody guesses.
_SECRET = "{secret}"  # noqa: S105 - a word in its place
#: Nobody agreed to anything; nobody looks on.
NOTHING, UNWATCHED = Consent(), Watch()


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What shall be sent.

    Args:
        folder: What `matchprep run` wrote: the sealed file and its manifest.
        params: What the provider wants to know besides; `--param`.
        force: Why a file that did not pass, or is sent twice, shall be sent all the same.
        sandbox: The address of a sandbox's server to send it to, instead of the provider.
        hook: Where the provider shall call when it is done; it is only asked when left out.
        ledger: The ledger of submissions; this user's when left out.
    """

    folder: Path
    params: Mapping[str, str] = field(default_factory=dict)
    force: str | None = None
    sandbox: str | None = None
    hook: Hook | None = None
    ledger: Path | None = None


def submit(
    sending: Sending,
    *,
    consent: Consent = NOTHING,
    watch: Watch = UNWATCHED,
) -> Submitted:
    """Send a sealed file and follow it to its end.

    Args:
        sending: What shall be sent.
        consent: What the user agreed to pay.
        watch: Told how it goes.

    Returns:
        What came of it.

    Raises:
        InputError: The folder holds no sealed file that passed.
        UsageError: A setting is missing, the file was sent before, or a cost was not agreed to.
        ProviderError: The provider refused or failed; the job can be resumed.
    """
    sealed = sealed_in(sending.folder, force=sending.force)
    with account_at(sealed["provider"], sending.sandbox) as account:
        jobs = Jobs(sending.ledger or ledger_path(), account.clock)
        before = jobs.same_file(sealed["provider"], sealed["sha256"], sandbox=sending.sandbox)
        if before and not sending.force:
            hint = f"Follow it with --resume {before[0].job}; send it again with --force and the reason."
            raise UsageError("this file was submitted before", where=before[0].job, hint=hint)
        submission = submission_of(sending.folder, sealed, sending.params, _JOB)
        # What was asked wrongly is refused before anything is written down ...
        account.client.steps(with_hook(submission, sending.hook, _SECRET))
        with listening(sending.hook, _SECRET):
            pass  # ... and so is a place to listen that is taken
        options = {
            "params": dict(sending.params),
            "force": sending.force,
            "sandbox": sending.sandbox,
            "profile": sealed["profile"],
            "hook": asdict(sending.hook) if sending.hook else None,
        }
        job = jobs.open_job(sealed["provider"], sending.folder.resolve(), sealed["sha256"], options)
        named = replace(submission, name=submission.name.replace(_JOB, job.job))
        following = _Following(account, jobs, sealed, named, sending.hook, consent, None, watch)
        return _follow(job, following)


def resume(
    job: str,
    *,
    consent: Consent = NOTHING,
    assume: Assume | None = None,
    listen: str | None = None,
    ledger: Path | None = None,
    watch: Watch = UNWATCHED,
) -> Submitted:
    """Take a submission up where it was left.

    Args:
        job: Its id.
        consent: What the user agreed to pay.
        assume: What the user knows of a step in doubt.
        listen: Where to hear the provider's call, for a job with a webhook; where it was when left out.
        ledger: The ledger of submissions; this user's when left out.
        watch: Told how it goes.

    Returns:
        What came of it.

    Raises:
        InputError: Its file is gone or has changed.
        UsageError: There is no such job, its sandbox has ended, or a cost was not agreed to.
        ProviderError: The provider refused or failed; the job can be resumed.
    """
    known = Jobs(ledger or ledger_path(), WallClock()).job(job)
    sealed = sealed_of(known)
    hook = hook_of(known, listen)
    still_playing(known)
    with account_at(known.provider, known.options.get("sandbox")) as account:
        jobs = Jobs(ledger or ledger_path(), account.clock)
        submission = submission_of(known.folder, sealed, known.options["params"], job)
        following = _Following(account, jobs, sealed, submission, hook, consent, assume, watch)
        return _follow(known, following)


def cancel(job: str, *, ledger: Path | None = None) -> str:
    """Undo a submission as far as the provider allows.

    Args:
        job: Its id.
        ledger: The ledger of submissions; this user's when left out.

    Returns:
        What was undone, in words.

    Raises:
        UsageError: There is no such job, or its sandbox has ended.
        ProviderError: The provider refused or failed.
    """
    known = Jobs(ledger or ledger_path(), WallClock()).job(job)
    still_playing(known)
    with account_at(known.provider, known.options.get("sandbox")) as account:
        jobs = Jobs(ledger or ledger_path(), account.clock)
        work = Work(job=known, file=known.folder, out=known.folder, clock=account.clock, jobs=jobs)
        undone = account.client.cancel(work)
        jobs.close_job(job, "cancelled", undone)
        return undone


def rehearse(sending: Sending) -> list[Call]:
    """Name every request that a submission would send, in order; nothing is sent.

    Args:
        sending: What would be sent.

    Returns:
        The requests; what only an answer can tell stands in braces.

    Raises:
        InputError: The folder holds no sealed file that passed.
        UsageError: A setting is missing.
    """
    sealed = sealed_in(sending.folder, force=sending.force)
    with account_at(sealed["provider"], sending.sandbox) as account:
        submission = submission_of(sending.folder, sealed, sending.params, _JOB)
        named = with_hook(submission, sending.hook, _SECRET)
        return [call for step in account.client.steps(named) for call in step.requests]


@dataclass(frozen=True)
class _Following:
    """What it takes to follow a job."""

    account: Account
    jobs: Jobs
    sealed: Mapping[str, Any]
    submission: Submission
    hook: Hook | None
    consent: Consent
    assume: Assume | None
    watch: Watch


def _follow(job: Job, following: _Following) -> Submitted:
    account, jobs, watch = following.account, following.jobs, following.watch
    secret = account.settings.secret_for(job.job)
    submission = with_hook(following.submission, following.hook, secret)
    work = Work(
        job=job,
        file=submission.file,
        out=job.folder,
        clock=account.clock,
        jobs=jobs,
        watch=watch,
    )
    whom = f"{submission.rules.name}{', played by the sandbox' if job.options.get('sandbox') else ''}"
    watch.on_begin(f"{submission.rows:,} rows to {whom}   {job.job}")
    try:
        with listening(following.hook, secret) as work.rung:
            steps = account.client.steps(submission)
            make_steps(work, steps, consent=following.consent, assume=following.assume)
    except MatchprepError as error:
        # NOTE: a permanent refusal ends the job; whatever else went wrong, it can be taken up again.
        is_final = isinstance(error, PermanentProviderError)
        jobs.close_job(job.job, "failed" if is_final else "waiting for you", error.what)
        error.hint = " ".join(filter(None, (error.hint, f"The job is {job.job}.")))
        raise
    return set_down(work, account.client.outcome(work, submission), following.sealed)
