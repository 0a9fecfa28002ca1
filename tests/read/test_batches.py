"""Large portions: the same table, whichever way it is asked for."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matchprep.read import in_large_batches
from matchprep.read.batches import ROWS

TABLE = pl.DataFrame({"row_id": range(2 * ROWS + 7)}).with_columns(text=pl.format("{}", "row_id"))


@pytest.fixture
def people(tmp_path):
    TABLE.write_csv(tmp_path / "people.csv")
    return pl.scan_csv(tmp_path / "people.csv", schema=TABLE.schema)


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
@pytest.mark.parametrize(
    "asked",
    [
        lambda table: table,
        lambda table: table.select("text"),
        lambda table: table.select("text", "row_id"),
        lambda table: table.head(3),
        lambda table: table.slice(ROWS - 1, 5),
        lambda table: table.tail(2),
        lambda table: table.filter(pl.col("row_id") > ROWS).head(4).select("text"),
        lambda table: table.head(9).filter(pl.col("row_id") > 7),
        lambda table: table.select(pl.len()),
        lambda table: pl.concat([table, table]),
        lambda table: table.clear(),
    ],
)
def test_the_same_table(people, asked, engine):
    assert_frame_equal(asked(in_large_batches(people)).collect(engine=engine), asked(people).collect())


def test_portions_are_large_and_those_of_a_wide_table_smaller(people):
    sizes = []

    def seen(values: pl.Series) -> pl.Series:
        sizes.append(len(values))
        return values

    step = pl.col("row_id").map_batches(seen, return_dtype=pl.Int64, is_elementwise=True)
    in_large_batches(people).select(step).collect(engine="streaming")
    assert sorted(sizes) == [7, ROWS, ROWS]
    sizes.clear()
    wide = people.with_columns(pl.lit("").alias(f"column_{place}") for place in range(98))
    in_large_batches(wide).select(step).collect(engine="streaming")
    assert max(sizes) == 20_000


def test_each_thread_gets_as_many_portions_as_the_others_of_a_table_whose_size_is_known(people):
    sizes = []

    def seen(values: pl.Series) -> pl.Series:
        sizes.append(len(values))
        return values

    step = pl.col("row_id").map_batches(seen, return_dtype=pl.Int64, is_elementwise=True)
    in_large_batches(people, size=2 * ROWS + 7).select(step).collect(engine="streaming")
    assert sum(sizes) == 2 * ROWS + 7
    assert len(sizes) % pl.thread_pool_size() == 0
    assert max(sizes) - min(sizes) < len(sizes)
