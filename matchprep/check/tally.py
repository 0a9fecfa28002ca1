"""All counts of a check in one pass over the table.

What has to be known of a row is a set of booleans (facts): is there an email, does the phone pass its
rule. Rows with the same facts are the same to every rule. So the pass works out the facts once, packs
them into a number, and counts the rows of each number; every question is then answered from those few
hundred counts instead of from millions of rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from matchprep.check.presence import Facts
from matchprep.tables import ROW_ID

#: How many row numbers a finding names.
FIRST_ROWS = 5
#: Facts in one packed number.
_PACKED = 62


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
    """Questions gathered first and answered together, so that the table is read once.

    Args:
        facts: Where conditions put the facts that they rest on.
    """

    facts: Facts = field(default_factory=Facts)
    _numbers: dict[str, pl.Expr] = field(default_factory=dict)
    _conditions: dict[str, pl.Expr] = field(default_factory=dict)
    _answers: dict[str, object] = field(default_factory=dict)

    def number(self, name: str, expr: pl.Expr) -> None:
        """Ask for one number.

        Args:
            name: How to fetch it.
            expr: An expression over CLEAN that aggregates.
        """
        self._numbers[name] = expr

    def rows(self, name: str, condition: pl.Expr) -> None:
        """Ask how many rows a condition holds for, and for the first of them.

        Args:
            name: How to fetch it.
            condition: A boolean expression over facts.
        """
        self._conditions[name] = condition

    def answer(self, frame: pl.LazyFrame) -> None:
        """Read the table once and answer everything.

        Args:
            frame: CLEAN.
        """
        numbers = frame.select([expr.alias(name) for name, expr in self._numbers.items()])
        alike, numbers_found = pl.collect_all([self._alike(frame), numbers], engine="streaming")
        self._answers = numbers_found.row(0, named=True)
        unpacked = alike.with_columns(self._unpacked())
        for name, condition in self._conditions.items():
            # A condition may be the same for all rows; beside the count it has their length.
            some = unpacked.filter(condition & pl.col("rows").is_not_null())
            first = some["first"].explode().drop_nulls().sort().head(FIRST_ROWS)
            self._answers[name] = Count(int(some["rows"].sum()), tuple(first))

    def _packs(self) -> list[list[str]]:
        names = list(self.facts.known)
        return [names[start : start + _PACKED] for start in range(0, max(len(names), 1), _PACKED)]

    def _alike(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Count the rows of each set of facts."""
        packs = [
            pl.sum_horizontal(
                pl.lit(0, pl.UInt64),
                *(self.facts.known[name].cast(pl.UInt64) * 2**bit for bit, name in enumerate(names)),
            ).alias(f"pack {number}")
            for number, names in enumerate(self._packs())
        ]
        keys = [f"pack {number}" for number in range(len(packs))]
        return (
            frame.select(ROW_ID, *packs)
            .group_by(keys)
            .agg(pl.len().alias("rows"), pl.col(ROW_ID).bottom_k(FIRST_ROWS).alias("first"))
        )

    def _unpacked(self) -> list[pl.Expr]:
        return [
            ((pl.col(f"pack {number}") // 2**bit) % 2 == 1).alias(name)
            for number, names in enumerate(self._packs())
            for bit, name in enumerate(names)
        ]

    def get(self, name: str) -> int:
        """Fetch one number, or how many rows; 0 for what was not asked."""
        value = self._answers.get(name)
        return value.rows if isinstance(value, Count) else value if isinstance(value, int) else 0

    def count(self, name: str) -> Count:
        """Fetch a count of rows with its first row numbers."""
        value = self._answers.get(name)
        return value if isinstance(value, Count) else Count(0)
