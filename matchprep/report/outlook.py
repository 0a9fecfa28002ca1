"""The pictures of the forecast: for which rows it is how high, and where its doubts come from."""

from __future__ import annotations

import functools
from itertools import groupby

from matchprep.report import charts, words
from matchprep.report.charts import Bar
from matchprep.report.figure import Figure
from matchprep.report.figures import digits_of_forecast
from matchprep.report.model import Chances, RunReport, Segment
from matchprep.report.words import count, percent, share

#: A chart shows this many kinds of rows at most; the table behind it shows all.
MOST_KINDS = 12
#: What rows are told apart by -> the words for it; the header of a column stands for itself.
CRITERIA = {"completeness": "By what is filled in", "state": "By state"}
#: Told apart by what a provider takes: in `report.json`, for it says nearly what completeness says.
_LEFT_OUT = "fields"
#: Half the width of the mark of a rate, as a share of the scale.
_MARK = 0.008


def by_kind(report: RunReport) -> tuple[Figure, ...]:
    """Picture the forecast by kinds of rows: a picture for each way to tell them apart."""
    found = report.forecast.segments if report.forecast else ()
    groups = [(by, list(group)) for by, group in groupby(found, lambda one: one.by)]
    told = [(by, kinds) for by, kinds in groups if len(kinds) > 1 and by != _LEFT_OUT]
    return tuple(_kinds(n, by, kinds, digits_of_forecast(report)) for n, (by, kinds) in enumerate(told))


def _kinds(number: int, by: str, kinds: list[Segment], digits: int) -> Figure:
    best = max(kinds, key=lambda one: one.match_rate)
    worst = min(kinds, key=lambda one: one.match_rate)
    title = CRITERIA.get(by, f"By {words.shown(by)}")
    cut = f" The chart shows the {MOST_KINDS} largest, the table all {len(kinds)}."
    return Figure(
        name=f"kinds-{number}",
        title=title,
        takeaway=f"Lowest: {_name(worst)} ({percent(worst.match_rate, digits)} of"
        f" {words.counted(worst.rows, 'row')}). Highest: {_name(best)} ({percent(best.match_rate, digits)} of"
        f" {words.counted(best.rows, 'row')})." + (cut if len(kinds) > MOST_KINDS else ""),
        draw=functools.partial(charts.bars, [_range(one, digits) for one in kinds[:MOST_KINDS]]),
        header=("Kind", "Rows", "Match rate", "Between", "Expected to match"),
        table=tuple(
            (
                words.shown(one.kind),
                count(one.rows),
                percent(one.match_rate, digits),
                f"{percent(one.low, digits)} to {percent(one.high, digits)}",
                count(one.expected_matches),
            )
            for one in kinds
        ),
        legend=(("bar", "expected"), ("bar-soft", "range of the forecast")),
    )


def _name(one: Segment) -> str:
    carried = ", as rows elsewhere" if one.carried and one.by == "state" else ""
    return words.short(words.shown(one.kind)) + carried


def _range(one: Segment, digits: int) -> Bar:
    mark = min(max(one.match_rate, _MARK), 1 - _MARK)
    low, high = min(one.low, mark - _MARK), max(one.high, mark + _MARK)
    parts = (
        (low, charts.TRACK),
        (mark - _MARK - low, charts.BAR_SOFT),
        (2 * _MARK, charts.BAR),
        (high - mark - _MARK, charts.BAR_SOFT),
    )
    return Bar(_name(one), parts, f"{percent(one.match_rate, digits)} · {words.counted(one.rows, 'row')}")


def doubts(report: RunReport) -> Figure | None:
    """Picture where the doubts of the forecast come from."""
    told = sorted(report.forecast.doubts.items(), key=lambda one: -one[1]) if report.forecast else []
    if not told or not told[0][1]:
        return None
    (first, most), whole = told[0], sum(spread**2 for _, spread in told)
    return Figure(
        name="doubts",
        title="Where the doubt comes from",
        takeaway=f"Most of the doubt, {percent(share(most**2, whole))}, comes from this: {first}. Each bar is"
        " by how many points of the match rate that source alone would let the truth lie off, typically (one"
        " standard deviation). Their squares add up.",
        draw=functools.partial(
            charts.bars,
            [
                Bar(words.sentence(name), ((share(spread, most), charts.BAR),), f"±{spread * 100:.1f} points")
                for name, spread in told
            ],
        ),
        header=("Source", "Points of the match rate", "Share of the doubt"),
        table=tuple(
            (words.sentence(name), f"±{spread * 100:.2f}", percent(share(spread**2, whole)))
            for name, spread in told
        ),
    )


def chances(report: RunReport) -> Figure | None:
    """Picture how sure the forecast is of the single rows."""
    found = report.forecast.chances if report.forecast else ()
    rows = sum(one.rows for one in found)
    if not rows:
        return None
    whole = report.forecast is not None and report.forecast.coverage == "whole"
    sure = sum(one.rows for one in found if one.high <= 0.1 or one.low >= 0.9)
    return Figure(
        name="chances",
        title="How sure it is of the single rows",
        takeaway=f"For {percent(share(sure, rows))} of the rows the answer is all but settled: their"
        " probability is below 10% or above 90%. What is expected of all others is their number times"
        " their probability; that many of them match if the probabilities mean what they say."
        + ("" if whole else " So far the reference alone; what it stands for is reckoned afterwards."),
        draw=functools.partial(charts.bars, [_chance(one, rows) for one in reversed(found)]),
        header=("Probability to match", "Rows", "Expected to match", "As a share"),
        table=tuple(
            (
                _between(one),
                count(one.rows),
                count(one.expected_matches),
                percent(share(one.expected_matches, one.rows)),
            )
            for one in reversed(found)
        ),
        legend=(("bar", "expected to match"), ("neutral", "expected not to match")),
    )


def _between(one: Chances) -> str:
    return f"{percent(one.low)} to {percent(one.high)}"


def _chance(one: Chances, whole: int) -> Bar:
    yes = min(one.expected_matches, one.rows)
    parts = ((share(yes, whole), charts.BAR), (share(one.rows - yes, whole), charts.NEUTRAL))
    return Bar(_between(one), parts, words.counted(one.rows, "row"))
