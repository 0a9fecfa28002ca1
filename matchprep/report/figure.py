"""A picture of the report: a chart with a takeaway in words, a legend, and the table behind it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from matchprep.report import charts
from matchprep.report.svg import render

#: Characters of the longest cell of a table that is set as a figure, in one line.
LONGEST_FIGURE = 18


@dataclass(frozen=True)
class Figure:
    """A chart, drawn in both widths, and what it was drawn from.

    Args:
        name: A name that no other figure of the page has.
        title: What it is.
        takeaway: What it shows, in a sentence or two.
        draw: Gives the chart for a width in pixels.
        header: Headers of the table behind it.
        table: That table; the first cell of a row is its head.
        legend: Color (the name of a CSS variable) and meaning.
    """

    name: str
    title: str
    takeaway: str
    draw: Callable[[int], charts.Spec]
    header: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str], ...] = ()

    @property
    def prose(self) -> frozenset[int]:
        """The columns of the table, from 0, that hold sentences and not figures."""
        cells = enumerate(zip(*self.table, strict=True))
        return frozenset(at for at, column in cells if max(map(len, column)) > LONGEST_FIGURE)

    @functools.cached_property
    def pictures(self) -> tuple[Markup, ...]:
        """The chart as SVG, wide and narrow."""
        return tuple(
            render(self.draw(width), name=f"{self.name}-{kind}", title=self.title, summary=self.takeaway)
            for kind, width in charts.WIDTHS.items()
        )
