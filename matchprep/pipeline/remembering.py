"""What a run leaves in the ledger, and what comes back for it later."""

from __future__ import annotations

import json
from pathlib import Path

from matchprep.errors import UsageError
from matchprep.estimate import Entry, Known, Ledger, Outcome, lone_doubt, now
from matchprep.pipeline.stages import Walk
from matchprep.report import Calibration, calibration_of
from matchprep.results import versions


def entry_of(walk: Walk) -> Entry | None:
    """Put down what was forecast.

    Args:
        walk: What was found.

    Returns:
        The forecast for the ledger; null where none was made, or for no provider.
    """
    told, before = walk.forecast, walk.uncorrected
    if not (told and before and walk.rules):
        return None
    return Entry(
        run=walk.run,
        made=now(),
        provider=walk.rules.provider,
        profile=walk.checked.profile if walk.checked else None,
        list_sha256=walk.list.people.facts.sha256,
        rows=told.rows,
        rate=before.match_rate,
        doubt=lone_doubt(before),
        corrected_by=told.corrected_by,
        told=told.match_rate,
        low=told.low,
        high=told.high,
        level=told.level,
        coverage=str(walk.estimate.coverage) if walk.estimate else "whole",
        version=versions()["matchprep"],
    )


def remember(walk: Walk) -> None:
    """Keep the forecast of a walk in the ledger, where there is one.

    Args:
        walk: What was found.

    Raises:
        UsageError: The ledger cannot be written.
    """
    entry = entry_of(walk)
    if entry and walk.request.ledger:
        with Ledger(walk.request.ledger) as ledger:
            ledger.forecast(entry)


def record_outcome(
    ledger: Path,
    run: str,
    *,
    actual: float | None = None,
    matched: int | None = None,
    of_rows: int | None = None,
) -> Known:
    """Keep what a provider found of a list.

    Args:
        ledger: The file of the ledger.
        run: The output folder of the run, or its id, or the beginning of that.
        actual: The match rate that came back, from 0 to 1; or else
        matched: the rows that matched,
        of_rows: and of how many; by default of those that the forecast was for.

    Returns:
        The outcome beside its forecast.

    Raises:
        UsageError: There is no such run, the figures are none of a match rate, or the ledger cannot be used.
    """
    entry = _entry_in(Path(run))
    with Ledger(ledger) as opened:
        if entry is None:
            entry = opened.entry(run)
        else:
            opened.forecast(entry)
        if matched is not None:
            of_rows = entry.rows if of_rows is None else of_rows
        rate = _rate(actual, matched, of_rows)
        return opened.record(
            Outcome(run=entry.run, recorded=now(), actual=rate, matched=matched, of_rows=of_rows)
        )


def _rate(actual: float | None, matched: int | None, of_rows: int | None) -> float:
    if (actual is None) == (matched is None):
        raise UsageError(
            "an outcome is either a rate or a number of rows",
            hint="Say --actual 0.58, or --matched 580 --of 1000.",
        )
    rate = actual if matched is None else matched / of_rows if of_rows else None
    if rate is None or not 0 <= rate <= 1:
        raise UsageError(
            "the outcome is no match rate",
            hint="A rate lies between 0 and 1: 58 % is --actual 0.58. No more rows match than were sent.",
        )
    return rate


def _entry_in(folder: Path) -> Entry | None:
    """Read what a run that wrote into a folder had forecast; null where it is no folder."""
    if not folder.is_dir():
        return None
    file = folder / "manifest.json"
    try:
        forecast = json.loads(file.read_text(encoding="utf-8"))["forecast"]
        return Entry(**forecast)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "this folder tells of no forecast for a provider",
            where=str(file),
            hint="Name the output folder of a `matchprep run`.",
        ) from error


def calibrate(ledger: Path) -> Calibration:
    """Set forecasts beside outcomes.

    Args:
        ledger: The file of the ledger.

    Returns:
        The figures by provider.

    Raises:
        UsageError: The ledger cannot be used.
    """
    with Ledger(ledger) as opened:
        return calibration_of(opened.known(), opened.waiting())
