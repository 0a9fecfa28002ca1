"""Keys: 64-bit numbers that stand for what blocking rules ask two rows to share.

A key is made of the hashes of one or more values, in order: XXH3-64 of the UTF-8 bytes of a text, the
product with an odd number of a whole number. It is our own and stays the same in every version, so that
an index on disk can be read for good. A key with a missing part is null and finds nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

import numpy as np
import polars as pl
import polars_hash as plh

from matchprep.match.features import features

#: NOTE: 2**64 over the golden ratio, made odd: neighbors are far apart in the product.
_ODD = 0x9E3779B97F4A7C15
ODD = np.uint64(_ODD)


def text_hash(name: str) -> pl.Expr:
    """Hash a text column; null stays null."""
    hashed: pl.Expr = plh.col(name).nchash.xxh3_64()
    return hashed


def number_hash(number: pl.Expr) -> pl.Expr:
    """Hash a whole number; null stays null."""
    return (number.cast(pl.UInt64) + 1) * _ODD


#: Day and month in either order, so that swapped ones find each other.
_BIRTHDAY = pl.when(pl.col("month").is_not_null() & pl.col("day").is_not_null()).then(
    pl.min_horizontal("month", "day").cast(pl.Int64) * 32 + pl.max_horizontal("month", "day")
)
_TEXTS = (
    "given_canon",
    "given_sound",
    "initial",
    "surname",
    "surname_sound",
    "house",
    "street",
    "zip",
    "city",
)

#: The values that keys are made of: name -> hash, over FEATURES.
PARTS: Mapping[str, pl.Expr] = {
    **{name: text_hash(name) for name in (*_TEXTS, "phone", "email", "identifier")},
    "year": number_hash(pl.col("year")),
    "birth date": number_hash(pl.col("year").cast(pl.Int64) * 1024 + _BIRTHDAY),
    "birthday": number_hash(_BIRTHDAY),
    "last initial": number_hash(pl.col("surname").str.slice(0, 1).str.to_integer(base=36, strict=False)),
    # NOTE: a sum has no order, so that first and last name find each other swapped.
    "names": (text_hash("given_canon") + text_hash("surname_canon")) * _ODD,
}


def key(parts: Iterable[str]) -> pl.Expr:
    """Combine hashed values, in this order, to one key.

    Args:
        parts: Names of `PARTS`, whose hashes stand in columns `#<name>`.

    Returns:
        An unsigned 64-bit number.

    Nulls: null when any part is null.
    """
    return reduce(lambda so_far, part: (so_far * _ODD) ^ part, (pl.col(f"#{part}") for part in parts))


def keyed(clean: pl.LazyFrame, keys: Mapping[str, tuple[str, ...]], *, row: str) -> pl.LazyFrame:
    """Compute the features of each row, its keys, and a number to speak of it by.

    Args:
        clean: CLEAN, of the list or of the reference.
        keys: Name of a key -> the parts it is made of.
        row: Name of the column that numbers the rows from 0.

    Returns:
        FEATURES, the keys, and `content_key`: a hash of the content, by which samples are drawn.

    Rows: kept; their order is lost.
    Nulls: a key is null where one of its parts is.
    """
    table = features(clean, row=row).with_columns(part.alias(f"#{name}") for name, part in PARTS.items())
    content = pl.lit(0, dtype=pl.UInt64)
    for name in PARTS:
        content = (content * _ODD) ^ pl.col(f"#{name}").fill_null(1)
    table = table.with_columns(
        *(key(parts).alias(name) for name, parts in keys.items()), (content * _ODD).alias("content_key")
    )
    return table.drop(f"#{name}" for name in PARTS)
