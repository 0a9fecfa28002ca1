"""The charts of the report.

Each is drawn twice, for a page and for a telephone; the page shows the one that fits.
"""

from __future__ import annotations

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
#: One mark: what it is drawn from.
_Datum = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart: segments from the left, as shares of the whole width."""

    label: str
    segments: tuple[tuple[float, str], ...]
    note: str


def bars(items: Sequence[Bar], width: int) -> Any:
    """Draw horizontal bars on a common scale, each with its label and a note.

    Args:
        items: From top to bottom.
        width: In pixels; where there is room, labels stand beside the bars, else above them.

    Returns:
        An Altair chart.
    """
    import altair as alt  # noqa: PLC0415 - heavy; only needed to draw

    roomy = width >= ROOMY
    left, right = (260, width - 150) if roomy else (0, width)
    lines = [
        textwrap.wrap(item.label, 30 if roomy else 44, max_lines=3, placeholder=" …") or [""]
        for item in items
    ]
    texts: list[_Datum] = []
    notes: list[_Datum] = []
    tracks: list[_Datum] = []
    segments: list[_Datum] = []
    top = 2.0
    for item, label in zip(items, lines, strict=True):
        height = 18 * len(label)
        note_top = top
        if roomy:
            middle = top + max(height, 26) / 2
            bar_top, note_y, text_y = middle - 9, middle, middle - height / 2 + 9
            top += max(height, 26) + 10
        else:
            note_y, text_y = note_top + height + 9, top + 9
            bar_top = top + height + 20
            top = bar_top + 16 + 16
        texts.append({"y": text_y, "text": label})
        notes.append({"y": note_y, "text": item.note})
        tracks.append({"y": bar_top, "y2": bar_top + (18 if roomy else 14)})
        start = 0.0
        for part, color in item.segments:
            segments.append({**tracks[-1], "x": start, "x2": start + part, "color": color})
            start += part
    x = alt.Scale(domain=[0, 1], range=[left, right])
    y = {"scale": None, "axis": None, "type": "quantitative"}
    track = alt.Chart(alt.Data(values=tracks)).mark_rect(color=TRACK, cornerRadius=2)
    drawn = [
        track.encode(x=alt.value(left), x2=alt.value(right), y=alt.Y("y:Q", **y), y2="y2"),
        alt.Chart(alt.Data(values=[s for s in segments if s["x2"] > s["x"]]))
        .mark_rect(cornerRadius=2, stroke=PAPER, strokeWidth=0.5)
        .encode(
            x=alt.X("x:Q", scale=x, axis=None),
            x2="x2",
            y=alt.Y("y:Q", **y),
            y2="y2",
            color=alt.Color("color:N", scale=None),
        ),
        _text(alt, texts, align="left", color=INK).encode(x=alt.value(0), y=alt.Y("y:Q", **y)),
        _text(alt, notes, align="left", color=SOFT).encode(
            x=alt.value(right + 12 if roomy else 0), y=alt.Y("y:Q", **y)
        ),
    ]
    return _finished(alt, drawn, width, round(top))


def interval(forecast: Forecast, width: int, *, digits: int) -> Any:
    """Draw a forecast on the scale from 0 to 100 %, with its interval.

    Args:
        forecast: The rate and the ends of its interval.
        width: In pixels.
        digits: Decimals of the percentages.

    Returns:
        An Altair chart.
    """
    import altair as alt  # noqa: PLC0415 - heavy; only needed to draw

    margin = 62 if width >= ROOMY else 30
    x = alt.Scale(domain=[0, 1], range=[margin, width - margin])
    values = {"low": forecast.low, "high": forecast.high, "rate": forecast.match_rate}
    base = alt.Chart(alt.Data(values=[values | {k + "_text": percent(v, digits) for k, v in values.items()}]))
    ticks = alt.Chart(alt.Data(values=[{"x": step / 4, "text": f"{step * 25}%"} for step in range(5)]))
    at = {"scale": x, "axis": None}
    drawn = [
        base.mark_rect(color=TRACK, cornerRadius=3).encode(
            x=alt.value(margin), x2=alt.value(width - margin), y=alt.value(34), y2=alt.value(52)
        ),
        base.mark_rect(color=BAR_SOFT, cornerRadius=3).encode(
            x=alt.X("low:Q", **at), x2="high", y=alt.value(34), y2=alt.value(52)
        ),
        base.mark_rule(color=BAR, strokeWidth=4).encode(
            x=alt.X("rate:Q", **at), y=alt.value(28), y2=alt.value(58)
        ),
        base.mark_text(fontSize=16, fontWeight="bold", color=INK).encode(
            x=alt.X("rate:Q", **at), y=alt.value(15), text="rate_text:N"
        ),
        base.mark_text(fontSize=_FONT_SIZE, align="right", dx=-8, color=INK).encode(
            x=alt.X("low:Q", **at), y=alt.value(44), text="low_text:N"
        ),
        base.mark_text(fontSize=_FONT_SIZE, align="left", dx=8, color=INK).encode(
            x=alt.X("high:Q", **at), y=alt.value(44), text="high_text:N"
        ),
        ticks.mark_rule(color=LINE).encode(x=alt.X("x:Q", **at), y=alt.value(52), y2=alt.value(60)),
        ticks.mark_text(fontSize=12, color=SOFT).encode(x=alt.X("x:Q", **at), y=alt.value(72), text="text:N"),
    ]
    return _finished(alt, drawn, width, 82)


def histogram(bins: Sequence[WeightBin], width: int) -> Any:
    """Draw how many best candidates have which weight, taken and not taken.

    Args:
        bins: The intervals, in order.
        width: In pixels.

    Returns:
        An Altair chart.
    """
    import altair as alt  # noqa: PLC0415 - heavy; only needed to draw

    values: list[_Datum] = []
    for one in bins:
        both = one.unmatched + one.matched
        values += [
            {"x": one.low, "x2": one.high, "y": 0, "y2": one.unmatched, "color": NEUTRAL},
            {"x": one.low, "x2": one.high, "y": one.unmatched, "y2": both, "color": BAR},
        ]
    x_axis = alt.Axis(title="Match weight (evidence that it is the same person)", grid=False, tickCount=8)
    y_axis = alt.Axis(title="Rows", tickCount=4, tickMinStep=1, format=",d", titleAngle=0, titleAlign="left",
                      titleX=-42, titleY=-14)  # fmt: skip
    drawn = alt.Chart(alt.Data(values=[v for v in values if v["y2"] > v["y"]])).mark_rect(
        stroke=PAPER, strokeWidth=1
    )
    return _finished(
        alt,
        [
            drawn.encode(
                x=alt.X("x:Q", axis=x_axis, scale=alt.Scale(nice=False, zero=False)),
                x2="x2",
                y=alt.Y("y:Q", axis=y_axis),
                y2="y2",
                color=alt.Color("color:N", scale=None),
            )
        ],
        width - 64,
        220,
    )


def _text(alt: Any, values: list[_Datum], *, align: str, color: str) -> Any:
    chart = alt.Chart(alt.Data(values=values))
    return chart.mark_text(
        align=align, baseline="middle", fontSize=_FONT_SIZE, color=color, lineHeight=18
    ).encode(text="text:N")


def _finished(alt: Any, layers: list[Any], width: int, height: int) -> Any:
    axis = {
        "labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 12, "titleFontSize": 12,
        "titleFontWeight": "normal", "titlePadding": 10,
        "domainColor": LINE, "tickColor": LINE, "gridColor": LINE,
    }  # fmt: skip
    chart = alt.layer(*layers).properties(width=width, height=height, padding=2, autosize="pad")
    return chart.configure(background="transparent", axis=axis, view={"stroke": None}, font="Arial")


def text_of_count(number: float, whole: float) -> str:
    """Write a count and its share of the whole, as the notes of bars do."""
    return f"{count(number)} · {percent(number / whole)}" if whole else count(number)
