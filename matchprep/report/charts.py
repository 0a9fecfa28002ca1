"""The charts of the report, described in Vega-Lite.

Each is drawn twice, for a page and for a telephone; the page shows the one that fits.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matchprep.report.model import Forecast, WeightBin
from matchprep.report.words import count, percent

#: Widths in CSS pixels: beside the text of a page, and on a telephone.
WIDTHS = {"wide": 760, "narrow": 340}
#: A chart that is at least this wide has room for labels beside its bars.
ROOMY = 600

INK, SOFT, LINE, PAPER, TRACK = "var(--ink)", "var(--soft)", "var(--line)", "var(--paper)", "var(--track)"
BAR, BAR_SOFT, WARN, NEUTRAL = "var(--bar)", "var(--bar-soft)", "var(--warn)", "var(--neutral)"

_FONT_SIZE = 14
#: A chart, or a part of one, in the words of Vega-Lite.
Spec = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart: segments from the left, as shares of the whole width."""

    label: str
    segments: tuple[tuple[float, str], ...]
    note: str


def bars(items: Sequence[Bar], width: int) -> Spec:
    """Draw horizontal bars on a common scale, each with its label and a note.

    Args:
        items: From top to bottom.
        width: In pixels; where there is room, labels stand beside the bars, else above them.

    Returns:
        A chart.
    """
    roomy = width >= ROOMY
    left, right = (260, width - 150) if roomy else (0, width)
    texts: list[Spec] = []
    notes: list[Spec] = []
    tracks: list[Spec] = []
    segments: list[Spec] = []
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
        texts.append({"y": text_y, "text": label})
        notes.append({"y": note_y, "text": item.note})
        tracks.append({"y": bar_top, "y2": bar_top + (18 if roomy else 14)})
        ends = list(itertools.accumulate((part for part, _ in item.segments), initial=0.0))
        segments += [
            {**tracks[-1], "x": start, "x2": end, "color": color}
            for start, end, (_, color) in zip(ends, ends[1:], item.segments, strict=False)
            if end > start
        ]
    rows = {"y": _placed("y"), "y2": {"field": "y2"}}
    share = {"field": "x", "type": "quantitative", "axis": None,
             "scale": {"domain": [0, 1], "range": [left, right]}}  # fmt: skip
    return finished(
        [
            layer(tracks, {"type": "rect", "color": TRACK, "cornerRadius": 2},
                   x={"value": left}, x2={"value": right}, **rows),
            layer(segments, {"type": "rect", "cornerRadius": 2, "stroke": PAPER, "strokeWidth": 0.5},
                   x=share, x2={"field": "x2"}, color=COLOR, **rows),
            layer(texts, _text(INK), x={"value": 0}, y=_placed("y"), text=_TEXT),
            layer(notes, _text(SOFT), x={"value": right + 12 if roomy else 0}, y=_placed("y"), text=_TEXT),
        ],
        width,
        round(top),
    )  # fmt: skip


def interval(forecast: Forecast, width: int, *, digits: int) -> Spec:
    """Draw a forecast on the scale from 0 to 100 %, with its interval.

    Args:
        forecast: The rate and the ends of its interval.
        width: In pixels.
        digits: Decimals of the percentages.

    Returns:
        A chart.
    """
    margin = 62 if width >= ROOMY else 30
    scale = {"domain": [0, 1], "range": [margin, width - margin]}
    values = {"low": forecast.low, "high": forecast.high, "rate": forecast.match_rate}
    data = [values | {f"{name}_text": percent(value, digits) for name, value in values.items()}]
    ticks = [{"x": step / 4, "text": f"{step * 25}%"} for step in range(5)]

    def at(name: str) -> Spec:
        return {"field": name, "type": "quantitative", "axis": None, "scale": scale}

    def said(name: str, y: int, **mark: Any) -> Spec:
        of = {"x": at(name), "y": {"value": y}, "text": {"field": f"{name}_text", "type": "nominal"}}
        return layer(data, {"type": "text", "fontSize": _FONT_SIZE, "color": INK, **mark}, **of)

    band = {"y": {"value": 34}, "y2": {"value": 52}}
    tick = {"x": at("x"), "y": {"value": 52}, "y2": {"value": 60}}
    return finished(
        [
            layer(data, {"type": "rect", "color": TRACK, "cornerRadius": 3},
                   x={"value": margin}, x2={"value": width - margin}, **band),
            layer(data, {"type": "rect", "color": BAR_SOFT, "cornerRadius": 3},
                   x=at("low"), x2={"field": "high"}, **band),
            layer(data, {"type": "rule", "color": BAR, "strokeWidth": 4},
                   x=at("rate"), y={"value": 28}, y2={"value": 58}),
            said("rate", 15, fontSize=16, fontWeight="bold"),
            said("low", 44, align="right", dx=-8),
            said("high", 44, align="left", dx=8),
            layer(ticks, {"type": "rule", "color": LINE}, **tick),
            layer(ticks, {"type": "text", "fontSize": 12, "color": SOFT},
                   x=at("x"), y={"value": 72}, text={"field": "text", "type": "nominal"}),
        ],
        width,
        82,
    )  # fmt: skip


