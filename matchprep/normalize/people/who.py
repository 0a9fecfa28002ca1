"""Who it is: names, birth, traits, identifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from matchprep.fields import Field
from matchprep.normalize.date import birth_date, birth_date_of_parts
from matchprep.normalize.gate import by_distinct
from matchprep.normalize.ids import FORMS, identifier
from matchprep.normalize.name_parts import name_parts
from matchprep.normalize.people.written import Clean, Room, Written
from matchprep.normalize.person import age, gender
from matchprep.normalize.text import blank_to_null
from matchprep.tables import CLEAN, INVALID

#: Which columns can fill which part of a name.
_PARTS: Mapping[Field, tuple[Field, ...]] = {
    Field.NAME_PREFIX: (Field.NAME_PREFIX, Field.FULL_NAME),
    Field.FIRST_NAME: (Field.FIRST_NAME, Field.FIRST_NAME_COMBINED, Field.FULL_NAME),
    Field.MIDDLE_NAME: (Field.MIDDLE_NAME, Field.FIRST_NAME, Field.FULL_NAME),
    Field.LAST_NAME: (Field.LAST_NAME, Field.FULL_NAME),
    Field.NAME_SUFFIX: (Field.NAME_SUFFIX, Field.LAST_NAME, Field.FULL_NAME),
}
_NAMES = (*_PARTS, Field.FULL_NAME, Field.FIRST_NAME_COMBINED)
_BIRTH = (Field.BIRTH_YEAR, Field.BIRTH_MONTH, Field.BIRTH_DAY)
_TRAITS: Mapping[Field, Callable[[pl.Expr], pl.Expr]] = {Field.AGE: age, Field.GENDER: gender}
#: Everything from the voter identifier on.
_IDENTIFIERS = tuple(Field)[tuple(Field).index(Field.VOTER_ID) :]


def names(frame: pl.LazyFrame, written: Written) -> Room:
    """Read the name, from its parts and from the whole."""
    fields = [field for field in _NAMES if field in written]
    if not fields:
        return frame, {}
    frame = frame.with_columns(_name=name_parts(**{field.value: written.text(field) for field in fields}))
    part = pl.col("_name").struct.field
    clean: Clean = {
        name: part(name) for name, needs in _PARTS.items() if any(need in written for need in needs)
    }
    reads = {
        Field.FIRST_NAME: part("first_name"),
        Field.LAST_NAME: part("last_name"),
        Field.FULL_NAME: pl.coalesce(part("first_name"), part("last_name")),
    }
    clean |= {name + INVALID: written.invalid(name, read) for name, read in reads.items() if name in written}
    return frame, clean


def births(frame: pl.LazyFrame, written: Written) -> Room:
    """Read the date of birth, from one column or from three."""
    readings = [birth_date(text, order=written.dates.order) for text in written.texts(Field.DOB)]
    if any(field in written for field in _BIRTH):
        year, month, day = (written.text(field) for field in _BIRTH)
        readings.append(birth_date_of_parts(year, month, day))
    if not readings:
        return frame, {}
    working = [f"_birth_{place}" for place in range(len(readings))]
    frame = frame.with_columns(reading.alias(name) for name, reading in zip(working, readings, strict=True))
    readable = [pl.col(name).struct.field("readable") for name in working]
    best = pl.col(working[0])
    if len(working) > 1:
        best = pl.coalesce(
            pl.when(good).then(pl.col(name)) for name, good in zip(working, readable, strict=True)
        )
    clean: Clean = {field: pl.col("_birth").struct.field(field) for field in (Field.DOB, *_BIRTH)}
    read = pl.col("_birth").struct.field(Field.BIRTH_YEAR)
    unread = read.is_null() & ~pl.all_horizontal(good.fill_null(value=True) for good in readable)
    for field in (Field.DOB, *_BIRTH):
        if field in written:
            clean[field + INVALID] = written.text(field).is_not_null() & unread
    return frame.with_columns(_birth=best), clean


def traits(frame: pl.LazyFrame, written: Written) -> Room:
    """Read age and gender; take ethnicity and the list's own identifier as they are."""
    clean: Clean = {}
    for field, read in _TRAITS.items():
        if field in written:
            clean[field] = pl.coalesce([read(text) for text in written.texts(field)])
            # NOTE: the one text that still has its blanks; see `without_blanks`.
            said = by_distinct(written.text(field), blank_to_null)
            clean[field + INVALID] = said.is_not_null() & clean[field].is_null()
    clean |= {field: written.text(field) for field in (Field.ETHNICITY, Field.ID) if field in written}
    return frame, clean


def identifiers(frame: pl.LazyFrame, written: Written) -> Room:
    """Read the identifiers that others issued."""
    clean: Clean = {}
    for field in _IDENTIFIERS:
        if field in written and field in CLEAN:
            clean[field] = pl.coalesce([identifier(text, field) for text in written.texts(field)])
            if field in FORMS:
                clean[field + INVALID] = written.invalid(field, clean[field])
    return frame, clean
