"""Normalized values under the headers of the list, so that a file goes back where it came from.

Each column says after as much as it said before. What normalizing takes out of a column into a field that
the list has no column for (the middle initial of a first name, the suffix of a surname, the +4 of a ZIP)
is put behind it again; what has its own column goes there. A title before a first name goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from matchprep.columns import ColumnMap
from matchprep.fields import Field
from matchprep.normalize import email, phone
from matchprep.normalize.text import empty_to_null
from matchprep.tables import SOURCE

#: Fields that a list may have several columns of, each of which is read by itself.
_ALONE: Mapping[Field, Callable[[pl.Expr], pl.Expr]] = {Field.PHONE: phone, Field.EMAIL: email}
_NAME = (Field.NAME_PREFIX, Field.FIRST_NAME, Field.MIDDLE_NAME, Field.LAST_NAME, Field.NAME_SUFFIX)
#: What a column says, of fields that have no column of their own.
_SAYS: Mapping[Field, Sequence[Field]] = {
    Field.FIRST_NAME: (Field.FIRST_NAME, Field.MIDDLE_NAME),
    Field.LAST_NAME: (Field.LAST_NAME, Field.NAME_SUFFIX),
}
#: Columns that have no normalized form of their own; they stay as written.
_AS_WRITTEN = frozenset({Field.FIRST_NAME_COMBINED, Field.PHONE_AREA_CODE, Field.PHONE_LOCAL})


def in_place_columns(names: Sequence[str], understood: ColumnMap) -> Mapping[str, pl.Expr]:
    """Write each column that is understood in its normalized form.

    Args:
        names: Columns of CLEAN.
        understood: What each column of the source was taken for.

    Returns:
        An expression over CLEAN a header; a column without a normalized form is not in it.

    Nulls: blank, or not readable.
    """
    known = frozenset(names)
    columns: dict[str, pl.Expr] = {}
    for field in sorted(understood.fields):
        headers = [header for header, one in understood.mapping.items() if one is field]
        if field in _ALONE and len(headers) > 1:
            columns |= {header: _ALONE[field](pl.col(SOURCE + header)) for header in headers}
        elif len(headers) == 1 and field not in _AS_WRITTEN:
            written = _written(field, known, understood.fields)
            columns |= {headers[0]: written} if written is not None else {}
    return columns


def _written(field: Field, known: frozenset[str], own: frozenset[Field]) -> pl.Expr | None:
    special = _SPECIAL.get(field)
    if special is not None:
        return special(own)
    if field in _SAYS and Field.FULL_NAME not in own:
        parts = [part for part in _SAYS[field] if part in known and (part is field or part not in own)]
        return _joined(*(pl.col(part) for part in parts))
    return pl.col(field) if field in known else None


def _joined(*parts: pl.Expr, separator: str = " ") -> pl.Expr:
    return empty_to_null(pl.concat_str(parts, separator=separator, ignore_nulls=True))


def _full_name(_own: frozenset[Field]) -> pl.Expr:
    return _joined(*(pl.col(part) for part in _NAME))


def _address(own: frozenset[Field]) -> pl.Expr:
    """The street line; without the unit, and without the box, where these have columns of their own."""
    if not own & {Field.UNIT, Field.ADDRESS2, Field.PO_BOX}:
        return pl.col(Field.ADDRESS)
    line = [pl.col(Field.HOUSE_NUMBER), pl.col(Field.STREET)]
    if not own & {Field.UNIT, Field.ADDRESS2}:
        line.append(pl.col(Field.UNIT))
    return _joined(*([] if Field.PO_BOX in own else [pl.lit("PO BOX ") + pl.col(Field.PO_BOX)]), *line)


def _address2(own: frozenset[Field]) -> pl.Expr | None:
    return None if Field.UNIT in own else pl.col(Field.UNIT)


def _full_address(_own: frozenset[Field]) -> pl.Expr:
    last = _joined(pl.col(Field.STATE), _zip(frozenset()))
    return _joined(pl.col(Field.ADDRESS), pl.col(Field.CITY), last, separator=", ")


def _zip(own: frozenset[Field]) -> pl.Expr:
    if Field.ZIP4 in own:
        return pl.col(Field.ZIP)
    return pl.col(Field.ZIP) + pl.coalesce(pl.lit("-") + pl.col(Field.ZIP4), pl.lit(""))


def _dob(_own: frozenset[Field]) -> pl.Expr:
    """The date, or what is known of it: `1973-06`, `1973`."""
    known = pl.struct(Field.DOB, Field.BIRTH_YEAR, Field.BIRTH_MONTH)
    return known.map_batches(_known_of_date, return_dtype=pl.String, is_elementwise=True)


def _known_of_date(values: pl.Series) -> pl.Series:
    known = values.struct.unnest()
    written = known[Field.DOB].dt.to_string("iso")
    rows = (written.is_null() & known[Field.BIRTH_YEAR].is_not_null()).arg_true()
    year, month = (pl.col(name).cast(pl.String) for name in (Field.BIRTH_YEAR, Field.BIRTH_MONTH))
    parts = known[rows].select(pl.coalesce(year + "-" + month.str.zfill(2), year))
    return written.scatter(rows, parts.to_series())


_SPECIAL: Mapping[Field, Callable[[frozenset[Field]], pl.Expr | None]] = {
    Field.FULL_NAME: _full_name,
    Field.ADDRESS: _address,
    Field.ADDRESS2: _address2,
    Field.FULL_ADDRESS: _full_address,
    Field.ZIP: _zip,
    Field.DOB: _dob,
}
