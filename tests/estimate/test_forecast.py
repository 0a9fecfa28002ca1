from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchprep.errors import UsageError
from matchprep.estimate import forecast_matches
from matchprep.estimate.forecast import FLOOR
from matchprep.match import Matches


def matches(probabilities: list[float], **changes: object) -> Matches:
    presence = pl.DataFrame({"row_id": range(1, len(probabilities) + 1), "probability": probabilities})
    taken = sum(one >= 0.5 for one in probabilities)
    found = Matches(
        pairs=pl.DataFrame(), presence=presence, beyond_candidates=0.0, rows=len(probabilities),
        reference_rows=10, matched=taken, unique=taken, duplicates=0, without_candidate=0, candidates=0,
        threshold=0.5, rate=0.5, blocking=(), histogram=(), agreement=(), model=None, plan=(),  # type: ignore[arg-type]
    )  # fmt: skip
    return replace(found, **changes)


def test_the_forecast_is_a_sum_of_probabilities_not_a_count():
    forecast = forecast_matches(matches([0.4] * 100))
    assert forecast.expected_matches == pytest.approx(40)
    assert forecast.match_rate == pytest.approx(0.4)


def test_matches_that_no_rule_found_count():
    assert forecast_matches(matches([0.5] * 10, beyond_candidates=1.0)).expected_matches == pytest.approx(6)


def test_rows_that_took_no_part_cannot_match():
    forecast = forecast_matches(matches([1.0] * 50), rows_read=100)
    assert forecast.match_rate == pytest.approx(0.5)
    assert forecast.high <= 0.5


def test_the_interval_holds_the_rate_and_widens_with_doubt_and_level():
    sure, unsure = forecast_matches(matches([1.0, 0.0] * 50)), forecast_matches(matches([0.5] * 100))
    assert sure.low <= sure.match_rate <= sure.high
    assert unsure.high - unsure.low > sure.high - sure.low
    wide = forecast_matches(matches([0.5] * 100), level=0.99)
    assert wide.high - wide.low > unsure.high - unsure.low


def test_a_sample_is_less_sure_of_the_longer_list():
    alone = forecast_matches(matches([0.9] * 100))
    assert forecast_matches(matches([0.9] * 100), sample=True).low < alone.low
    assert set(forecast_matches(matches([0.9] * 100), sample=True).doubts) == {
        "who matches", "the model", "the list as a sample"
    }  # fmt: skip


def test_who_matches_is_the_spread_of_independent_rows():
    """Ten rows at one half: the standard deviation of a fair coin thrown ten times."""
    assert forecast_matches(matches([0.5] * 10)).doubts["who matches"] == pytest.approx((10 / 4) ** 0.5 / 10)


def test_how_many_were_not_found_is_a_matter_of_chance_too():
    """Four matches that no rule found: a count of four, whose standard deviation is two."""
    found = forecast_matches(matches([1.0, 0.0] * 50, beyond_candidates=4.0))
    assert found.doubts["who matches"] == pytest.approx(2 / 100)


def test_where_nothing_is_doubtful_a_least_error_is_left():
    assert forecast_matches(matches([1.0, 0.0] * 50)).doubts["the model"] == pytest.approx(FLOOR)


@given(st.integers(1, 400), st.integers(1, 400), st.floats(0.05, 0.95))
def test_more_doubtful_rows_widen_the_interval_each_by_less(some, more, probability):
    def doubt(count: int) -> float:
        return forecast_matches(matches([probability] * count + [1.0] * (1000 - count))).doubts["the model"]

    both = doubt(some + more)
    assert max(doubt(some), doubt(more)) < both <= doubt(some) + doubt(more)


@given(st.floats(0.01, 0.99), st.integers(1, 50))
def test_the_models_doubt_does_not_shrink_with_the_length_of_a_list(probability, times):
    """Chance evens out over many rows; what the model does not know of them is as wrong for all."""
    short, long = (forecast_matches(matches([probability] * 20 * count)).doubts for count in (1, times))
    assert long["the model"] == pytest.approx(short["the model"])
    assert long["who matches"] == pytest.approx(short["who matches"] / times**0.5)


def test_duplicates_make_unique_matches_fewer():
    assert forecast_matches(matches([1.0] * 10, unique=8)).unique_matches == pytest.approx(8)


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_level_out_of_range_is_refused(level):
    with pytest.raises(UsageError):
        forecast_matches(matches([0.5]), level=level)
