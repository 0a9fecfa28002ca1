"""Rows that repeat a person of the same list: one row a person stays, the fullest."""

from __future__ import annotations

import polars as pl

from matchprep.match.dedupe import dedupe_people
from matchprep.tables import CLEAN, ROW_ID


def repeats(clean: pl.LazyFrame, *, threads: int | None = None) -> pl.DataFrame:
    """Find the rows that can go when each person shall be in the list once.

    Args:
        clean: CLEAN.
        threads: Processor threads.

    Returns:
        `row_id`, `reason`.

    Raises:
        InputError: The list has no rows, or no field that could tell who is who.

    Rows: those beyond one a person; the row with the most fields filled stays, of equals the first.
    """
    columns = [name for name in clean.collect_schema().names() if name in CLEAN]
    filled = pl.sum_horizontal(pl.col(columns).is_not_null().cast(pl.Int32)).alias("filled")
    people = dedupe_people(clean, threads=threads).people
    rows = clean.select(ROW_ID, filled).collect().join(people, on=ROW_ID)
    best = rows.sort(["filled", ROW_ID], descending=[True, False]).unique(
        "person", keep="first", maintain_order=True
    )
    reason = pl.lit("the same person is in another row, which is fuller or comes first").alias("reason")
    return rows.join(best.select(ROW_ID), on=ROW_ID, how="anti").sort(ROW_ID).select(ROW_ID, reason)
