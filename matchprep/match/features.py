"""CLEAN -> FEATURES: what one person's row is compared and found by, computed once.

Values are in match form: names folded to A-Z, a given name also by the name it is short for, surnames
also by sound, birth dates by parts, the street without directionals and suffix. Keys are 64-bit
hashes of one or more values (xxHash64, seed 0), combined so that the same values give the same key in
every version of every library; a key with a missing part is null and finds nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl
import polars_hash as plh

from matchprep.fields import Field
from matchprep.normalize import fold, nickname, phonetic
from matchprep.tables import ROW_ID

#: The type of every feature; a feature that the source cannot fill is null throughout.
FEATURES: Mapping[str, type[pl.DataType]] = {
    "given": pl.String,
    "given_canon": pl.String,
    "given_sound": pl.String,
    "middle": pl.String,
    "middle_initial": pl.String,
    "initial": pl.String,
    "surname": pl.String,
    "surname_canon": pl.String,
    "surname_sound": pl.String,
    "suffix": pl.String,
    "gender": pl.String,
    "year": pl.Int16,
    "month": pl.Int8,
    "day": pl.Int8,
    "house": pl.String,
    "street": pl.String,
    "unit": pl.String,
    "zip": pl.String,
    "city": pl.String,
    "state": pl.String,
    "phone": pl.String,
    "email": pl.String,
    "identifier": pl.String,
}

#: Generations: the suffixes that tell two people of one name apart.
GENERATIONS = ("JR", "SR", "I", "II", "III", "IV", "V")

_DIRECTIONALS = r"^(?:N|S|E|W|NE|NW|SE|SW|NORTH|SOUTH|EAST|WEST) "
_STREET_SUFFIXES = (
    r" (?:ALY|AVE?|AVENUE|BLVD|BOULEVARD|BND|CIR|CIRCLE|CT|COURT|CV|CRES|CRESCENT|DR|DRIVE|EXPY|HWY|HIGHWAY|LN|LANE"
    r"|LOOP|PARK|PATH|PIKE|PKWY|PARKWAY|PL|PLACE|PLZ|RD|ROAD|ROW|RUN|SQ|SQUARE|ST|STREET|TER|TERRACE|TPKE|TRL|TRAIL"
    r"|WALK|WAY|XING)(?: (?:N|S|E|W|NE|NW|SE|SW))?$"
)
_ODD_MULTIPLIER = 0x9E3779B97F4A7C15  # NOTE: 2**64 over the golden ratio: spreads what it is multiplied with


def features(clean: pl.LazyFrame) -> pl.LazyFrame:
    """Compute what each row is compared by.

    Args:
        clean: CLEAN, of the list or of the reference.

    Returns:
        FEATURES: `row_id`, `reference_id` (the source's own id, else the voter id, else the row number),
        then a column each of `FEATURES`.

    Rows: kept, in order.
    Nulls: where CLEAN has null or lacks the column.
    """
    present = clean.collect_schema().names()
    first = clean.select(ROW_ID, own_id(present).alias("reference_id"), *_plain(present))
    second = first.with_columns(
        nickname(pl.col("given")).alias("given_canon"),
        phonetic(pl.col("given")).alias("given_sound"),
        pl.col("given").str.slice(0, 1).alias("initial"),
        pl.col("middle").str.slice(0, 1).alias("middle_initial"),
        nickname(pl.col("surname")).alias("surname_canon"),
        phonetic(pl.col("surname")).alias("surname_sound"),
    )
    return second.select(
        ROW_ID, "reference_id", *(pl.col(name).cast(kind) for name, kind in FEATURES.items())
    )


def own_id(present: Collection[str]) -> pl.Expr:
    """Name a row as its source does.

    Args:
        present: The columns of CLEAN.

    Returns:
        The source's own id; where it has none the voter id, and else the row number.
    """
    known = [pl.col(name) for name in (Field.ID, Field.VOTER_ID) if name in present]
    return pl.coalesce(*known, pl.col(ROW_ID).cast(pl.String))


def _plain(present: Collection[str]) -> list[pl.Expr]:
    """Give the features that need no other feature."""

    def column(name: str) -> pl.Expr:
        return pl.col(name) if name in present else pl.lit(None, dtype=_CLEAN_TYPES.get(name, pl.String))

    boxed = column(Field.STREET).is_null() & column(Field.PO_BOX).is_not_null()
    suffix = column(Field.NAME_SUFFIX)
    gender = column(Field.GENDER)
    return [
        fold(column(Field.FIRST_NAME)).alias("given"),
        fold(column(Field.MIDDLE_NAME)).alias("middle"),
        fold(column(Field.LAST_NAME)).alias("surname"),
        pl.when(suffix.is_in(GENERATIONS)).then(suffix).alias("suffix"),
        pl.when(gender.is_in(("F", "M"))).then(gender).alias("gender"),
        column(Field.BIRTH_YEAR).alias("year"),
        column(Field.BIRTH_MONTH).alias("month"),
        column(Field.BIRTH_DAY).alias("day"),
        pl.when(boxed).then(column(Field.PO_BOX)).otherwise(column(Field.HOUSE_NUMBER)).alias("house"),
        pl.when(boxed).then(pl.lit("PO BOX")).otherwise(street_core(column(Field.STREET))).alias("street"),
        column(Field.UNIT).str.extract(r"([A-Z0-9]+)$").alias("unit"),
        _first_of(present, "postal_code", Field.ZIP).alias("zip"),
        fold(column(Field.CITY)).alias("city"),
        _first_of(present, Field.STATE, "region").alias("state"),
        column(Field.PHONE).str.slice(-10).alias("phone"),
        column(Field.EMAIL).alias("email"),
        column(Field.VOTER_ID).alias("identifier"),
    ]


_CLEAN_TYPES: Mapping[str, type[pl.DataType]] = {
    Field.BIRTH_YEAR: pl.Int16,
    Field.BIRTH_MONTH: pl.Int8,
    Field.BIRTH_DAY: pl.Int8,
}


def _first_of(present: Collection[str], *names: str) -> pl.Expr:
    known = [pl.col(name) for name in names if name in present]
    return pl.coalesce(*known) if known else pl.lit(None, dtype=pl.String)


def street_core(street: pl.Expr) -> pl.Expr:
    """Strip a street of what forms leave out: leading directional, street suffix, spaces.

    Args:
        street: A street in USPS form, `N MAIN ST`.

    Returns:
        `MAIN`; a street that is nothing but such words stays whole.

    Nulls: null stays null.

    Example:
        >>> pl.select(street_core(pl.lit("N MAIN ST"))).item()
        'MAIN'
    """
    core = street.str.replace(_DIRECTIONALS, "").str.replace(_STREET_SUFFIXES, "")
    return core.str.replace_all(r"[^A-Z0-9]", "")


def key(*parts: pl.Expr) -> pl.Expr:
    """Hash one or more values, in this order, to a 64-bit key.

    Args:
        parts: Values; those that are no strings are hashed as written out.

    Returns:
        An unsigned 64-bit integer that never changes between versions.

    Nulls: null when any part is null.
    """
    first, *rest = (value_hash(part) for part in parts)
    for part in rest:
        first = (first * _ODD_MULTIPLIER) ^ part
    return first


def either_way(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Hash two values without regard to their order, so that swapped names find each other.

    Args:
        one: A value.
        other: The other value.

    Returns:
        The same key for (a, b) and (b, a).

    Nulls: null when either is null.
    """
    one, other = value_hash(one), value_hash(other)
    return (one + other) * _ODD_MULTIPLIER


def value_hash(value: pl.Expr) -> pl.Expr:
    """Hash one value with xxHash64 of its UTF-8 bytes."""
    hashed: pl.Expr = plh.concat_str(value.cast(pl.String)).nchash.xxhash64()  # type: ignore[attr-defined]
    return hashed


def indexed(clean: pl.LazyFrame, keys: Mapping[str, pl.Expr], *, row: str) -> pl.LazyFrame:
    """Compute the features of each row, its keys, and a number to speak of it by.

    Args:
        clean: CLEAN, of the list or of the reference.
        keys: Name of a key -> its expression over FEATURES.
        row: Name of the column that numbers the rows from 0.

    Returns:
        FEATURES, the keys, and `content_key`: a hash of the content, by which samples are drawn.

    Rows: kept, in order.
    Nulls: a key is null where one of its parts is.
    """
    table = features(clean).with_row_index(row)
    table = table.with_columns(expression.alias(name) for name, expression in keys.items())
    content = pl.lit(0, dtype=pl.UInt64)
    for name in keys:
        content = (content * _ODD_MULTIPLIER) ^ pl.col(name).fill_null(1)
    return table.with_columns(content.alias("content_key"))
