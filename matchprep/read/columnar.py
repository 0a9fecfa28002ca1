"""Tables that know their types: Parquet and Arrow files, every column as text without a loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from matchprep.errors import InputError
from matchprep.read.headers import name_columns
from matchprep.read.people import Table
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


def read_columnar(path: Path, *, name: str, kind: str) -> Table:
    """Open a Parquet or Arrow file.

    Args:
        path: The file.
        name: What to call it in messages.
        kind: `parquet`, `arrow` or `arrow stream`.

    Returns:
        Its table.

    Raises:
        InputError: The file is damaged or empty, or holds bytes instead of text.
    """
    form = kind.removesuffix(" stream")
    try:
        table = _SCANS[kind](path)
        schema = table.collect_schema()
        rows = int(table.select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError) as error:
        what = f"is damaged: it begins like {form} and cannot be read as such"
        raise InputError(what, where=name, hint="Export it again.") from error
    if not rows:
        raise InputError("has columns and no rows", where=name, hint="Export it again, with its people.")
    binary = [column for column, dtype in schema.items() if dtype in {pl.Binary, pl.Object}]
    if binary:
        what = f"has columns that are not text: {', '.join(binary)}"
        raise InputError(what, where=name, hint="Leave them out of the export.")
    columns, notes = name_columns(list(schema), where=name)
    pairs = zip(schema.items(), columns, strict=True)
    texts = [as_text(old, dtype).alias(new) for (old, dtype), new in pairs]
    frame = table.select(texts).with_row_index(ROW_ID)
    return Table(frame, format=form, columns=columns, rows=rows, assumptions=notes)


def _scan_stream(path: Path) -> pl.LazyFrame:
    # The streaming form of Arrow has no index to scan by.
    return pl.read_ipc_stream(path).lazy()


_SCANS: Mapping[str, Callable[[Path], pl.LazyFrame]] = {
    "parquet": lambda path: pl.scan_parquet(path, glob=False),
    "arrow": pl.scan_ipc,
    "arrow stream": _scan_stream,
}
