"""Where they live: street address, city, state, ZIP, coordinates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from matchprep.fields import Field
from matchprep.normalize.address import STREET_ADDRESS, full_address, street_address
from matchprep.normalize.people.written import Clean, Room, Written
from matchprep.normalize.place import city, latitude, longitude, region, state
from matchprep.normalize.text import empty_to_null, plain_words
from matchprep.normalize.zips import zip4, zip_parts
from matchprep.tables import INVALID

_LINE = ("address", "house_number", "street", "unit", "po_box")
#: The fields a street line is put together from, in this order.
STREET_PIECES = (Field.HOUSE_NUMBER, Field.STREET, Field.ADDRESS, Field.UNIT, Field.ADDRESS2, Field.PO_BOX)
_PLACES: Mapping[Field, Callable[[pl.Expr], pl.Expr]] = {
    Field.CITY: city,
    Field.STATE: state,
    Field.LATITUDE: latitude,
    Field.LONGITUDE: longitude,
}


def addresses(frame: pl.LazyFrame, written: Written) -> Room:
    """Read the street line, put together from all the columns that hold a piece of it."""
    sources: list[str] = []
    clean: Clean = {}
    if any(field in written for field in STREET_PIECES):
        sources.append("_street")
        line = street_line({field: written.text(field) for field in STREET_PIECES if field in written})
        frame = frame.with_columns(_line=line)
        frame = frame.with_columns(_street=street_address(pl.col("_line")))
        if Field.UNIT in written:
            both = pl.struct(street="_street", unit=written.text(Field.UNIT))
            frame = frame.with_columns(
                _street=both.map_batches(_with_unit, return_dtype=STREET_ADDRESS, is_elementwise=True)
            )
        clean[Field.ADDRESS + INVALID] = pl.col("_line").is_not_null() & _part("_street", "address").is_null()
    if Field.FULL_ADDRESS in written:
        sources.append("_full")
        frame = frame.with_columns(_full=full_address(written.text(Field.FULL_ADDRESS)))
        anything = pl.coalesce(_part("_full", part) for part in ("address", "city", "zip"))
        clean[Field.FULL_ADDRESS + INVALID] = written.invalid(Field.FULL_ADDRESS, anything)
    if sources:
        clean |= {part: pl.coalesce(_part(source, part) for source in sources) for part in _LINE}
    return frame, clean


def _part(source: str, part: str) -> pl.Expr:
    return pl.col(source).struct.field(part)


def street_line(pieces: Mapping[Field, pl.Expr]) -> pl.Expr:
    """Put a street line together from the columns that hold a piece of it.

    Args:
        pieces: Those of `STREET_PIECES` that the list has, blanks null.

    Returns:
        One line, as a person would write it.

    Nulls: null where no piece is written.
    """
    texts = [_said(field, pieces[field]) for field in STREET_PIECES if field in pieces]
    return empty_to_null(pl.concat_str(texts, separator=" ", ignore_nulls=True))


def _said(field: Field, text: pl.Expr) -> pl.Expr:
    """Say of a number alone that it is a unit or a box."""
    if field is Field.UNIT:
        # NOTE: USPS Publication 28, 213.3: the pound sign where the kind of unit is not known.
        bare = text.str.contains(r"^(?:[0-9]+-?[A-Za-z]?|[A-Za-z]-?[0-9]*)$")
        return pl.when(bare).then("# " + text).otherwise(text)
    if field is Field.PO_BOX:
        return pl.when(text.str.contains(r"^[0-9]+-?[A-Za-z]?$")).then("PO BOX " + text).otherwise(text)
    return text


def _with_unit(values: pl.Series) -> pl.Series:
    """Keep what a column of units says where it was not read as one (`Rear Bldg`, `Upstairs`)."""
    street, written = values.struct.unnest().get_columns()
    parts = street.struct.unnest()
    rows = (written.is_not_null() & parts["unit"].is_null()).arg_true()
    if rows.is_empty():  # as almost always
        return street
    words, nowhere, boxless = pl.col("words"), pl.col("street").is_null(), pl.col("po_box").is_null()
    away = nowhere | boxless  # a box beside a street is not in the line
    lost = away & ~pl.col("address").str.contains(words, literal=True).fill_null(value=False)
    kept = (
        parts[rows]
        .with_columns(words=written.gather(rows))
        .with_columns(words=plain_words(words))
        .with_columns(lost=pl.when(lost).then("words"), alone=pl.when(nowhere & boxless).then("words"))
        .select(
            address=empty_to_null(pl.concat_str("address", "lost", separator=" ", ignore_nulls=True)),
            unit=pl.coalesce("lost", "alone"),
        )
    )
    return parts.with_columns(parts[name].scatter(rows, kept[name]) for name in kept.columns).to_struct()


def places(frame: pl.LazyFrame, written: Written) -> Room:
    """Read city, state, ZIP and coordinates; what has no column of its own comes from the whole address."""
    clean: Clean = {}
    for field, read in _PLACES.items():
        readings = [read(text) for text in written.texts(field)] + _from_whole(written, field)
        if readings:
            frame = frame.with_columns(pl.coalesce(readings).alias(f"_{field}"))
            clean[field] = pl.col(f"_{field}")
        if field in written:
            clean[field + INVALID] = written.invalid(field, clean[field])
    if Field.STATE in clean:
        regions = [region(text) for text in written.texts(Field.STATE)] + _from_whole(written, Field.STATE)
        frame = frame.with_columns(_region=pl.coalesce(regions))
        clean["region"] = pl.col("_region")
    frame, zips = _zips(frame, written, clean.get(Field.STATE))
    return frame, clean | zips


def _from_whole(written: Written, field: str) -> list[pl.Expr]:
    """Give a place from the whole address, where there is one."""
    known = Field.FULL_ADDRESS in written and field in {Field.CITY, Field.STATE, Field.ZIP, Field.ZIP4}
    return [_part("_full", field)] if known else []


def _zips(frame: pl.LazyFrame, written: Written, of_state: pl.Expr | None) -> Room:
    texts = written.texts(Field.ZIP) + written.texts(Field.ZIP4)
    if not texts and Field.FULL_ADDRESS not in written:
        return frame, {}
    whole = pl.coalesce(*texts, pl.lit(None, pl.String))
    frame = frame.with_columns(_zip=zip_parts(whole, state=of_state))
    fours = [zip4(text) for text in written.texts(Field.ZIP4)]
    clean: Clean = {
        Field.ZIP: pl.coalesce(_part("_zip", "zip"), *_from_whole(written, Field.ZIP)),
        Field.ZIP4: pl.coalesce(_part("_zip", "zip4"), *fours, *_from_whole(written, Field.ZIP4)),
        "postal_code": pl.coalesce(_part("_zip", "postal_code"), *_from_whole(written, Field.ZIP)),
    }
    for field in (Field.ZIP, Field.ZIP4):
        if field in written:
            clean[field + INVALID] = written.invalid(field, clean[field])
    return frame, clean
