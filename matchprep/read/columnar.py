"""Tables that know their types: Parquet and Arrow files, every column as text without a loss."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from matchprep.errors import InputError
from matchprep.read.headers import name_columns
from matchprep.read.people import People, SourceFacts, unread_table
from matchprep.read.rows import RowNumbers, with_row_id
from matchprep.read.source import digest
from matchprep.read.spill import Spill
from matchprep.tables import ROW_ID

#: Whole numbers up to here are exact in a float.
_EXACT = 2**53


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Write a column as text: whole numbers without a point, dates as ISO 8601, midnight left out.

    Args:
        name: The column.
        dtype: Its type.

    Returns:
        The column as String.

    Nulls: stay null; so does what is not a number.
    """
    column = pl.col(name)
    if dtype.is_float():
        whole = (column == column.floor()) & (column.abs() <= _EXACT)
        number = pl.when(column.is_nan()).then(None).otherwise(column)
        text = (
            pl.when(whole)
            .then(number.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(number.cast(pl.String))
        )
    elif dtype.is_decimal():
        text = column.cast(pl.String).str.replace(r"(\.\d*?)0+$", "${1}").str.strip_suffix(".")
    elif isinstance(dtype, pl.Datetime):
        text = column.dt.to_string("iso:strict").str.replace(r"(?:T00:00:00)?(?:\.0+)?$", "")
    elif dtype.is_temporal():
        text = column.dt.to_string("iso")
    elif isinstance(dtype, pl.List | pl.Array):
        text = column.cast(pl.List(pl.String)).list.join(", ")
    elif isinstance(dtype, pl.Struct):
        text = column.struct.json_encode()
    else:
        text = column.cast(pl.String)
    return text.alias(name)


def read_columnar(path: Path, *, name: str, kind: str, spill: Spill | None = None, offset: int = 0) -> People:
    """Open a Parquet or Arrow file.

    Args:
        path: The file.
        name: What to call it in messages.
        kind: `parquet` or `arrow`.
        spill: The folder the file lies in, where it is a temporary copy.
        offset: Records of the list that came before this file.

    Returns:
        The people in it.

    Raises:
        InputError: The file is damaged, empty, or has a type that is not text.
    """
    scan = pl.scan_parquet if kind == "parquet" else pl.scan_ipc
    try:
        table = scan(path, glob=False) if kind == "parquet" else scan(path)
        schema = table.collect_schema()
        rows = table.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(
            f"is damaged: its {kind} structure cannot be read", where=name, hint="Export it again."
        ) from error
    return from_table(
        table, schema, rows=rows, path=path, name=name, kind=kind, spill=spill, offset=offset, encoding=None
    )


def from_table(
    table: pl.LazyFrame,
    schema: Mapping[str, pl.DataType],
    *,
    rows: int,
    path: Path,
    name: str,
    kind: str,
    encoding: str | None = None,
    spill: Spill | None = None,
    offset: int = 0,
) -> People:
    """Make people of a table that knows its types.

    Args:
        table: The table, as it is in the file.
        schema: Its columns and types.
        rows: How many rows it has.
        path: The file.
        name: What to call it in messages.
        kind: Its format.
        encoding: How its characters are written, where the format does not say.
        spill: The folder the file lies in, where it is a temporary copy.
        offset: Records of the list that came before it.

    Returns:
        The people in it.

    Raises:
        InputError: It has no rows, or holds bytes instead of text.
    """
    if not schema or not rows:
        raise InputError("has columns and no rows" if schema else "has no columns", where=name)
    binary = [column for column, dtype in schema.items() if dtype in (pl.Binary, pl.Object)]
    if binary:
        listed = ", ".join(binary)
        raise InputError(
            f"has columns that are no text: {listed}", where=name, hint="Leave them out of the export."
        )
    columns, notes = name_columns(list(schema), where=name)
    texts = [
        as_text(old, dtype).alias(new) for (old, dtype), new in zip(schema.items(), columns, strict=True)
    ]
    frame = table.select(texts).with_row_index(ROW_ID)
    facts = SourceFacts(
        name=name,
        format=kind,
        encoding=encoding,
        delimiter=None,
        compression=None,
        size_bytes=path.stat().st_size,
        sha256=digest(path),
        columns=columns,
        rows=rows,
        assumptions=tuple(notes),
    )
    return People(with_row_id(frame, RowNumbers(offset=offset, spill=spill)), facts, unread_table())
