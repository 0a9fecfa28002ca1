"""What is remembered is what the work would have given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_series_equal

from matchprep.normalize import memory
from matchprep.normalize.memory import Memory

VALUES = st.lists(st.one_of(st.none(), st.text(alphabet="ab é", max_size=4)))


def work(values):
    text = pl.col("value")
    parts = pl.struct(upper=text.str.to_uppercase(), size=text.str.len_bytes())
    return values.to_frame("value").select(parts).to_series()


@settings(deadline=None, max_examples=50)
@given(st.lists(VALUES))
def test_batches_get_what_the_work_gives(batches):
    remembered = Memory(work)
    for batch in batches:
        values = pl.Series("value", batch, dtype=pl.String)
        assert_series_equal(remembered(values), work(values), check_names=False)


@pytest.mark.parametrize("most", [10, 1_000_000])
def test_threads_share_it_and_it_forgets_what_is_too_much(most, monkeypatch):
    monkeypatch.setattr(memory, "MOST", most)
    batches = [pl.Series([f"{number % (50 + step)}" for number in range(400)]) for step in range(40)]
    remembered = Memory(work)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(remembered, batches))
    for values, answers in zip(batches, found, strict=True):
        assert_series_equal(answers, work(values), check_names=False)


def test_the_work_is_not_done_again():
    asked = []

    def counted(values):
        asked.append(len(values))
        return work(values)

    remembered = Memory(counted)
    values = pl.Series(["a", "b", "a", None] * 100)
    remembered(values)
    remembered(values)
    assert asked == [3]
