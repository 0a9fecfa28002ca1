"""What the values of a column look like: shares of a sample that have the form of a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from matchprep.files import package_table
from matchprep.normalize.nickname import nicknames

#: Rows that the content is judged by.
SAMPLE_ROWS = 10_000
#: Where a given name stands: in front, or behind the comma of `LAST, FIRST`.
_GIVEN = {"given_first": r"^(\p{L}+)", "given_second": r"^[^,]+,\s*(\p{L}+)"}


@dataclass(frozen=True)
class Forms:
    """The forms that values are compared with, and words that tell what a header is about.

    Args:
        patterns: A regular expression for each form.
        values: For each further form the values that have it, upper-case.
        events: Words of headers whose dates are not births.
        identifiers: Last words of headers that identify rows.
    """

    patterns: Mapping[str, str]
    values: Mapping[str, Sequence[str]]
    events: frozenset[str]
    identifiers: frozenset[str]


@cache
def load_forms() -> Forms:
    """Read the table of forms that ships with the package.

    Returns:
        The table.
    """
    table = package_table("matchprep.columns", "forms.yaml")
    return Forms(
        table["patterns"], table["values"], frozenset(table["events"]), frozenset(table["identifiers"])
    )


@dataclass(frozen=True)
class Content:
    """What a sample of a column holds.

    Args:
        filled: Share of rows that hold something.
        unique: Distinct values by filled rows.
        shares: For each form, its share of the filled rows.
    """

    filled: float
    unique: float
    shares: Mapping[str, float]

    def share(self, form: str) -> float:
        """The share of filled rows that have a form; 0 where none is filled."""
        return self.shares.get(form, 0.0)


def measure(frame: pl.LazyFrame, columns: Sequence[str]) -> dict[str, Content]:
    """Look at a sample of the values of each column.

    Args:
        frame: RAW.
        columns: Which columns of it.

    Returns:
        What each holds.

    Rows: the first `SAMPLE_ROWS`.
    """
    sample = frame.select(columns).head(SAMPLE_ROWS)
    values = sample.select(pl.all().str.strip_chars().replace("", None)).collect(engine="streaming")
    return {column: _measure(values.get_column(column)) for column in columns}


def _measure(values: pl.Series) -> Content:
    filled = values.drop_nulls()
    if not len(filled):
        return Content(0.0, 0.0, {})
    # Each distinct value is looked at once: a column of states has fifty of them.
    distinct = filled.to_frame("value").group_by("value").agg(pl.len().alias("rows"))
    value, forms, given = pl.col("value"), load_forms(), {*nicknames(), *nicknames().values()}
    upper = value.str.to_uppercase()
    looks = {form: value.str.contains(pattern) for form, pattern in forms.patterns.items()}
    looks |= {form: upper.is_in(listed) for form, listed in forms.values.items()}
    looks |= {form: value.str.extract(one).str.to_uppercase().is_in(given) for form, one in _GIVEN.items()}
    counts = distinct.select(pl.col("rows").filter(look).sum().alias(form) for form, look in looks.items())
    shares = {form: rows / len(filled) for form, rows in counts.row(0, named=True).items()}
    return Content(len(filled) / len(values), distinct.height / len(filled), shares)
