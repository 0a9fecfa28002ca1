"""All counts of a check in one pass over the table."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from matchprep.tables import ROW_ID

#: How many row numbers a finding names.
FIRST_ROWS = 5


@dataclass(frozen=True)
class Count:
    """How many rows, and the numbers of the first few.

    Args:
        rows: How many.
        first: Row numbers.
    """

    rows: int
    first: tuple[int, ...] = ()


@dataclass
class Tally:
    """Questions gathered first and answered together, so that the table is read once."""

    _questions: dict[str, pl.Expr] = field(default_factory=dict)
    _answers: dict[str, object] = field(default_factory=dict)

    def number(self, name: str, expr: pl.Expr) -> None:
        """Ask for one number.

        Args:
            name: How to fetch it.
            expr: An expression that aggregates.
        """
        self._questions[name] = expr

    def rows(self, name: str, condition: pl.Expr) -> None:
        """Ask how many rows a condition holds for, and for the first of them.

        Args:
            name: How to fetch it.
            condition: A boolean expression.
        """
        # A condition may be the same for all rows; beside the row number it has their length.
        each = condition & pl.col(ROW_ID).is_not_null()
        self._questions[name] = each.sum()
        self._questions[f"{name} first"] = pl.col(ROW_ID).filter(each).head(FIRST_ROWS).implode()

    def answer(self, frame: pl.LazyFrame) -> None:
        """Read the table once and answer everything.

        Args:
            frame: CLEAN.
        """
        asked = [expr.alias(name) for name, expr in self._questions.items()]
        self._answers = frame.select(asked).collect(engine="streaming").row(0, named=True)

    def get(self, name: str) -> int:
        """Fetch one number; 0 for what was not asked."""
        value = self._answers.get(name)
        return int(value) if isinstance(value, int) else 0

    def count(self, name: str) -> Count:
        """Fetch a count of rows with its first row numbers."""
        first = self._answers[f"{name} first"]
        return Count(self.get(name), tuple(first) if isinstance(first, list) else ())
