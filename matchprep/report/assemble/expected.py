"""What to expect at the provider, and what would raise it, put together for the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import polars as pl

from matchprep.check import Checked
from matchprep.estimate import Advised, Estimate, Known
from matchprep.estimate import Forecast as Expected
from matchprep.estimate import Matchability as Judged
from matchprep.match import Groups
from matchprep.report.calibration import calibration_of
from matchprep.report.model import (
    Chances,
    Forecast,
    Gain,
    Improvement,
    Matchability,
    NoForecast,
    Persons,
    Segment,
)
from matchprep.report.track_record import ProviderCalibration

#: The intervals that probabilities are sorted into.
BINS = tuple((n / 10, (n + 1) / 10) for n in range(10))


def gains(checked: Checked) -> tuple[Gain, ...]:
    """Say what filling in one field would bring, the most first.

    Args:
        checked: What the provider's rules said.

    Returns:
        One a field.
    """
    return tuple(Gain(field=one.field, rows=one.rows) for one in checked.gains)


def improvements(advised: Advised) -> tuple[Improvement, ...]:
    """Say what would raise the match rate, the most first.

    Args:
        advised: What the estimate says.

    Returns:
        One a cause.
    """
    return tuple(Improvement(**asdict(one)) for one in advised.advice)


def matchability(judged: Judged) -> Matchability:
    """State what the list alone allows.

    Args:
        judged: The judgment.

    Returns:
        The same for the report.
    """
    return Matchability.model_validate(asdict(judged))


def no_forecast(estimate: Estimate) -> NoForecast | None:
    """Say why there is no forecast, where there is none.

    Args:
        estimate: The estimate.

    Returns:
        The reason; null where there is a forecast.
    """
    why = estimate.no_answer
    if why is None:
        return None
    return NoForecast(reason=why.reason, do=why.do, coverage=str(estimate.coverage), notes=estimate.notes)


def persons(groups: Groups) -> Persons:
    """Count the people of the list.

    Args:
        groups: Its rows by person.

    Returns:
        The same for the report.
    """
    return Persons(rows=groups.rows, persons=groups.persons, duplicates=groups.duplicates)


def forecast(estimate: Estimate, expected: Expected | None) -> Forecast | None:
    """State the forecast.

    Args:
        estimate: The estimate.
        expected: Its forecast, corrected or not.

    Returns:
        The same for the report; null where there is none.
    """
    if expected is None:
        return None
    return Forecast(
        match_rate=expected.match_rate,
        low=expected.low,
        high=expected.high,
        level=expected.level,
        expected_matches=expected.expected_matches,
        low_matches=expected.low_matches,
        high_matches=expected.high_matches,
        unique_matches=expected.unique_matches,
        corrected_by=expected.corrected_by,
        uncorrected=expected.uncorrected,
        doubts=dict(expected.doubts),
        coverage=str(estimate.coverage),
        assumes=estimate.assumes,
        notes=estimate.notes,
        segments=tuple(Segment(**asdict(one)) for one in estimate.segments),
        chances=_chances((estimate.at or estimate.matches).presence["probability"]),
        method=expected.method,
    )


def _chances(probability: pl.Series) -> tuple[Chances, ...]:
    """Sort rows into intervals by their probability, of which the uppermost holds 1."""
    probability = probability.alias("p").clip(0, 1)
    tenth = (pl.col("p") * len(BINS)).floor().clip(0, len(BINS) - 1).alias("tenth")
    counted = probability.to_frame().group_by(tenth).agg(pl.len(), pl.col("p").sum()).sort("tenth")
    return tuple(
        Chances(low=BINS[int(n)][0], high=BINS[int(n)][1], rows=rows, expected_matches=expected)
        for n, rows, expected in zip(*(column.to_list() for column in counted), strict=True)
    )


def track_record(provider: str, known: Sequence[Known]) -> ProviderCalibration | None:
    """Say how earlier forecasts at a provider did.

    Args:
        provider: Its id.
        known: Forecasts with outcomes, at all providers.

    Returns:
        The same for the report; null where nothing came back from there.
    """
    of_all = calibration_of(known, {}).providers
    return next((one for one in of_all if one.provider == provider and one.outcomes), None)
