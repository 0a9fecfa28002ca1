"""`matchprep jobs`, `status`, `cancel`: the submissions made from here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json
from matchprep.cli.facts import facts_table, two_columns
from matchprep.cli.screen import confirmed
from matchprep.errors import UsageError
from matchprep.pipeline import submitting
from matchprep.providers import Job, Jobs, WallClock, ledger_path

JobId = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, as `matchprep jobs` lists it.")]
_SIGNS = {"done": ("✓", "green"), "failed": ("✗", "red"), "cancelled": ("✗", "dim")}


def jobs(as_json: options.Json = False) -> None:
    """List the submissions made from here, the newest first.

    **Examples**

    ```
    matchprep jobs
    matchprep jobs --json
    ```
    """
    with faults_in_words(as_json=as_json):
        known = Jobs(ledger_path(), WallClock()).jobs()
        if as_json:
            print_json([job_document(one) for one in known])
            return
        _print_jobs(known)


def status(job: JobId, as_json: options.Json = False) -> None:
    """Show one submission: its steps, and what each found out.

    **Examples**

    ```
    matchprep status iqm-1a2b3c4d
    ```
    """
    with faults_in_words(as_json=as_json):
        one = Jobs(ledger_path(), WallClock()).job(job)
        if as_json:
            print_json(job_document(one))
            return
        _print_job(one)


def cancel(
    job: JobId,
    yes: Annotated[
        bool, typer.Option("--yes", help="What is deleted at the provider cannot be brought back: agree.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Undo a submission as far as its provider allows; what is deleted there cannot be brought back.

    **Examples**

    ```
    matchprep cancel iqm-1a2b3c4d
    matchprep cancel iqm-1a2b3c4d --yes
    ```
    """
    with faults_in_words(as_json=as_json):
        if not yes and (as_json or not confirmed(f"Delete what {job} created at the provider, for good?")):
            raise UsageError("nothing was cancelled", where=job, hint="Agree with --yes.")
        undone = submitting.cancel(job)
        if as_json:
            print_json({"job": job, "undone": undone})
        else:
            out.print(f"{job}: {undone}", markup=False)


def job_document(job: Job) -> dict[str, Any]:
    """Tell of a submission, for machines.

    Args:
        job: The submission.

    Returns:
        A JSON document.
    """
    return {
        "job": job.job,
        "provider": job.provider,
        "state": job.state,
        "sandbox": job.options.get("sandbox") is not None,
        "why": job.why,
        "paid": list(job.paid),
        "begun": dt.datetime.fromtimestamp(job.made, dt.UTC).isoformat(timespec="seconds"),
        "folder": str(job.folder),
        "steps": [{"step": one.step, "state": one.state, **one.facts} for one in job.steps.values()],
    }


def _print_job(job: Job) -> None:
    """Print one submission with its steps."""
    sign, style = _SIGNS.get(job.state, ("…", "yellow"))
    out.print(Text.assemble((f"{sign} {job.state}", style), f"   {job.job}   {job.folder}"), soft_wrap=True)
    if job.why:
        out.print(f"  {job.why}", markup=False, soft_wrap=True)
    table = two_columns()
    for step in job.steps.values():
        found = {name: value for name, value in step.facts.items() if value is not None}
        table.add_row(f"{'✓' if step.state == 'done' else '…'} {step.step}", facts_table(found))
    out.print(Padding(table, (0, 0, 0, 2)))


def _print_jobs(known: Sequence[Job]) -> None:
    """Print the submissions, one a line."""
    if not known:
        out.print("Nothing was submitted from here so far.")
        return
    lines = [("Job", "State", "Begun", "Folder"), *map(_line_of, known)]
    widths = [max(len(one[place]) for one in lines) for place in range(3)]
    for place, line in enumerate(lines):
        text = "  ".join((*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3]))
        out.print(text, style="dim" if place == 0 else None, markup=False, soft_wrap=True)


def _line_of(job: Job) -> tuple[str, str, str, str]:
    state = f"{job.state} (sandbox)" if job.options.get("sandbox") else job.state
    begun = dt.datetime.fromtimestamp(job.made).astimezone()
    return job.job, state, f"{begun:%Y-%m-%d %H:%M}", str(job.folder)