def histogram(bins: Sequence[WeightBin], width: int) -> Spec:
    """Draw how many best candidates have which weight, taken and not taken.

    Args:
        bins: The intervals, in order.
        width: In pixels.

    Returns:
        A chart.
    """
    values: list[Spec] = []
    for one in bins:
        both = one.unmatched + one.matched
        values += [
            {"x": one.low, "x2": one.high, "y": 0, "y2": one.unmatched, "color": NEUTRAL},
            {"x": one.low, "x2": one.high, "y": one.unmatched, "y2": both, "color": BAR},
        ]
    weight: Spec = {
        "field": "x", "type": "quantitative", "scale": {"nice": False, "zero": False},
        "axis": {"title": "Match weight (evidence that it is the same person)", "grid": False,
                 "tickCount": 8},
    }  # fmt: skip
    rows: Spec = {
        "field": "y", "type": "quantitative",
        "axis": {"title": "Rows", "tickCount": 4, "tickMinStep": 1, "format": ",d",
                 "titleAngle": 0, "titleAlign": "left", "titleX": -42, "titleY": -14},
    }  # fmt: skip
    drawn = layer(
        [value for value in values if value["y2"] > value["y"]],
        {"type": "rect", "stroke": PAPER, "strokeWidth": 1},
        x=weight, x2={"field": "x2"}, y=rows, y2={"field": "y2"}, color=COLOR,
    )  # fmt: skip
    return finished([drawn], width - 64, 220)


#: Colors as the data names them.
COLOR: Spec = {"field": "color", "type": "nominal", "scale": None}
_TEXT: Spec = {"field": "text", "type": "nominal"}


def _placed(name: str) -> Spec:
    """Take pixels from the data."""
    return {"field": name, "type": "quantitative", "axis": None, "scale": None}


def _text(color: str) -> Spec:
    # NOTE: Vega measures every text, which takes three quarters of the time of a chart, save where its size
    # is below zero; `svg.render` turns the sign. The baseline `middle` would go by that size.
    return {
        "type": "text", "align": "left", "baseline": "alphabetic", "dy": 4,
        "fontSize": -_FONT_SIZE, "color": color, "lineHeight": 18,
    }  # fmt: skip


def layer(data: list[Spec], mark: Spec, **encoding: Spec) -> Spec:
    """Draw one kind of mark.

    Args:
        data: One datum a mark.
        mark: What is drawn.
        encoding: What each channel of the mark shows.

    Returns:
        A layer of a chart.
    """
    return {"data": {"values": data}, "mark": mark, "encoding": encoding}


def finished(layers: list[Spec], width: int, height: int) -> Spec:
    """Lay layers over one another, in the style of the page.

    Args:
        layers: The lowest first.
        width: In pixels, scales not counted.
        height: The same.

    Returns:
        A chart.
    """
    return styled({"width": width, "height": height, "padding": 2, "autosize": "pad", "layer": layers})


def styled(spec: Spec) -> Spec:
    """Give a chart the style of the page.

    Args:
        spec: A chart without one.

    Returns:
        A chart.
    """
    axis = {
        "labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 12, "titleFontSize": 12,
        "titleFontWeight": "normal", "titlePadding": 10,
        "domainColor": LINE, "tickColor": LINE, "gridColor": LINE,
    }  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": {"background": "transparent", "axis": axis, "view": {"stroke": None}, "font": "Arial"},
        **spec,
    }


def text_of_count(number: float, whole: float) -> str:
    """Write a count and its share of the whole, as the notes of bars do."""
    return f"{count(number)} · {percent(number / whole)}" if whole else count(number)
