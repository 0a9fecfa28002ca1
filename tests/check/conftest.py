"""Tables in the clean form from rows as a case writes them."""

from __future__ import annotations

import polars as pl
import pytest

from matchprep.tables import CLEAN, ROW_ID


def clean_table(rows, columns=()):
    """CLEAN, with every column that a row names or that is asked for, and a source column with the row."""
    names = list(dict.fromkeys([*(name for row in rows for name in row), *columns]))
    types = {name: pl.Boolean if name.endswith("_invalid") else CLEAN[name] for name in names}
    written = {name: [row.get(name) for row in rows] for name in names}
    frame = pl.DataFrame([pl.Series(name, values, dtype=types[name]) for name, values in written.items()])
    numbers = pl.Series(ROW_ID, range(1, len(rows) + 1), dtype=pl.Int64)
    return (
        frame.select(numbers, pl.all(), pl.lit("as written").alias("source.Header"))
        if rows
        else _empty(types)
    )


def _empty(types):
    return pl.DataFrame(schema={ROW_ID: pl.Int64, **types, "source.Header": pl.String})


@pytest.fixture
def table():
    return clean_table
