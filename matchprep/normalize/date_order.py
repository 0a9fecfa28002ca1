"""The order of day and month: a matter of the whole column, never of one value.

`05/09/1946` may be the fifth of September or the ninth of May; a column in which some value has a number
above 12 in one of the two places tells which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from matchprep.errors import UsageError

Order = Literal["mdy", "dmy", "ymd"]

#: The orders in words.
IN_WORDS: Mapping[Order, str] = {
    "mdy": "month before day",
    "dmy": "day before month",
    "ymd": "year, month, day",
}


@dataclass(frozen=True)
class DateOrder:
    """The order of day and month in a column, and what speaks for it.

    Args:
        order: Month first (`mdy`), day first (`dmy`), or the year before them (`ymd`).
        confidence: 0.5 (nothing speaks for either) to 1.
        month_first: Values that make sense with the month first only.
        day_first: Values that make sense with the day first only.
        either: Values that make sense both ways.
        said: Whether it was said by the caller, not found.
    """

    order: Order
    confidence: float
    month_first: int
    day_first: int
    either: int
    said: bool = False

    def __str__(self) -> str:
        words = IN_WORDS[self.order]
        if self.said:
            return f"{words} (as was said)"
        if not self.month_first + self.day_first:
            return f"{words} (assumed: no value tells)"
        proof = max(self.month_first, self.day_first)
        return f"{words} ({proof:,} of {self.month_first + self.day_first:,} telling values)"


def date_order(frame: pl.LazyFrame | pl.DataFrame, column: str, *, default: Order = "mdy") -> DateOrder:
    """Decide from a whole column whether the month or the day comes first.

    Args:
        frame: A table that has the column; only this column is read.
        column: Dates as written.
        default: The order where no value tells.

    Returns:
        The order and the evidence for it.

    Raises:
        UsageError: The table has no such column.
    """
    lazy = frame.lazy()
    if column not in lazy.collect_schema():
        what = "no such column to decide the date order from"
        raise UsageError(what, where=column)
    counts = lazy.select(**order_evidence(pl.col(column))).collect(engine="streaming").row(0)
    return decide_order(*counts, default=default)


def said_order(order: Order) -> DateOrder:
    """Take the order of dates from the caller, who knows it.

    Args:
        order: The order.

    Returns:
        The same, certain.
    """
    return DateOrder(order, confidence=1.0, month_first=0, day_first=0, either=0, said=True)


def order_evidence(expr: pl.Expr) -> dict[str, pl.Expr]:
    """Count what speaks for each order of day and month.

    Args:
        expr: Dates as written.

    Returns:
        Aggregates: `month_first`, `day_first`, `either`.
    """
    return {name: speaks.sum() for name, speaks in order_signs(expr).items()}


def order_signs(expr: pl.Expr) -> dict[str, pl.Expr]:
    """Tell which order of day and month each value speaks for.

    Args:
        expr: Dates as written.

    Returns:
        Booleans: `month_first`, `day_first`, `either`.

    Nulls: stay null.
    """
    text = expr.str.strip_chars()
    low, high = r"(?:0?[1-9]|1[0-2])", r"(?:1[3-9]|2[0-9]|3[01])"
    two_low, any_year = r"(?:0[1-9]|1[0-2])", r"(?:19|20)[0-9]{2}"

    def written(first: str, second: str, close_first: str, close_second: str) -> pl.Expr:
        apart = rf"^{first}[-/. ]{second}[-/. ](?:[0-9]{{4}}|[0-9]{{2}})(?:[^0-9]|$)"
        return text.str.contains(rf"{apart}|^{close_first}{close_second}{any_year}$")

    return {
        "month_first": written(low, high, two_low, high),
        "day_first": written(high, low, high, two_low),
        "either": written(low, low, two_low, two_low),
    }


def decide_order(month_first: int, day_first: int, either: int, *, default: Order = "mdy") -> DateOrder:
    """Weigh the evidence for each order of day and month.

    Args:
        month_first: Values that make sense with the month first only.
        day_first: Values that make sense with the day first only.
        either: Values that make sense both ways.
        default: The order where nothing tells.

    Returns:
        The order of the majority; its confidence is that of Laplace's rule of succession.
    """
    order: Order = default
    if month_first != day_first:
        order = "mdy" if month_first > day_first else "dmy"
    confidence = (max(month_first, day_first) + 1) / (month_first + day_first + 2)
    return DateOrder(order, confidence, month_first, day_first, either)
