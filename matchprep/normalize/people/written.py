"""What is written in the columns of a list, before anything is understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from matchprep.fields import Field
from matchprep.normalize.date_order import DateOrder, Order, decide_order, order_evidence
from matchprep.normalize.hashes import hash_algorithm
from matchprep.normalize.text import blanks_to_null, squeeze
from matchprep.tables import ROW_ID, SOURCE

#: Columns of CLEAN by name, as expressions over the frame that a room gives.
Clean = dict[str, pl.Expr]
#: What each room gives: the frame with its working columns, and what it makes of them.
Room = tuple[pl.LazyFrame, Clean]


@dataclass(frozen=True)
class Written:
    """The columns of MAPPED, by field.

    Args:
        columns: For each mapped field its columns, in the order in which they count.
        hashed: Fields in whose columns digests were seen.
        dates: The order of day and month in the date of birth.
        region: The region that phone numbers without a country code belong to.
    """

    columns: Mapping[str, Sequence[str]]
    hashed: frozenset[str]
    dates: DateOrder
    region: str

    def __contains__(self, field: Field) -> bool:
        return field in self.columns

    def texts(self, field: Field) -> list[pl.Expr]:
        """Give the columns of a field."""
        return [pl.col(name) for name in self.columns.get(field, ())]

    def text(self, field: Field) -> pl.Expr:
        """Give the first thing written in the columns of a field."""
        return pl.coalesce(self.texts(field) or [pl.lit(None, pl.String)])

    def invalid(self, field: Field, read: pl.Expr) -> pl.Expr:
        """Say where something is written in the columns of a field and nothing was read."""
        return self.text(field).is_not_null() & read.is_null()


def look(frame: pl.LazyFrame, *, region: str, dates: DateOrder | None) -> Written:
    """Find out what only whole columns can tell.

    Args:
        frame: MAPPED.
        region: The region that phone numbers without a country code belong to.
        dates: The order of day and month, where it is known already.

    Returns:
        The columns by field, and what was seen in them.

    Rows: reads the columns of dates, phones and emails once; no other, and nothing where there are none.
    """
    columns: dict[str, list[str]] = {}
    for name in frame.collect_schema().names():
        if not name.startswith(SOURCE) and name != ROW_ID:
            columns.setdefault(name.partition("__")[0], []).append(name)
    looks: Clean = {
        name: hash_algorithm(_long(pl.col(name))).is_not_null().any()
        for field in (Field.PHONE, Field.EMAIL)
        for name in columns.get(field, ())
    }
    if Field.DOB in columns and dates is None:
        looks |= order_evidence(pl.col(columns[Field.DOB][0]))
    seen = frame.select(**looks).collect(engine="streaming").row(0, named=True) if looks else {}
    default: Order = "mdy" if region == "US" else "dmy"
    counts = (int(seen.get(name, 0)) for name in ("month_first", "day_first", "either"))
    return Written(
        columns=columns,
        hashed=frozenset(
            field for field, names in columns.items() if any(seen.get(name) is True for name in names)
        ),
        dates=dates or decide_order(*counts, default=default),
        region=region,
    )


def _long(text: pl.Expr) -> pl.Expr:
    """Leave out what is too short for a digest."""
    return pl.when(text.str.len_bytes() >= 24).then(text).str.strip_chars()


def without_blanks(frame: pl.LazyFrame, written: Written) -> pl.LazyFrame:
    """Bring blanks in the mapped columns to null, once for all.

    Args:
        frame: MAPPED.
        written: Its columns by field.

    Returns:
        The same table. A gender may be written as unknown; that is no blank.
    """
    names = [name for field, names in written.columns.items() if field != Field.GENDER for name in names]
    genders = written.columns.get(Field.GENDER, ())
    return blanks_to_null(frame, names).with_columns(squeeze(pl.col(name)) for name in genders)
