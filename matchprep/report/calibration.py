"""Forecast against actual: how well earlier forecasts did, by provider, in figures and in pictures."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from itertools import groupby

from matchprep.estimate import Known, correction_at
from matchprep.report import scatter
from matchprep.report.figure import Figure
from matchprep.report.model import Count, Part, Rate
from matchprep.report.words import count, counted, percent
from matchprep.rulebook import list_providers, load_rules


class Point(Part):
    """A forecast with its outcome."""

    run: str
    """The id of the run."""
    made: str
    """When the forecast was made."""
    rows: Count
    """Rows of the list."""
    forecast: Rate
    """The rate that was told."""
    low: Rate
    """Lower end of its interval."""
    high: Rate
    """Upper end of its interval."""
    uncorrected: Rate
    """The rate before earlier outcomes corrected it."""
    corrected_by: Count
    """So many of them."""
    actual: Rate
    """The rate that came back."""
    slip: bool
    """Whether the outcome fits the others so badly that it is taken for a slip."""


class ProviderCalibration(Part):
    """How well the forecasts at one provider did."""

    provider: str
    """Its id."""
    name: str
    """Its name."""
    outcomes: Count
    """Forecasts with an outcome."""
    waiting: Count = 0
    """Forecasts without one."""
    factor: float | None = None
    """Its match rate as a multiple of the uncorrected forecast, as far as the outcomes tell."""
    mean_error: float | None = None
    """How far the forecasts were above (or below) what came back, on average."""
    mean_absolute_error: Rate | None = None
    """How far they were off, on average."""
    uncorrected_error: Rate | None = None
    """How far they would have been off without any correction."""
    within: Rate | None = None
    """The share of outcomes that lay within their forecast's interval."""
    points: tuple[Point, ...] = ()
    """The outcomes, the oldest forecast first."""


class Calibration(Part):
    """How well all forecasts with an outcome did."""

    providers: tuple[ProviderCalibration, ...]
    """By provider; only those that the ledger knows."""


def calibration_of(known: Iterable[Known], waiting: Mapping[str, int]) -> Calibration:
    """Set forecasts beside outcomes.

    Args:
        known: Forecasts with outcomes, by provider and time.
        waiting: Provider -> forecasts without an outcome.

    Returns:
        The figures by provider.
    """
    known = tuple(known)
    grouped = {name: tuple(some) for name, some in groupby(known, key=lambda one: one.entry.provider)}
    names = sorted({*grouped, *waiting})
    return Calibration(
        providers=tuple(_of_provider(name, grouped.get(name, ()), known, waiting) for name in names)
    )


def _of_provider(
    provider: str, own: tuple[Known, ...], known: tuple[Known, ...], waiting: Mapping[str, int]
) -> ProviderCalibration:
    name = load_rules(provider).name if provider in list_providers() else provider
    still = waiting.get(provider, 0)
    correction = correction_at(provider, known)
    if correction is None:
        return ProviderCalibration(provider=provider, name=name, outcomes=0, waiting=still)
    genuine = (1.0,) * (len(own) - len(correction.genuine)) + correction.genuine
    points = tuple(_point(one, slip=chance < 0.5) for one, chance in zip(own, genuine, strict=True))
    off = [one.forecast - one.actual for one in points]
    return ProviderCalibration(
        provider=provider,
        name=name,
        outcomes=len(own),
        waiting=still,
        factor=correction.factor,
        mean_error=sum(off) / len(off),
        mean_absolute_error=sum(map(abs, off)) / len(off),
        uncorrected_error=sum(abs(one.uncorrected - one.actual) for one in points) / len(points),
        within=sum(one.low <= one.actual <= one.high for one in points) / len(points),
        points=points,
    )


def _point(one: Known, *, slip: bool) -> Point:
    entry = one.entry
    return Point(
        run=entry.run,
        made=entry.made,
        rows=entry.rows,
        forecast=entry.told,
        low=entry.low,
        high=entry.high,
        uncorrected=entry.rate,
        corrected_by=entry.corrected_by,
        actual=one.outcome.actual,
        slip=slip,
    )


def figure(one: ProviderCalibration) -> Figure:
    """Picture forecast against actual at one provider.

    Args:
        one: Its figures; it has outcomes.

    Returns:
        The figure.
    """
    slips = sum(point.slip for point in one.points)
    return Figure(
        name=f"calibration-{one.provider}",
        title=f"{one.name}: forecast against actual",
        takeaway=f"{counted(one.outcomes, 'outcome')}. Forecasts were off by"
        f" {percent(one.mean_absolute_error or 0, 1)} of the rows on average;"
        f" {percent(one.within or 0)} of the outcomes lay within their interval."
        + (
            f" {counted(slips, 'outcome is', 'outcomes are')} taken for a slip and left out." if slips else ""
        ),
        draw=functools.partial(scatter.against, one.points),
        header=("Forecast made", "Rows", "Forecast", "Interval", "Without correction", "Actual"),
        table=tuple(
            (
                point.made[:10],
                count(point.rows),
                percent(point.forecast, 1),
                f"{percent(point.low, 1)} to {percent(point.high, 1)}",
                percent(point.uncorrected, 1),
                percent(point.actual, 1) + (" (a slip)" if point.slip else ""),
            )
            for point in one.points
        ),
        legend=(
            ("bar", "an outcome, with the interval of its forecast"),
            ("warn", "taken for a slip"),
            ("neutral", "where forecast and outcome are the same"),
        ),
    )
