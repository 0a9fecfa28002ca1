"""What a reference is said to be, and what is carried from it."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchprep.errors import UsageError
from matchprep.estimate import Coverage, coverage_of
from matchprep.estimate.carry import AGE, SAMPLE, STATES, Carrier, sums

TODAY = dt.date(2026, 1, 15)


@pytest.mark.parametrize(
    ("said", "states", "fraction", "years"),
    [
        ([], (), 1.0, 0.0),
        (["whole"], (), 1.0, 0.0),
        (["CA"], ("CA",), 1.0, 0.0),
        (["ny,ca"], ("CA", "NY"), 1.0, 0.0),
        (["state:CA,NY"], ("CA", "NY"), 1.0, 0.0),
        (["sample:0.05"], (), 0.05, 0.0),
        (["sample:5%"], (), 0.05, 0.0),
        (["vintage:18m"], (), 1.0, 1.5),
        (["vintage:2"], (), 1.0, 2.0),
        (["vintage:2025-01"], (), 1.0, 1.0),
        (["vintage:2025-01-15"], (), 1.0, 1.0),
        (["CA+sample:10%", "vintage:1y"], ("CA",), 0.1, 1.0),
    ],
)
def test_it_is_understood_as_written(said, states, fraction, years):
    found = coverage_of(said, today=TODAY)
    assert (found.states, found.fraction) == (states, fraction)
    assert found.years == pytest.approx(years, abs=0.01)


@pytest.mark.parametrize(
    "said",
    ["sample:0", "sample:2", "sample:many", "XX", "state:", "vintage:soon", "vintage:2024-13-40x", "cover:1"],
)
def test_what_makes_no_sense_is_refused_with_a_hint(said):
    with pytest.raises(UsageError) as refused:
        coverage_of([said])
    assert refused.value.hint


def test_nothing_said_is_an_assumption_and_says_so():
    assert "--coverage" in " ".join(coverage_of([]).assumptions())
    assert "--coverage" not in " ".join(coverage_of(["whole"]).assumptions())


def rows(found, place="here", pattern="name", state="CA"):
    return pl.DataFrame({"probability": found}).with_columns(
        pl.lit(place).alias("place"), pl.lit(pattern).alias("pattern"), pl.lit(state).alias("state")
    )


def carried(coverage, *parts, **options):
    kinds = sums(pl.concat(parts))
    return Carrier(coverage=coverage, kinds=kinds, **options).carry(kinds)


def test_a_sample_is_carried_up_by_its_fraction_and_its_binomial_doubt():
    """Forty found in a tenth: four hundred, give or take the root of 400 x 0.9 / 0.1 = 60."""
    one = carried(Coverage(fraction=0.1), rows([1.0] * 40 + [0.0] * 960))
    assert one.expected == pytest.approx(400)
    assert one.doubts[SAMPLE] == pytest.approx(0.060)


def test_rows_of_other_states_borrow_the_rate_of_rows_like_them():
    here = rows([1.0] * 8000 + [0.0] * 2000)
    poor = rows([1.0] * 2000 + [0.0] * 8000, pattern="phone")
    away = rows([0.0] * 1000, place="elsewhere", state="NY")
    one = carried(Coverage(states=("CA",)), here, poor, away)
    assert one.expected == pytest.approx(8000 + 2000 + 800, abs=3)
    assert one.carried == 1000
    assert one.doubts[STATES] > 0


def test_what_is_found_of_rows_elsewhere_does_not_count_twice():
    away = rows([1.0] * 100, place="elsewhere", state="NY")
    one = carried(Coverage(states=("CA",)), rows([1.0] * 500 + [0.0] * 500), away)
    assert one.expected == pytest.approx(550, abs=1)


def test_an_old_reference_loses_some_and_gains_others_and_is_less_sure():
    young, old = (carried(Coverage(years=years), rows([1.0] * 900 + [0.0] * 100)) for years in (1, 3))
    assert young.rate > old.rate
    assert old.doubts[AGE] == pytest.approx(3 * young.doubts[AGE])
    assert carried(Coverage(years=1), rows([0.0] * 100)).rate > 0


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=30),
    st.floats(0.01, 1),
    st.floats(0, 10),
    st.sampled_from([(), ("CA",), ("CA", "NY")]),
)
def test_a_rate_stays_a_rate_and_less_coverage_is_never_surer(found, fraction, years, states):
    table = rows(found)
    whole = carried(Coverage(), table)
    one = carried(Coverage(states=states, fraction=fraction, years=years), table)
    assert 0 <= one.rate <= 1
    assert all(doubt >= 0 for doubt in one.doubts.values())
    if years == 0:
        assert one.spread >= whole.spread - 1e-12
