"""What came of a submission, set down beside its forecast and joined to the list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from matchprep.estimate import default_ledger
from matchprep.files import write_text
from matchprep.pipeline.rejoining import Joined, rejoin
from matchprep.pipeline.remembering import record_outcome
from matchprep.providers import Job, Outcome, Work


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
        folder: Where the files lie.
        files: What was written.
        left: The step that is next, where the submission has come only so far.
    """

    job: Job
    outcome: Outcome
    rows: int
    forecast: float | None
    likely: tuple[float, float] | None
    joined: Joined | None
    folder: Path
    files: tuple[Path, ...]
    left: str | None = None


def set_down(work: Work, outcome: Outcome, sealed: Mapping[str, Any]) -> Submitted:
    """Join what came back to the list, write the figures, and remember them beside the forecast.

    Args:
        work: What the steps worked with.
        outcome: What the provider told.
        sealed: What `sealed_in` found of the file that was sent.

    Returns:
        What came of it.

    Raises:
        UsageError: The folder cannot be written to.
    """
    job = work.jobs.job(work.job.job)
    if joined := rejoin(job.folder, outcome, work.out):
        outcome = replace(outcome, files=(joined.file, *outcome.files))
    written = _write_outcome(work.out, outcome, sealed, job, joined)
    if outcome.match_rate is not None and sealed["forecast"] is not None and not job.options.get("sandbox"):
        # NOTE: the sandbox's figures teach nothing of the provider.
        rows = sealed["rows"]
        record_outcome(
            default_ledger(), str(job.folder), matched=round(outcome.match_rate * rows), of_rows=rows
        )
    return Submitted(
        job=job,
        outcome=outcome,
        rows=sealed["rows"],
        forecast=sealed.get("forecast"),
        likely=sealed.get("likely"),
        joined=joined,
        folder=work.out,
        files=(*outcome.files, written),
    )


def _write_outcome(
    folder: Path, outcome: Outcome, sealed: Mapping[str, Any], job: Job, joined: Joined | None
) -> Path:
    """Write what came back beside the forecast: `outcome.json`, counts only."""
    path = folder / "outcome.json"
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
