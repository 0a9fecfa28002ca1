"""The chart of forecasts against outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matchprep.report import charts
from matchprep.report.charts import Spec

if TYPE_CHECKING:
    from matchprep.report.track_record import Point

#: Pixels left for the scales.
_MARGIN = 70
#: The chart is at most so many pixels high.
_MOST = 400


def against(points: Sequence[Point], width: int) -> Spec:
    """Draw outcomes over forecasts, with the line where both are the same.

    Args:
        points: Forecasts with outcomes.
        width: In pixels.

    Returns:
        A chart.
    """
    across = width - _MARGIN
    return charts.finished(_marks(points), across, min(across, _MOST))


def panels(titled: Sequence[tuple[str, Sequence[Point]]], *, background: str) -> Spec:
    """Draw one square chart a provider, one below the other.

    Args:
        titled: A title and the points below it.
        background: The color behind them.

    Returns:
        A chart.
    """
    title = {"anchor": "start", "color": charts.INK, "fontSize": 16, "offset": 24}
    drawn = [
        {"width": _MOST, "height": _MOST, "title": {"text": text, **title}, "layer": _marks(points)}
        for text, points in titled
    ]
    return charts.styled({"background": background, "padding": 16, "spacing": 40, "vconcat": drawn})


def _marks(points: Sequence[Point]) -> list[Spec]:
    values: list[Spec] = [
        {"x": one.forecast, "low": one.low, "high": one.high, "y": one.actual,
         "color": charts.WARN if one.slip else charts.BAR}
        for one in points
    ]  # fmt: skip
    rate: Spec = {"type": "quantitative", "scale": {"domain": [0, 1]}}
    axis: Spec = {"format": ".0%", "tickCount": 5}
    forecast: Spec = {"field": "x", **rate, "axis": {"title": "Forecast", **axis}}
    sideways: Spec = {"titleAngle": 0, "titleAlign": "left", "titleX": -42, "titleY": -14}
    actual: Spec = {"field": "y", **rate, "axis": {"title": "Actual", **sideways, **axis}}
    rule: Spec = {"type": "rule", "strokeWidth": 2, "opacity": 0.6}
    point: Spec = {"type": "point", "filled": True, "size": 70, "opacity": 1}
    return [
        charts.layer(
            [{"x": 0, "y": 0}, {"x": 1, "y": 1}],
            {"type": "line", "color": charts.NEUTRAL, "strokeDash": [5, 4]},
            x=forecast, y=actual,
        ),
        charts.layer(
            values, rule, x={**forecast, "field": "low"}, x2={"field": "high"}, y=actual, color=charts.COLOR
        ),
        charts.layer(values, point, x=forecast, y=actual, color=charts.COLOR),
    ]  # fmt: skip
