"""The charts of the report.

Each is drawn twice, for a page and for a telephone; the page shows the one that fits.
"""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from matchprep.report.model import Forecast, WeightBin
from matchprep.report.svg import Drawing, line, moved, rect, text
from matchprep.report.words import count, percent

#: Widths in CSS pixels: beside the text of a page, and on a telephone.
WIDTHS = {"wide": 760, "narrow": 340}
#: A chart that is at least this wide has room for labels beside its bars.
ROOMY = 600

INK, SOFT, LINE, PAPER, TRACK = "var(--ink)", "var(--soft)", "var(--line)", "var(--paper)", "var(--track)"
BAR, BAR_SOFT, WARN, NEUTRAL = "var(--bar)", "var(--bar-soft)", "var(--warn)", "var(--neutral)"

#: Size of the letters at a scale.
SMALL = 12
#: Pixels around a chart with scales: left, top and bottom; the height of a histogram.
_LEFT, _TOP, _BOTTOM, _HIGH = 62, 29, 42, 220


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart: segments from the left, as shares of the whole width."""

    label: str
    segments: tuple[tuple[float, str], ...]
    note: str


def bars(items: Sequence[Bar], width: int) -> Drawing:
    """Draw horizontal bars on a common scale, each with its label and a note.

    Args:
        items: From top to bottom.
        width: In pixels; where there is room, labels stand beside the bars, else above them.
    """
    roomy = width >= ROOMY
    left, right = (260, width - 150) if roomy else (0, width)
    marks: list[Markup] = []
    top = 2.0
    for item in items:
        label = textwrap.wrap(item.label, 30 if roomy else 44, max_lines=3, placeholder=" …") or [""]
        height = 18 * len(label)
        if roomy:
            middle = top + max(height, 26) / 2
            bar_top, note_y, text_y = middle - 9, middle, middle - height / 2 + 9
            top += max(height, 26) + 10
        else:
            note_y, text_y, bar_top = top + height + 9, top + 9, top + height + 20
            top = bar_top + 16 + 16
        bottom = bar_top + (18 if roomy else 14)
        marks += [
            rect(left, bar_top, right, bottom, TRACK, corners=2),
            *_segments(item, left, right, bar_top, bottom),
            text(0, text_y, label, INK),
            text(right + 12 if roomy else 0, note_y, item.note, SOFT),
        ]
    return Drawing(width, round(top), marks)


def _segments(item: Bar, left: float, right: float, top: float, bottom: float) -> list[Markup]:
    ends = list(itertools.accumulate((part for part, _ in item.segments), initial=0.0))
    spread = right - left
    return [
        rect(left + start * spread, top, left + end * spread, bottom, color, corners=2, edge=PAPER)
        for start, end, (_, color) in zip(ends, ends[1:], item.segments, strict=False)
        if end > start
    ]


def interval(forecast: Forecast, width: int, *, digits: int) -> Drawing:
    """Draw a forecast on the scale from 0 to 100 %, with its interval.

    Args:
        forecast: The rate and the ends of its interval.
        width: In pixels.
        digits: Decimals of the percentages.
    """
    margin = 62 if width >= ROOMY else 30

    def at(rate: float) -> float:
        return margin + rate * (width - 2 * margin)

    low, high, rate = at(forecast.low), at(forecast.high), at(forecast.match_rate)
    marks = [
        rect(margin, 34, width - margin, 52, TRACK, corners=3),
        rect(low, 34, high, 52, BAR_SOFT, corners=3),
        line(rate, 28, rate, 58, BAR, wide=4),
        text(rate, 15, percent(forecast.match_rate, digits), INK, size=16, anchor="middle", bold=True),
        text(low - 8, 44, percent(forecast.low, digits), INK, anchor="end"),
        text(high + 8, 44, percent(forecast.high, digits), INK),
    ]
    for step in range(5):
        x = at(step / 4)
        marks += [
            line(x, 52, x, 60, LINE),
            text(x, 72, f"{step * 25}%", SOFT, size=SMALL, anchor="middle"),
        ]
    return Drawing(width, 82, marks)


def histogram(bins: Sequence[WeightBin], width: int) -> Drawing:
    """Draw how many best candidates have which weight, taken and not taken.

    Args:
        bins: The intervals, in order; at least one of them holds rows.
        width: In pixels.
    """
    first, last = bins[0].low, bins[-1].high
    rows = ticks(0, max(one.matched + one.unmatched for one in bins), 4, least=1, beyond=True)
    across = width - _LEFT

    def x(weight: float) -> float:
        return (weight - first) / (last - first) * across

    def y(number: float) -> float:
        return _HIGH * (1 - number / rows[-1])

    marks = [line(0, y(one), across, y(one), LINE) for one in rows]
    for one in bins:
        both = one.unmatched + one.matched
        marks += [
            rect(x(one.low), y(end), x(one.high), y(start), color, edge=PAPER)
            for start, end, color in ((0, one.unmatched, NEUTRAL), (one.unmatched, both, BAR))
            if end > start
        ]
    title = "Match weight (evidence that it is the same person)"
    marks += scales(
        {x(one): f"{one:g}" for one in ticks(first, last, 8)}, title,
        {y(one): count(one) for one in rows}, "Rows", (across, _HIGH),
    )  # fmt: skip
    return framed(marks, width, _HIGH)


def ticks(low: float, high: float, most: int, *, least: float = 0, beyond: bool = False) -> list[float]:
    """Choose round numbers along a scale.

    Args:
        low: Where it begins.
        high: Where it ends.
        most: About how many.
        least: How far apart they are at least.
        beyond: Go on until the end is reached.

    Example:
        >>> ticks(-17, 30, 4), ticks(0, 3, 4, least=1), ticks(0, 871, 4, beyond=True)
        ([-10, 0, 10, 20, 30], [0, 1, 2, 3], [0, 200, 400, 600, 800, 1000])
    """
    rough = max((high - low) / most, least, 1e-9)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * math.sqrt(2) > rough)
    begin, end = math.ceil(low / step), math.ceil(high / step) if beyond else math.floor(high / step)
    step = int(step) if step >= 1 else step
    return [step * number for number in range(begin, max(end, begin + beyond) + 1)]


def scales(
    across: dict[float, str], title: str, up: dict[float, str], name: str, size: tuple[float, float]
) -> list[Markup]:
    """Draw the scales of a chart whose corner is at 0, 0.

    Args:
        across: Pixels from the left -> what stands there.
        title: What is shown from left to right.
        up: Pixels from the top -> what stands there.
        name: What is shown from bottom to top.
        size: Width and height of the chart.
    """
    wide, high = size
    marks = [line(0, high, wide, high, LINE), line(0, 0, 0, high, LINE)]
    for x, said in across.items():
        marks += [
            line(x, high, x, high + 5, LINE),
            text(x, high + 14, said, SOFT, size=SMALL, anchor="middle"),
        ]
    marks += [text(-8, y, said, SOFT, size=SMALL, anchor="end") for y, said in up.items()]
    return [
        *marks,
        text(wide / 2, high + 34, title, SOFT, size=SMALL, anchor="middle"),
        text(-_LEFT + 8, -18, name, SOFT, size=SMALL),
    ]


def framed(marks: Sequence[Markup], width: float, high: float) -> Drawing:
    """Give a chart room for its scales.

    Args:
        marks: The chart, its corner at 0, 0.
        width: Of all.
        high: Of the chart.
    """
    return Drawing(width, high + _TOP + _BOTTOM, [moved(marks, _LEFT, _TOP)])


def room(width: float) -> float:
    """Give the width of a chart beside its scales; its last number needs some, too."""
    return width - _LEFT - 18


def text_of_count(number: float, whole: float) -> str:
    """Write a count and its share of the whole, as the notes of bars do."""
    return f"{count(number)} · {percent(number / whole)}" if whole else count(number)
