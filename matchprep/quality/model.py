"""What is observed about the values of a list: counts and row numbers, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from matchprep.normalize import DateOrder


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One thing that is odd about the values of a column.

    Args:
        rule: Its name, `mended.zip_zeros` or `flagged.zip_not_in_state`.
        severity: note: it was mended, or costs nothing; warning: somebody should look at it.
        column: The header of the column.
        says: What was found, in one sentence.
        do: What to do about it; empty where nothing needs to be done.
        count: Rows it is true of.
        share: The same as a part of all rows, 0 to 1.
        rows: The numbers of the first few of those rows.
    """

    rule: str
    severity: Literal["warning", "note"]
    column: str
    says: str
    do: str
    count: int
    share: float
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Quality:
    """Everything observed about the values of a list.

    Args:
        observations: Warnings first; among equals, what concerns most rows first.
        dates: For each column of dates, the order of day and month and what speaks for it.
    """

    observations: tuple[Observation, ...] = ()
    dates: Mapping[str, DateOrder] = field(default_factory=dict)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Say in which order each column of dates was read, a sentence each."""
        return tuple(f"The dates in {column} were read {order}." for column, order in self.dates.items())
