"""What a list holds, column by column: how full, how distinct, how valid, and in which shapes.

A shape shows how values are written and none of them: letters become `A` or `a`, digits `9`, and a run
of more than four letters, or more than eleven digits, is cut there and marked `+` (`Aaaa+ 99999`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from matchprep.columns import ColumnMap, Suggestion
from matchprep.fields import Field
from matchprep.normalize.buffers import strings
from matchprep.normalize.text import blank_to_null
from matchprep.tables import INVALID, SOURCE

#: Up to this many rows distinct values are counted exactly, and beyond it to within about two percent.
EXACT_ROWS = 1_000_000
#: Shapes and values are counted in this many rows.
SAMPLE_ROWS = 100_000
#: How many shapes or values are shown.
TOP = 5
_LONGEST_SHAPE = 40
#: The longest run of a kind that is shown in full: all of a phone number, not of a name.
_RUNS = {"A": 4, "a": 4, "9": 11}
#: Byte -> the byte that stands for its kind; bytes beyond ASCII stay as they are.
_KINDS = np.arange(256, dtype=np.uint8)
for _first, _last in ("AZ", "az", "09"):
    _KINDS[ord(_first) : ord(_last) + 1] = ord("9" if _first == "0" else _first)


@dataclass(frozen=True)
class ColumnProfile:
    """What one column of a list holds.

    Args:
        column: Its header.
        field: What it is taken for, or null.
        why: The reason.
        confidence: From 0 to 1.
        rows: Rows of the list.
        filled: Rows in which something is written; `N/A` and its kin are nothing.
        distinct: Distinct values as written.
        valid: Rows that can be read as the field; null where there is no field or nothing to fail.
        shapes: The most frequent shapes and how many of the first `SAMPLE_ROWS` rows have them.
        values: The most frequent values, likewise; empty unless they were asked for.
    """

    column: str
    field: Field | None
    why: str
    confidence: float
    rows: int
    filled: int
    distinct: int
    valid: int | None
    shapes: tuple[tuple[str, int], ...]
    values: tuple[tuple[str, int], ...] = ()

    @property
    def filled_share(self) -> float:
        """Share of the rows in which something is written."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def valid_share(self) -> float | None:
        """Share of the filled rows that can be read as the field."""
        return None if self.valid is None else self.valid / self.filled if self.filled else 1.0


def shape(expr: pl.Expr) -> pl.Expr:
    """Show how a value is written and not what it says.

    Args:
        expr: Text.

    Returns:
        The shape, at most 40 characters long.

    Nulls: stay null.
    """
    letters = expr.str.replace_all(r"\p{Lu}", "A").str.replace_all(r"[\p{L}&&[^A]]", "a")
    marks = letters.str.replace_all(r"\p{M}", "").str.replace_all(r"\p{N}", "9")
    for kind, most in _RUNS.items():
        marks = marks.str.replace_all(f"{kind}{{{most + 1},}}", kind * most + "+")
    return marks.str.slice(0, _LONGEST_SHAPE)


def profile_columns(
    clean: pl.LazyFrame | pl.DataFrame, column_map: ColumnMap, *, show_values: bool = False
) -> list[ColumnProfile]:
    """Profile every column of a list.

    Args:
        clean: CLEAN.
        column_map: What each column is taken for.
        show_values: Whether to give the most frequent values as well.

    Returns:
        One profile a column, in the order of the list.

    Columns: `source.<header>` and `<field>_invalid` of CLEAN.
    """
    frame = clean.lazy()
    names = set(frame.collect_schema().names())
    asked = [one for one in column_map.suggestions if SOURCE + one.column in names]
    rows = int(frame.select(pl.len()).collect(engine="streaming").item())
    values = frame.select(
        *(blank_to_null(pl.col(SOURCE + one.column)) for one in asked),
        *dict.fromkeys(_flag(one) for one in asked if _flag(one) in names),
    )
    if rows <= SAMPLE_ROWS:  # then every row is looked at twice
        values = values.collect(engine="streaming").lazy()
    counts = values.select(
        expr for at, one in enumerate(asked) for expr in _counts(at, one, names, exact=rows <= EXACT_ROWS)
    )
    counted, sampled = pl.collect_all([counts, values.head(SAMPLE_ROWS)], engine="streaming")
    numbers = counted.row(0, named=True) if asked else {}
    return [
        _profile(
            at, one, numbers, sampled.get_column(SOURCE + one.column), rows=rows, show_values=show_values
        )
        for at, one in enumerate(asked)
    ]


def _flag(one: Suggestion) -> str:
    """Name the column of CLEAN that says where the values of a column cannot be used."""
    return f"{one.field}{INVALID}"


def _counts(at: int, one: Suggestion, names: set[str], *, exact: bool) -> list[pl.Expr]:
    value = pl.col(SOURCE + one.column)
    distinct = value.drop_nulls().n_unique() if exact else value.drop_nulls().approx_n_unique()
    found = [value.is_not_null().sum().alias(f"filled {at}"), distinct.alias(f"distinct {at}")]
    if _flag(one) in names:
        # A field made of several columns is judged as a whole: only where this one is filled.
        found.append((pl.col(_flag(one)) & value.is_not_null()).sum().alias(f"invalid {at}"))
    return found


def _profile(
    at: int, one: Suggestion, numbers: Mapping[str, int], sample: pl.Series, *, rows: int, show_values: bool
) -> ColumnProfile:
    filled = numbers[f"filled {at}"]
    invalid = numbers.get(f"invalid {at}")
    values = sample.drop_nulls().rename("value")
    shapes = _counted(_roughly(values))
    shapes = shapes.group_by(shape(pl.col("value"))).agg(pl.col("count").sum())
    top = _counted(values if show_values else values.clear())
    return ColumnProfile(
        column=one.column,
        field=one.field,
        why=one.why,
        confidence=one.confidence,
        rows=rows,
        filled=filled,
        distinct=numbers[f"distinct {at}"],
        valid=None if invalid is None else filled - invalid,
        shapes=_most(shapes),
        values=_most(top),
    )


def _roughly(values: pl.Series) -> pl.Series:
    """Put `A`, `a` and `9` for letters and digits of ASCII: few texts are left, of the same shapes."""
    whole = values.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = whole.buffers()
    begins = np.frombuffer(offsets, np.int64, len(values) + 1, whole.offset * 8)
    text = np.frombuffer(data or b"", np.uint8)[begins[0] : begins[-1]]
    return strings(_KINDS[text], begins - begins[0]).rename(values.name)


def _counted(values: pl.Series) -> pl.DataFrame:
    return values.value_counts(name="count")


def _most(counts: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    return tuple(counts.sort("count", "value", descending=[True, False]).head(TOP).rows())
