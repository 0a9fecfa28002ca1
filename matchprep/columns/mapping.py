"""RAW -> MAPPED: columns under the names of their fields, values as written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from matchprep.columns.agree import JOINED
from matchprep.columns.aliases import match_name
from matchprep.columns.model import ColumnMap, Suggestion
from matchprep.columns.suggest import suggest_columns
from matchprep.errors import UsageError, did_you_mean
from matchprep.fields import Field
from matchprep.normalize.text import empty_to_null
from matchprep.tables import ROW_ID, SOURCE

_CHOSEN = "you said so"


def map_columns(frame: pl.LazyFrame, mapping: ColumnMap | Mapping[str, str] | None = None) -> pl.LazyFrame:
    """Put the columns of a list under the names of their fields.

    Args:
        frame: RAW.
        mapping: What each column is taken for; suggested from the headers and values when left out.

    Returns:
        MAPPED. The parts of a house number, a street or a unit are joined by a space; any other further
        column of a field is `<field>__2`, `<field>__3`, ...

    Raises:
        UsageError: A column or a field of the mapping does not exist.

    Rows: kept, in order.
    Columns: RAW -> MAPPED.
    Nulls: stay null.
    """
    columns = [name for name in frame.collect_schema().names() if name != ROW_ID]
    if mapping is None:
        mapping = suggest_columns(frame)
    chosen = mapping.mapping if isinstance(mapping, ColumnMap) else {
        _column(column, columns): _field(field) for column, field in mapping.items()
    }  # fmt: skip
    by_field: dict[Field, list[str]] = {}
    for column in columns:
        if column in chosen:
            by_field.setdefault(chosen[column], []).append(column)
    mapped = [expr for field, sources in by_field.items() for expr in _named(field, sources)]
    originals = [pl.col(column).alias(SOURCE + column) for column in columns]
    return frame.select(pl.col(ROW_ID), *mapped, *originals)


def _named(field: Field, columns: list[str]) -> Iterable[pl.Expr]:
    ordered = sorted(columns, key=lambda column: _order(column, field))
    if field in JOINED and len(ordered) > 1:
        parts = [empty_to_null(pl.col(column).str.strip_chars()) for column in ordered]
        joined = pl.concat_str(parts, separator=" ", ignore_nulls=True)
        return [empty_to_null(joined).alias(field)]
    return [
        pl.col(column).alias(field if place == 1 else f"{field}__{place}")
        for place, column in enumerate(ordered, 1)
    ]


def _order(column: str, field: Field) -> tuple[int, int, int]:
    """Where a column stands among those of its field: by the part, the rank and the number in its header."""
    named = match_name(column)
    if named is None or named.alias.field is not field:
        return (1, 99, 0)
    return (named.alias.part, named.alias.rank, named.number)


def with_choices(column_map: ColumnMap, choices: Iterable[str]) -> ColumnMap:
    """Correct a suggested mapping by the caller's own word.

    Args:
        column_map: What was suggested.
        choices: `header=field` each; `header=` leaves a column alone. A field that is chosen for one
            column is taken from the columns it was suggested for, save phones and emails.

    Returns:
        The corrected mapping.

    Raises:
        UsageError: A choice names a column or a field that does not exist, or is not `header=field`.

    Example:
        >>> one = Suggestion("Cell", None, "", 0.0)
        >>> with_choices(ColumnMap((one,)), ["cell=phone"]).mapping
        {'Cell': <Field.PHONE: 'phone'>}
    """
    columns = [one.column for one in column_map.suggestions]
    chosen: dict[str, Field | None] = {}
    for choice in choices:
        header, separator, field = choice.rpartition("=")
        if not separator:
            raise UsageError(
                f"{choice} is not of the form header=field", hint="For example: --map Cell=phone"
            )
        chosen[_column(header, columns)] = _field(field) if field.strip() else None
    return ColumnMap(tuple(_chosen(one, chosen) for one in column_map.suggestions))


def _chosen(one: Suggestion, chosen: Mapping[str, Field | None]) -> Suggestion:
    if one.column in chosen:
        field = chosen[one.column]
        return Suggestion(one.column, field, _CHOSEN if field else "left out: you said so", 1.0)
    if one.field in chosen.values() and one.field not in {Field.PHONE, Field.EMAIL}:
        other = next(column for column, field in chosen.items() if field is one.field)
        return Suggestion(one.column, None, f"you chose {other} for {one.field}", 1.0)
    return one


def _column(header: str, columns: list[str]) -> str:
    if header in columns:
        return header
    folded = {column.strip().casefold(): column for column in columns}
    found = folded.get(header.strip().casefold())
    if found is None:
        raise UsageError(
            f"the list has no column {header.strip()}", hint=did_you_mean(header.strip(), columns)
        )
    return found


def _field(name: str) -> Field:
    spelled = name.strip().lower().replace("-", "_").replace(" ", "_")
    try:
        return Field[spelled.upper()]
    except KeyError as error:
        hint = did_you_mean(spelled, [field.value for field in Field])
        raise UsageError(f"there is no field {name.strip()}", hint=hint) from error
