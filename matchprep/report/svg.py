"""Pictures as SVG that a page can hold: inline, accessible, in the page's own colors and fonts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

#: The lower edge of small letters lies so much of the size below the middle of a line.
_BASELINE = 0.3
_ALONE = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" font-family="Arial, sans-serif"'
    ' width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    '<rect width="{width}" height="{height}" fill="{paper}"/>{body}</svg>'
)
_INLINE = Markup(
    '<svg class="{kind}" role="img" aria-labelledby="{name}-title {name}-desc"'
    ' viewBox="0 0 {width} {height}">'
    '<title id="{name}-title">{title}</title><desc id="{name}-desc">{summary}</desc>{body}</svg>'
)


@dataclass(frozen=True)
class Drawing:
    """What is drawn on how many pixels, the lowest mark first."""

    width: float
    height: float
    marks: Sequence[Markup]


def rect(
    x: float, y: float, x2: float, y2: float, color: str, *, corners: float = 0, edge: str = ""
) -> Markup:
    """Draw a rectangle from one corner to the other.

    Args:
        x: Left.
        y: Top.
        x2: Right.
        y2: Bottom.
        color: What it is filled with.
        corners: Radius of the corners.
        edge: The color of a hair line around it.
    """
    return _tag(
        "rect", x=x, y=y, width=x2 - x, height=y2 - y, rx=corners or None,
        fill=color, stroke=edge or None, stroke_width=0.5 if edge else None,
    )  # fmt: skip


def line(
    x: float, y: float, x2: float, y2: float, color: str, *, wide: float = 1, soft: float = 1, dash: str = ""
) -> Markup:
    """Draw a line.

    Args:
        x: Where it begins.
        y: The same.
        x2: Where it ends.
        y2: The same.
        color: Its color.
        wide: Its width.
        soft: Its opacity.
        dash: Lengths of dashes and gaps, as `5 4`.
    """
    return _tag(
        "line", x1=x, y1=y, x2=x2, y2=y2, stroke=color, stroke_width=wide if wide != 1 else None,
        opacity=soft if soft != 1 else None, stroke_dasharray=dash or None,
    )  # fmt: skip


def circle(x: float, y: float, radius: float, color: str) -> Markup:
    """Draw a disk.

    Args:
        x: Its center.
        y: The same.
        radius: Its radius.
        color: What it is filled with.
    """
    return _tag("circle", cx=x, cy=y, r=radius, fill=color)


def text(
    x: float,
    y: float,
    said: str | Sequence[str],
    color: str,
    *,
    size: float = 14,
    anchor: Literal["start", "middle", "end"] = "start",
    bold: bool = False,
) -> Markup:
    """Write a line, or several below each other.

    Args:
        x: Where it stands, as `anchor` says.
        y: The middle of the first line.
        said: The text.
        color: Its color.
        size: Of the letters, in pixels.
        anchor: Which end of the text is at `x`.
        bold: Whether to write it strongly.
    """
    first, *more = [said] if isinstance(said, str) else said
    x_of, step = _number(x), _number(round(size * 1.3))
    body = Markup("").join(
        [Markup("{}").format(first)]
        + [Markup('<tspan x="{}" dy="{}">{}</tspan>').format(x_of, step, one) for one in more]
    )
    return _tag(
        "text", body, x=x, y=y + _BASELINE * size, font_size=size, fill=color,
        text_anchor=None if anchor == "start" else anchor, font_weight="bold" if bold else None,
    )  # fmt: skip


def moved(marks: Sequence[Markup], x: float, y: float) -> Markup:
    """Put marks somewhere else together.

    Args:
        marks: What is drawn.
        x: So far to the right.
        y: So far down.
    """
    where = f"translate({_number(x)},{_number(y)})"
    return Markup('<g transform="{}">{}</g>').format(where, Markup("").join(marks))


def render(drawing: Drawing, *, name: str, title: str, summary: str) -> Markup:
    """Give a drawing as an inline SVG.

    Colors that are CSS variables (`var(--bar)`) stay variables, so that the page's light and dark
    themes reach into the picture; fonts are the page's.

    Args:
        drawing: What is drawn.
        name: A name that no other picture of the page has.
        title: What the picture is.
        summary: What it shows, for those who do not see it.

    Returns:
        The SVG, as safe markup.
    """
    _, _, kind = name.rpartition("-")
    return _INLINE.format(
        kind=kind, name=name, width=_number(drawing.width), height=_number(drawing.height),
        title=title, summary=summary, body=Markup("").join(drawing.marks),
    )  # fmt: skip


def alone(drawing: Drawing, colors: Mapping[str, str]) -> str:
    """Give a drawing as an SVG that needs no page.

    Args:
        drawing: What is drawn.
        colors: Name of a CSS variable -> the color to put for it; `paper` is that of the ground.

    Returns:
        The SVG.
    """
    body = str(Markup("").join(drawing.marks))
    for name, color in colors.items():
        body = body.replace(f"var(--{name})", color)
    return str(
        _ALONE.format(
            width=_number(drawing.width), height=_number(drawing.height), paper=colors["paper"],
            body=Markup(body),  # noqa: S704 - marks are safe
        )
    )  # fmt: skip


def _tag(name: str, body: str = "", **attributes: float | str | None) -> Markup:
    given = {key.replace("_", "-"): value for key, value in attributes.items() if value is not None}
    written = Markup("").join(
        Markup(' {}="{}"').format(key, value if isinstance(value, str) else _number(value))
        for key, value in given.items()
    )
    return (Markup("<{name}{written}>{body}</{name}>") if body else Markup("<{name}{written}/>")).format(
        name=name, written=written, body=body
    )


def _number(value: float) -> str:
    """Write a number of pixels, to a hundredth.

    Example:
        >>> _number(12.0), _number(1 / 3)
        ('12', '0.33')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")
