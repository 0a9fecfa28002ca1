"""Addresses as the USPS writes them, put together from the pieces that their plans name."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from matchprep.normalize.address.plans import COLUMNS
from matchprep.normalize.address.tagger import Planned, Tagger
from matchprep.normalize.address.usps import standard_forms
from matchprep.normalize.buffers import PAD, Bytes, Mask, Places, string_column, views

#: Addresses that are worked on at once.
SLICE: Final = 65_536

_UPPER: Bytes = np.arange(256, dtype=np.uint8)
_UPPER[ord("a") : ord("z") + 1] -= ord("a") - ord("A")


def postal(addresses: pl.Series, tagger: Tagger, dtype: pl.Struct, *, whole: bool) -> pl.Series:
    """Write addresses as the USPS does.

    Args:
        addresses: Strings.
        tagger: What labels them.
        dtype: The struct to give.
        whole: Whether they hold city, state and ZIP.

    Returns:
        One struct an address, null where the address is.
    """
    parts = [
        _slice(addresses.slice(begin, SLICE), tagger, dtype, whole=whole)
        for begin in range(0, max(len(addresses), 1), SLICE)
    ]
    return pl.concat(parts).alias(addresses.name)


def _slice(addresses: pl.Series, tagger: Tagger, dtype: pl.Struct, *, whole: bool) -> pl.Series:
    planned = tagger.plan(addresses, whole=whole)
    text, begin = _written(planned)
    wanted = COLUMNS if whole else COLUMNS[:5]
    columns = {}
    for number, column in enumerate(wanted):
        first, last = planned.ranges[:, number].T
        start, stop = begin[planned.row_begin + first], begin[planned.row_begin + last]
        size = np.maximum(stop - start - 1, 0)
        columns[column] = string_column(views(text, start, size), size > 0, text)
    frame = _routes(pl.DataFrame(columns), planned.on_route)
    struct = (_regions(frame) if whole else frame).select(*dtype.to_schema()).to_struct()
    return (
        pl.select(pl.when(addresses.is_not_null()).then(struct)).to_series()
        if addresses.has_nulls()
        else struct
    )


def _written(planned: Planned) -> tuple[Bytes, Places]:
    """Write all pieces one after another, each with a space; say where each begins, and the end."""
    source = np.concatenate([_UPPER[planned.text], planned.pool])
    width = planned.size + (planned.size > 0)
    begin = np.concatenate([[0], np.cumsum(width)])
    place = np.arange(begin[-1]) + np.repeat(planned.start - begin[:-1], width)
    text = np.full(len(place) + PAD, ord(" "), np.uint8)
    np.take(source, place, out=text[: len(place)], mode="clip")
    text[begin[1:][width > 0] - 1] = ord(" ")
    return text, begin


def _routes(frame: pl.DataFrame, rows: Mask) -> pl.DataFrame:
    """Write the names of routes in their standard form: they are phrases, not words."""
    places = np.flatnonzero(rows)
    if not len(places):
        return frame
    phrases = "|".join(sorted(standard_forms("routes"), key=len, reverse=True))
    name = pl.col("street").str.extract(f"^({phrases})(?: |$)")
    form = name.replace_strict(standard_forms("routes"), default=None, return_dtype=pl.String)
    street = pl.coalesce(form + pl.col("street").str.slice(name.str.len_chars()), "street")
    box = "BOX " + pl.col("house_number")
    chosen = frame[places].select(
        street=street, address=pl.concat_str(street, box, separator=" ", ignore_nulls=True)
    )
    return frame.with_columns(frame[column].scatter(places, chosen[column]) for column in chosen.columns)


def _regions(frame: pl.DataFrame) -> pl.DataFrame:
    """Write the state in two letters and split the ZIP code."""
    code = pl.col("zip").str.extract_groups(r"^(?<zip>\d{5})(?:[- ]?(?<zip4>\d{4}))?$")
    return frame.with_columns(
        state=pl.col("state").replace_strict(standard_forms("states"), default=None, return_dtype=pl.String),
        zip=code.struct.field("zip"),
        zip4=code.struct.field("zip4"),
    )
