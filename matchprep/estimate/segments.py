"""The forecast by kinds of rows: which match well, and which do not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from matchprep.errors import UsageError, did_you_mean
from matchprep.estimate.carry import Carried, Carrier, sums
from matchprep.estimate.chances import state_of
from matchprep.tables import ROW_ID, SOURCE

#: Kinds of fewer rows than this are put together, so that no kind tells of single people.
LEAST_ROWS = 10
#: So many kinds are told apart by each criterion; the rest are put together.
MOST_KINDS = 25
NONE, OTHERS = "(none)", "(all others)"

Ends = Callable[[Carried], tuple[float, float]]


@dataclass(frozen=True)
class Segment:
    """The forecast for the rows of one kind; rates from 0 to 1 of these rows."""

    #: The criterion: `completeness`, `fields`, `state`, or the header of a column.
    by: str
    kind: str
    rows: int
    match_rate: float
    low: float
    high: float
    expected_matches: float
    #: Rows whose answer is carried from rows of another state.
    carried: int


def criteria(clean: pl.LazyFrame, columns: Sequence[str], sent: Collection[str]) -> pl.DataFrame:
    """Tell rows apart by each criterion.

    Args:
        clean: CLEAN of the rows.
        columns: Headers of the list that the user wants to see the forecast by.
        sent: Columns of CLEAN that a provider matches by.

    Returns:
        `row_id` and a column of texts a criterion.

    Raises:
        UsageError: The list has no such column.
    """
    names = clean.collect_schema().names()
    own = [name.removeprefix(SOURCE) for name in names if name.startswith(SOURCE)]
    for column in columns:
        if column not in own:
            raise UsageError(f"the list has no column {column!r}", where="by", hint=did_you_mean(column, own))
    there = [pl.when(pl.col(one).is_not_null()).then(pl.lit(one)) for one in sent if one in names]
    fields = pl.concat_str(there, separator=", ", ignore_nulls=True).alias("fields") if there else None
    found = clean.select(
        ROW_ID,
        *([fields] if fields is not None else []),
        state_of(frozenset(names)).alias("state"),
        *(pl.col(f"{SOURCE}{one}").alias(f"{SOURCE}{one}") for one in columns),
    )
    return found.collect()


def segments(chances: pl.DataFrame, kinds: pl.DataFrame, carrier: Carrier, ends: Ends) -> Iterator[Segment]:
    """Forecast every kind of every criterion.

    Args:
        chances: Chance, place and pattern of each row.
        kinds: The criteria; see `criteria`.
        carrier: What carries a group of rows to the universe.
        ends: Gives the ends of the interval.

    Yields:
        Kinds by criterion, the largest first, what was put together last.
    """
    table = chances.join(kinds.drop("state"), on=ROW_ID, how="left").with_columns(
        pl.col("pattern").alias("completeness"), pl.col("state").alias("by state")
    )
    for by in (
        "completeness",
        "fields",
        "by state",
        *(one for one in kinds.columns if one.startswith(SOURCE)),
    ):
        if by not in table.columns or table[by].null_count() == table.height:
            continue
        name = by.removeprefix("by ").removeprefix(SOURCE)
        for kind, group in _kinds(table, by):
            carried = carrier.carry(group)
            low, high = ends(carried)
            yield Segment(
                name,
                kind,
                carried.rows,
                carried.rate,
                low,
                high,
                carried.rate * carried.rows,
                carried.carried,
            )


def _kinds(table: pl.DataFrame, by: str) -> Iterator[tuple[str, pl.DataFrame]]:
    text = pl.col(by).fill_null(NONE).replace("", NONE)
    counts = table.select(text.alias("kind"))["kind"].value_counts(sort=True)
    large = counts.filter(pl.col("count") >= LEAST_ROWS).sort(["count", "kind"], descending=[True, False])
    kept = large.head(MOST_KINDS)["kind"].to_list()
    named = pl.when(text.is_in(kept)).then(text).otherwise(pl.lit(OTHERS)).alias("kind")
    summed = sums(table.with_columns(named), "kind").partition_by("kind", as_dict=True)
    for kind in (*kept, OTHERS):
        if (kind,) in summed:
            yield kind, summed[(kind,)]
