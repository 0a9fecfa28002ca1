"""The picture of what would raise the match rate."""

from __future__ import annotations

import functools

from matchprep.report import charts, words
from matchprep.report.charts import Bar
from matchprep.report.figure import Figure
from matchprep.report.model import Improvement, RunReport
from matchprep.report.words import count, share

#: The chart shows this many causes at most; the table behind it shows all.
MOST = 8


def improvements(report: RunReport) -> Figure | None:
    """Picture the matches lost to each cause."""
    causes = report.improvements
    if not causes or causes[0].gain < 0.5:
        return None
    most = max(one.high for one in causes)
    first = causes[0]
    return Figure(
        name="improvements",
        title="What would raise the match rate",
        takeaway=f"Most is to be gained from this: {words.shown(first.cause)}"
        f" ({words.counted(first.rows, 'row')}). Mended, some {count(first.gain)} more rows would match;"
        f" {count(first.low)} to {count(first.high)}, with a probability of 90%.",
        draw=functools.partial(charts.bars, [_bar(one, most) for one in causes[:MOST] if one.gain >= 0.5]),
        header=("Cause", "Rows", "Matches more", "Interval", "What to do"),
        table=tuple(
            (
                words.sentence(words.shown(one.cause)),
                count(one.rows),
                f"+{count(one.gain)}",
                f"{count(one.low)} to {count(one.high)}",
                one.do,
            )
            for one in causes
        ),
        legend=(("bar", "sure enough"), ("bar-soft", "perhaps")),
    )


def _bar(one: Improvement, most: float) -> Bar:
    sure, perhaps = max(one.low, 0.0), one.high - max(one.low, 0.0)
    return Bar(
        words.sentence(words.shown(one.cause)),
        ((share(sure, most), charts.BAR), (share(perhaps, most), charts.BAR_SOFT)),
        f"+{count(one.gain)} ({count(sure)}–{count(one.high)})",
    )
