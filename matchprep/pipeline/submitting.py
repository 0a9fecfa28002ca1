"""Sending a sealed file, following it to its end, and setting what came back beside the forecast."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from matchprep.errors import InputError, MatchprepError, ProviderError, TransientProviderError, UsageError
from matchprep.estimate import default_ledger
from matchprep.files import write_text
from matchprep.intake import Reading, open_people
from matchprep.pipeline.rejoining import Joined, rejoin
from matchprep.pipeline.remembering import record_outcome
from matchprep.propose import propose_mapping
from matchprep.providers import (
    Assume,
    Call,
    Clock,
    Consent,
    Job,
    Jobs,
    Outcome,
    Pace,
    Provider,
    SandboxClock,
    Submission,
    WallClock,
    Watch,
    Work,
    client_of,
    exchange,
    ledger_path,
    load_settings,
    make_steps,
)
from matchprep.rulebook import load_rules

#: Stands for the job's id, before there is one.
_JOB = "{job}"
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
        ledger: The ledger of submissions; this user's when left out.
    """

    folder: Path
    params: Mapping[str, str] = field(default_factory=dict)
    force: str | None = None
    sandbox: str | None = None
    ledger: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What came of it.

    Args:
        job: As the ledger knows it.
        outcome: What the provider told.
        rows: The rows that were sent.
        forecast: The match rate that was forecast, 0 to 1; null where none was.
        likely: The range that was forecast; null where none was.
        joined: The list with what came back beside its rows; null where nothing came back.
        files: What was written.
    """

    job: Job
    outcome: Outcome
    rows: int
    forecast: float | None
    likely: tuple[float, float] | None
    joined: Joined | None
    files: tuple[Path, ...]


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
    with _client(sealed["provider"], sending.sandbox) as (client, clock):
        jobs = Jobs(sending.ledger or ledger_path(), clock)
        before = jobs.same_file(sealed["provider"], sealed["sha256"], sandbox=sending.sandbox)
        if before and not sending.force:
            hint = f"Follow it with --resume {before[0].job}; send it again with --force and the reason."
            raise UsageError("this file was submitted before", where=before[0].job, hint=hint)
        submission = _submission(sending.folder, sealed, sending.params, _JOB)
        client.steps(submission)  # refuses what was asked wrongly, before anything is written down
        options = {
            "params": dict(sending.params),
            "force": sending.force,
            "sandbox": sending.sandbox,
            "profile": sealed["profile"],
        }
        job = jobs.open_job(sealed["provider"], sending.folder.resolve(), sealed["sha256"], options)
        named = replace(submission, name=submission.name.replace(_JOB, job.job))
        following = _Following(client, clock, jobs, sealed, named, consent, None, watch)
        return _follow(job, following)


def resume(
    job: str,
    *,
    consent: Consent = NOTHING,
    assume: Assume | None = None,
    ledger: Path | None = None,
    watch: Watch = UNWATCHED,
) -> Submitted:
    """Take a submission up where it was left.

    Args:
        job: Its id.
        consent: What the user agreed to pay.
        assume: What the user knows of a step in doubt.
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
    sealed = sealed_in(known.folder, force=known.options.get("force"))
    if sealed["sha256"] != known.file_sha256:
        hint = "Submit the folder anew."
        raise InputError("the sealed file is another one than was submitted", where=job, hint=hint)
    _still_playing(known)
    with _client(known.provider, known.options.get("sandbox")) as (client, clock):
        jobs = Jobs(ledger or ledger_path(), clock)
        submission = _submission(known.folder, sealed, known.options["params"], job)
        following = _Following(client, clock, jobs, sealed, submission, consent, assume, watch)
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
    _still_playing(known)
    with _client(known.provider, known.options.get("sandbox")) as (client, clock):
        jobs = Jobs(ledger or ledger_path(), clock)
        work = Work(job=known, file=known.folder, out=known.folder, clock=clock, jobs=jobs)
        undone = client.cancel(work)
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
    with _client(sealed["provider"], sending.sandbox) as (client, _clock):
        submission = _submission(sending.folder, sealed, sending.params, _JOB)
        return [call for step in client.steps(submission) for call in step.requests]


def sealed_in(folder: Path, *, force: str | None = None) -> dict[str, Any]:
    """Find the sealed file of a run, and make sure that it is the one that passed.

    Args:
        folder: What `matchprep run` wrote.
        force: Why a file that has changed since shall be taken all the same.

    Returns:
        The manifest's words on it.

    Raises:
        InputError: There is none, or it has changed since it passed.
    """
    path = folder / "manifest.json"
    again = "Run `matchprep run LIST --provider ID --reference FILE -o DIR` first, and give its DIR."
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        sealed = manifest.get("sealed")
    except (OSError, ValueError, AttributeError):
        raise InputError("there is no manifest of a run here", where=str(folder), hint=again) from None
    if not sealed:
        hint = "Look at report.html for what is missing, mend it, and run again."
        raise InputError(
            "the run sealed no file: it did not pass the provider's rules", where=str(path), hint=hint
        )
    file = folder / sealed["file"]
    if not file.is_file():
        raise InputError("the sealed file is gone", where=str(file), hint=again)
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if digest != sealed["sha256"] and not force:
        hint = "Run again; or send it all the same with --force and the reason."
        raise InputError("the file has changed since it passed the rules", where=str(file), hint=hint)
    forecast = manifest.get("forecast") or {}
    likely = (forecast["low"], forecast["high"]) if forecast else None
    return {**sealed, "sha256": digest, "forecast": forecast.get("told"), "likely": likely}


