"""The pictures of the rows: what to expect, where they go, why they were set aside, how full they are."""

from __future__ import annotations

import functools

from matchprep.report import charts, words
from matchprep.report.charts import Bar
from matchprep.report.figure import Figure
from matchprep.report.model import Column, RunReport
from matchprep.report.words import count, percent, share

#: A chart shows this many reasons or columns at most; the table behind it shows all.
MOST_REASONS = 12
MOST_COLUMNS = 30


def forecast(report: RunReport) -> Figure | None:
    """Picture the forecast with its interval."""
    expected = report.forecast
    if expected is None:
        return None
    digits = digits_of_forecast(report)
    rate, low, high = (percent(r, digits) for r in (expected.match_rate, expected.low, expected.high))
    return Figure(
        name="forecast",
        title="Expected match rate",
        takeaway=f"With a probability of {percent(expected.level)}, the true rate lies between {low} "
        f"and {high}: {count(expected.low_matches)} to {count(expected.high_matches)} rows.",
        draw=lambda width: charts.interval(expected, width, digits=digits),
        header=("", "Match rate", "Rows"),
        table=(
            ("Lower end", low, count(expected.low_matches)),
            ("Expected", rate, count(expected.expected_matches)),
            ("Upper end", high, count(expected.high_matches)),
        ),
        legend=(
            ("bar", "expected"),
            ("bar-soft", f"range that holds the truth {percent(expected.level)} of the time"),
        ),
    )


def digits_of_forecast(report: RunReport) -> int:
    """Say how many decimals the forecast deserves: one where its interval is narrow."""
    expected = report.forecast
    return 1 if expected and expected.high - expected.low < 0.05 else 0


def funnel(report: RunReport) -> Figure | None:
    """Picture how many rows are left after each step, from the list to the match."""
    rows, steps = report.rows, [("Rows in the list", report.rows.read)]
    if not rows.read:
        return None
    if rows.unread:
        steps.append(("Rows that could be read", rows.read - rows.unread))
    left = rows.read - rows.unread
    for gone, label in (
        (rows.suppressed, "Rows of nobody on the exclusion list"),
        (rows.repeats, "Rows of different people"),
    ):
        left -= gone
        if gone:
            steps.append((label, left))
    if rows.kept < left:
        name = report.provider.name if report.provider else "the check"
        steps.append((f"Rows that meet the rules of {name}", rows.kept))
    steps += _matching_steps(report)
    last = steps[-2] if report.forecast and report.forecast.unique_matches is not None else steps[-1]
    end = "are expected to match" if report.forecast else f"reach the last step: {last[0].lower()}"
    items = [
        Bar(label, ((share(n, rows.read), charts.BAR),), charts.text_of_count(n, rows.read))
        for label, n in steps
    ]
    return Figure(
        name="funnel",
        title="From the rows read to the people matched",
        takeaway=f"Of {words.counted(rows.read, 'row')} in the list, {count(last[1])} "
        f"({percent(share(last[1], rows.read))}) {end}.",
        draw=functools.partial(charts.bars, items),
        header=("Step", "Rows", "Share of the list", "Lost at this step"),
        table=tuple(
            (label, count(n), percent(share(n, rows.read)), count(before - n))
            for (label, n), (_, before) in zip(steps, [steps[0], *steps], strict=False)
        ),
    )


def _matching_steps(report: RunReport) -> list[tuple[str, int]]:
    """Name what is left of the rows to be sent, as far as each step lies within the one before."""
    match, expected, at = report.match, report.forecast, report.at_provider
    steps: list[tuple[str, int]] = []
    if match:
        near = match.rows - match.no_candidate
        steps.append(("Rows that resemble somebody in the reference", near))
    if expected:
        who = report.provider.name if report.provider else "a provider"
        steps += [("Rows whose person is in the reference", round(at.expected_people))] if at else []
        # NOTE: a reference that is a part of the universe has fewer people than will match.
        steps = [one for one in steps if one[1] >= expected.expected_matches]
        steps.append((f"Rows expected to match at {who}", round(expected.expected_matches)))
        if expected.unique_matches is not None:
            steps.append(("Different people among them", round(expected.unique_matches)))
    elif match:
        steps.append(("Rows matched", match.matched))
    return steps


def rejections(report: RunReport) -> Figure | None:
    """Picture why rows were set aside."""
    reasons = report.rejections
    if not reasons:
        return None
    most = max(reason.rows for reason in reasons)
    whole = report.rows.read
    items = [
        Bar(
            words.sentence(words.shown(one.reason)),
            ((share(one.rows, most), charts.WARN),),
            charts.text_of_count(one.rows, whole),
        )
        for one in reasons[:MOST_REASONS]
    ]
    return Figure(
        name="rejections",
        title="Rows set aside, by reason",
        takeaway=f"{words.counted(report.rows.rejected, 'row was', 'rows were')} set aside, "
        f"{percent(share(report.rows.rejected, whole))} of the list. The commonest reason: "
        f"{words.short(words.shown(reasons[0].reason))} ({count(reasons[0].rows)}). A row may have several "
        f"reasons.{_cut(len(reasons), MOST_REASONS, 'commonest reasons')}",
        draw=functools.partial(charts.bars, items),
        header=("Reason", "Rows", "Share of the list"),
        table=tuple(
            (words.sentence(words.shown(r.reason)), count(r.rows), percent(share(r.rows, whole)))
            for r in reasons
        ),
    )


def completeness(report: RunReport) -> Figure | None:
    """Picture how full each understood column is, and how much of it can be used."""
    understood = [column for column in report.columns if column.field] or list(report.columns)
    whole = report.rows.read - report.rows.unread
    if not understood or not whole:
        return None
    items = [_fullness(column, whole) for column in understood[:MOST_COLUMNS]]
    empty, worst = min(understood, key=lambda column: column.filled), max(understood, key=_unusable)
    takeaway = "Every column is filled throughout."
    if empty.filled < whole:
        name = words.short(words.shown(empty.column))
        filled = percent(share(empty.filled, whole))
        takeaway = (
            f"The emptiest column is {name}: filled in {filled} of {words.counted(whole, 'readable row')}."
        )
    if _unusable(worst):
        name = words.short(words.shown(worst.column))
        takeaway += f" Most values that cannot be used are in {name} ({count(_unusable(worst))})."
    return Figure(
        name="completeness",
        title="How complete and how usable each column is",
        takeaway=takeaway + _cut(len(understood), MOST_COLUMNS, "first columns"),
        draw=functools.partial(charts.bars, items),
        header=("Column", "Filled", "Usable", "Written, but not usable", "Empty"),
        table=tuple(
            (
                words.shown(column.column),
                count(column.filled),
                count(column.filled - _unusable(column)),
                count(_unusable(column)),
                count(whole - column.filled),
            )
            for column in understood
        ),
        legend=(("bar", "usable"), ("warn", "written, but not usable"), ("track", "empty")),
    )


def _cut(number: int, most: int, what: str) -> str:
    return f" The chart shows the {most} {what}, the table all {number}." if number > most else ""


def _unusable(column: Column) -> int:
    return 0 if column.valid is None else max(column.filled - column.valid, 0)


def _fullness(column: Column, whole: int) -> Bar:
    unusable = _unusable(column)
    parts = ((share(column.filled - unusable, whole), charts.BAR), (share(unusable, whole), charts.WARN))
    return Bar(words.shown(column.column), parts, f"{percent(share(column.filled - unusable, whole))} usable")
