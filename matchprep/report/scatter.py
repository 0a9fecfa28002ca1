"""The chart of forecasts against outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from matchprep.report import charts
from matchprep.report.svg import Drawing, circle, line, moved, text
from matchprep.report.words import percent

if TYPE_CHECKING:
    from matchprep.report.calibration import Point

#: The chart is at most so many pixels high.
_MOST = 400
#: Pixels around charts below each other, and above each for its title.
_MARGIN, _TITLE = 16, 30
_FIFTHS = [step / 5 for step in range(6)]


def against(points: Sequence[Point], width: int) -> Drawing:
    """Draw outcomes over forecasts, with the line where both are the same.

    Args:
        points: Forecasts with outcomes.
        width: In pixels.
    """
    across = charts.room(width)
    return charts.framed(_marks(points, across, min(across, _MOST)), width, min(across, _MOST))


def panels(titled: Sequence[tuple[str, Sequence[Point]]]) -> Drawing:
    """Draw one square chart a provider, one below the other.

    Args:
        titled: A title and the points below it.
    """
    width = _MOST + 100
    marks: list[Markup] = []
    top = float(_MARGIN)
    for title, points in titled:
        panel = charts.framed(_marks(points, _MOST, _MOST), width, _MOST)
        marks += [
            text(_MARGIN, top + _TITLE / 2, title, charts.INK, size=16, bold=True),
            moved(panel.marks, _MARGIN, top + _TITLE),
        ]
        top += _TITLE + panel.height + _MARGIN
    return Drawing(width + 2 * _MARGIN, top, marks)


def _marks(points: Sequence[Point], wide: float, high: float) -> list[Markup]:
    marks = charts.scales(
        {wide * one: percent(one) for one in _FIFTHS}, "Forecast",
        {high * (1 - one): percent(one) for one in _FIFTHS}, "Actual", (wide, high),
    )  # fmt: skip
    marks += [line(wide * one, 0, wide * one, high, charts.LINE) for one in _FIFTHS[1:]]
    marks += [line(0, high * one, wide, high * one, charts.LINE) for one in _FIFTHS[:-1]]
    marks.append(line(0, high, wide, 0, charts.NEUTRAL, wide=2, dash="5 4"))
    for one in points:
        color, y = charts.WARN if one.slip else charts.BAR, high * (1 - one.actual)
        marks.append(line(wide * one.low, y, wide * one.high, y, color, wide=2, soft=0.6))
    return [
        *marks,
        *(
            circle(wide * one.forecast, high * (1 - one.actual), 4.7, charts.WARN if one.slip else charts.BAR)
            for one in points
        ),
    ]
