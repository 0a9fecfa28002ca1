"""Bringing down, again and again, what a provider has of a submission."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from matchprep.errors import UsageError
from matchprep.files import output_folder, passing_folder
from matchprep.pipeline.accounts import account_at, still_playing
from matchprep.pipeline.outcomes import Submitted, set_down
from matchprep.pipeline.sealed import sealed_of, submission_of
from matchprep.providers import (
    Jobs,
    PicksUp,
    Provider,
    Step,
    Submission,
    WallClock,
    Watch,
    Work,
    bring_steps,
    ledger_path,
)


def fetch(
    job: str,
    *,
    out: Path | None = None,
    sftp: bool = False,
    ledger: Path | None = None,
    watch: Watch | None = None,
) -> Submitted:
    """Bring down the result of a submission and join it to the list; nothing is created, nothing costs.

    Args:
        job: Its id.
        out: Where the files go; to the folder of the job when left out, which then counts as fetched.
        sftp: Pick it up from the provider's folder for file transfers.
        ledger: The ledger of submissions; this user's when left out.
        watch: Told how it goes.

    Returns:
        What came of it, and which step is next where not all is done.

    Raises:
        InputError: The file that was sent is gone or has changed.
        UsageError: There is no such job, its sandbox has ended, it has not come so far, or the folder cannot
            be written to.
        TransientProviderError: The provider is not done.
        ProviderError: It refused or failed.
    """
    path = ledger or ledger_path()
    known = Jobs(path, WallClock()).job(job)
    sealed = sealed_of(known)
    still_playing(known)
    folder = known.folder if out is None else output_folder(out).resolve()
    with account_at(known.provider, known.options.get("sandbox")) as account, ExitStack() as room:
        jobs = Jobs(path, account.clock)
        if folder != known.folder:  # the ledger tells of what lies in the job's own folder
            jobs = jobs.copied(room.enter_context(passing_folder()) / "ledger.sqlite")
        submission = submission_of(known.folder, sealed, known.options["params"], job)
        work = Work(
            job=known,
            file=submission.file,
            out=folder,
            clock=account.clock,
            jobs=jobs,
            watch=watch or Watch(),
            patient=False,
        )
        left = bring_steps(work, _steps(account.client, submission, sftp=sftp))
        if left is None and known.state != "cancelled":
            jobs.close_job(job, "done")
        return replace(set_down(work, account.client.outcome(work, submission), sealed), left=left)


def _steps(client: Provider, submission: Submission, *, sftp: bool) -> list[Step]:
    steps = list(client.steps(submission))
    if not sftp:
        return steps
    if not isinstance(client, PicksUp):
        what = f"{submission.rules.name} delivers nothing by SFTP"
        raise UsageError(what, where=submission.rules.provider, hint="Leave --sftp out.")
    other = client.picked_up(submission)
    return [other if one.name == other.name else one for one in steps]
