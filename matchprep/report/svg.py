"""From a chart's description to an SVG that a page can hold: inline, accessible, in the page's own colors."""

from __future__ import annotations

import re

from markupsafe import Markup

from matchprep.report.charts import Spec
from matchprep.report.drawing import svg_of

#: What Vega writes that an inline picture does not need; its ARIA roles too, for the chart is one image.
_DROPPED = re.compile(r' (?:xmlns(?::\w+)?|version|role|font-family|aria-[a-z]+)="[^"]*"')
_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')
#: A text that was not measured; see `charts`.
_UNMEASURED = re.compile(r'font-size="-(\d+)px"')
_OPENING = re.compile(r"^<svg[^>]*?( viewBox=\"[^\"]*\")[^>]*>")


def render(chart: Spec, *, name: str, title: str, summary: str) -> Markup:
    """Draw a chart as an inline SVG.

    Colors that are CSS variables (`var(--bar)`) stay variables, so that the page's light and dark
    themes reach into the chart; fonts are the page's.

    Args:
        chart: A chart in Vega-Lite.
        name: A name that no other picture of the page has.
        title: What the picture is.
        summary: What it shows, for those who do not see it.

    Returns:
        The SVG, as safe markup.
    """
    whole = svg_of(chart)
    drawn = _TAG.sub(lambda tag: _DROPPED.sub("", tag.group()), whole)
    drawn = _UNMEASURED.sub(r'font-size="\1px"', drawn)
    viewbox = _OPENING.match(drawn)
    body = drawn[viewbox.end() :] if viewbox else drawn
    _, _, kind = name.rpartition("-")
    opening = Markup(
        '<svg class="{kind}" role="img" aria-labelledby="{name}-title {name}-desc"{viewbox}>'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{summary}</desc>'
    ).format(
        kind=kind,
        name=name,
        viewbox=Markup(viewbox.group(1) if viewbox else ""),  # noqa: S704 - numbers of the drawing
        title=title,
        summary=summary,
    )
    return opening + Markup(body)  # noqa: S704 - Vega escapes its texts