@contextmanager
def _client(provider: str, sandbox: str | None) -> Iterator[tuple[Provider, Clock]]:
    """Give a provider's client, or one that talks to the sandbox."""
    kind = client_of(provider)
    given: dict[str, Any] = {}
    clock: Clock = WallClock()
    if sandbox:
        account = import_module(f"matchprep.sandbox.{provider}").ACCOUNT
        given = {"base_url": sandbox, "storage_url": _storage(provider, sandbox), **account}
        clock = SandboxClock(sandbox, exchange)
    pace = Pace(ledger_path().with_name("sandbox-pace.sqlite" if sandbox else "pace.sqlite"), clock)
    client = kind(load_settings(kind.Settings, **given), clock=clock, pace=pace)
    try:
        yield client, clock
    finally:
        client.close()


def _still_playing(job: Job) -> None:
    """Refuse to go on with a job whose sandbox is gone, and with it all that it remembered."""
    if (sandbox := job.options.get("sandbox")) is None:
        return
    try:
        exchange("GET", f"{sandbox}/__sandbox__")
    except TransientProviderError:
        hint = "Submit its folder anew with --sandbox; `matchprep sandbox start` keeps one running."
        raise UsageError("the sandbox that it was sent to has ended", where=job.job, hint=hint) from None


def _storage(provider: str, sandbox: str) -> str:
    """Ask for the storage that the sandbox plays beside a provider; a rehearsal needs none that answers."""
    try:
        urls = exchange("GET", f"{sandbox}/__sandbox__")["urls"]
    except TransientProviderError:
        return sandbox
    return str(urls.get(f"{provider}-storage", sandbox))


def _submission(folder: Path, sealed: Mapping[str, Any], params: Mapping[str, str], job: str) -> Submission:
    rules = load_rules(sealed["provider"])
    file = folder / sealed["file"]
    opened = open_people(file, Reading())
    unknown = {one.column for one in opened.columns.suggestions if one.field is None}
    # A header that says nothing to us is the provider's own word, such as StatSocial's `md5`.
    if own := tuple(f"{part.wire}={field}" for field, part in rules.fields.items() if part.wire in unknown):
        opened = open_people(file, Reading(choices=own))
    proposal = propose_mapping(
        opened.people, opened.columns, opened.clean(), rules, profile=sealed["profile"]
    )
    return Submission(
        rules=rules,
        profile=sealed["profile"],
        name=f"{params.get('name', folder.name)} {job}",
        file=file,
        rows=sealed["rows"],
        document=proposal.document,
        params=params,
    )


@dataclass(frozen=True)
class _Following:
    """What it takes to follow a job."""

    client: Provider
    clock: Clock
    jobs: Jobs
    sealed: Mapping[str, Any]
    submission: Submission
    consent: Consent
    assume: Assume | None
    watch: Watch


def _follow(job: Job, following: _Following) -> Submitted:
    client, jobs, sealed = following.client, following.jobs, following.sealed
    submission = following.submission
    work = Work(
        job=job,
        file=submission.file,
        out=job.folder,
        clock=following.clock,
        jobs=jobs,
        watch=following.watch,
    )
    whom = f"{submission.rules.name}{', played by the sandbox' if job.options.get('sandbox') else ''}"
    following.watch.on_begin(f"{submission.rows:,} rows to {whom}   {job.job}")
    try:
        make_steps(work, client.steps(submission), consent=following.consent, assume=following.assume)
    except MatchprepError as error:
        # NOTE: a permanent refusal ends the job; whatever else went wrong, it can be taken up again.
        state = "failed" if isinstance(error, ProviderError) and _is_final(error) else "waiting for you"
        jobs.close_job(job.job, state, error.what)  # type: ignore[arg-type]
        error.hint = " ".join(filter(None, (error.hint, f"The job is {job.job}.")))
        raise
    outcome = client.outcome(work, submission)
    if joined := rejoin(work.out, outcome):
        outcome = replace(outcome, files=(joined.file, *outcome.files))
    written = _write_outcome(work, outcome, sealed, jobs.job(job.job), joined)
    if outcome.match_rate is not None and sealed["forecast"] is not None and not job.options.get("sandbox"):
        # NOTE: the sandbox's figures teach nothing of the provider.
        rows = sealed["rows"]
        record_outcome(
            default_ledger(), str(job.folder), matched=round(outcome.match_rate * rows), of_rows=rows
        )
    return Submitted(
        job=jobs.job(job.job),
        outcome=outcome,
        rows=sealed["rows"],
        forecast=sealed.get("forecast"),
        likely=sealed.get("likely"),
        joined=joined,
        files=(*outcome.files, written),
    )


def _is_final(error: ProviderError) -> bool:
    return type(error).__name__ == "PermanentProviderError"


def _write_outcome(
    work: Work, outcome: Outcome, sealed: Mapping[str, Any], job: Job, joined: Joined | None
) -> Path:
    """Write what came back beside the forecast: `outcome.json`, counts only."""
    path = work.out / "outcome.json"
    document = {
        "outcome": 1,
        "job": job.job,
        "provider": sealed["provider"],
        "sandbox": job.options.get("sandbox") is not None,
        "rows_sent": sealed["rows"],
        "match_rate": outcome.match_rate,
        "matched_rows": outcome.matched_rows,
        "unique_matches": outcome.unique_matches,
        "forecast": sealed.get("forecast"),
        "forecast_range": sealed.get("likely"),
        "paid": list(job.paid),
        "told": dict(outcome.told),
        "joined": None if joined is None else {**asdict(joined), "file": joined.file.name},
        "files": [one.name for one in outcome.files],
    }
    write_text(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return path
