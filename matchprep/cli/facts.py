"""Figures as they came from a provider, on the terminal: by name, as they are read, and nothing obeyed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from matchprep.report.words import shown


def facts_table(facts: Mapping[str, Any]) -> Table:
    """Set figures one a line, under the names that they came with.

    Args:
        facts: The figures by name; some may hold others.

    Returns:
        The table.
    """
    table = two_columns(style="")
    for name, value in facts.items():
        deep = isinstance(value, Mapping) and any(isinstance(one, Mapping) for one in value.values())
        table.add_row(plain(name), facts_table(value) if deep else plain(written(value)))
    return table


def plain(text: str) -> Text:
    """Take what came from elsewhere, with nothing in it that a terminal would obey.

    Args:
        text: What came.

    Returns:
        The same, to be shown.
    """
    return Text(shown(text))


def written(value: Any) -> str:
    """Write a figure as it is read.

    Args:
        value: The figure, or several.

    Returns:
        In words and digits.
    """
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {written(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def two_columns(*, style: str = "dim") -> Table:
    """Begin a table of a name and what belongs to it, one a line.

    Args:
        style: Of the names.

    Returns:
        The table, empty.
    """
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style=style, no_wrap=True)
    table.add_column(overflow="fold")
    return table
