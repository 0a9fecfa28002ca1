"""Forecast against actual: how well earlier forecasts did, by provider, in figures and in pictures."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from itertools import groupby

from matchprep.estimate import Known, correction_at
from matchprep.report import scatter
from matchprep.report.figure import Figure
from matchprep.report.track_record import Calibration, Point, ProviderCalibration
from matchprep.report.words import count, counted, percent
from matchprep.rulebook import list_providers, load_rules


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
