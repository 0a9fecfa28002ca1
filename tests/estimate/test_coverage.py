"""What a reference is said to be, and what is carried from it."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchprep.errors import UsageError
from matchprep.estimate import Coverage, coverage_of
from matchprep.estimate.answers import no_answer
from matchprep.estimate.carry import AGE, SAMPLE, STATES, Carrier, sums
from matchprep.estimate.universe import in_universe

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
    """Forty found in a tenth: 40 + 41 x 0.9 / 0.1 = 409, give or take the root of 41 x 0.9, by 0.1 = 61."""
    one = carried(Coverage(fraction=0.1), rows([1.0] * 40 + [0.0] * 960))
    assert one.expected == pytest.approx(409, abs=1)
    assert one.doubts[SAMPLE] == pytest.approx(0.0607, abs=5e-4)


def test_kinds_of_rows_add_up_to_the_whole_list():
    parts = [rows([1.0] * 12 + [0.0] * 88, pattern="name"), rows([1.0] * 4 + [0.0] * 96, pattern="phone")]
    carrier = Carrier(coverage=Coverage(fraction=0.2), kinds=sums(pl.concat(parts)))
    whole = carrier.carry(carrier.kinds)
    each = [carrier.carry(sums(part)) for part in parts]
    assert sum(one.expected for one in each) == pytest.approx(whole.expected)
    assert math.hypot(*(one.doubts[SAMPLE] * one.rows for one in each)) == pytest.approx(
        whole.doubts[SAMPLE] * whole.rows
    )


@given(st.integers(1, 300), st.floats(0, 1), st.floats(0.05, 0.95))
def test_the_universe_is_reckoned_as_by_counting_every_possibility(most, share, fraction):
    found = int(share * most * fraction)
    number = range(found, most + 1)
    weight = [math.comb(one, found) * (1 - fraction) ** (one - found) for one in number]
    mean = sum(one * w for one, w in zip(number, weight, strict=True)) / sum(weight)
    square = sum((one - mean) ** 2 * w for one, w in zip(number, weight, strict=True)) / sum(weight)
    got = in_universe(found, most, fraction)
    assert got.mean == pytest.approx(mean, abs=0.6)
    assert got.spread == pytest.approx(math.sqrt(square), abs=0.4)


@given(st.floats(0, 500), st.floats(1, 500), st.floats(0.01, 1))
def test_no_more_than_all_are_in_the_universe_and_no_fewer_than_were_found(found, most, fraction):
    got = in_universe(found, most, fraction)
    assert min(found, most) <= got.mean + 1e-9
    assert got.mean <= most + 1e-9
    assert in_universe(found, most, 1.0).mean == min(found, most)


def test_answers_that_are_narrow_enough_to_be_given_do_not_lean():
    """Many lists of whatever rate: those whose interval is narrow are not those that found too few."""
    rng = np.random.default_rng(4)
    errors = []
    for _ in range(4000):
        true = int(rng.integers(0, 601))
        found = in_universe(rng.binomial(true, 0.08), 600, 0.08)
        errors += [(found.mean - true) / 600] if found.spread < 0.052 * 600 else []
    assert 400 < len(errors) < 3600
    assert abs(np.mean(errors)) < 3 * np.std(errors) / math.sqrt(len(errors))


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


@pytest.mark.parametrize(("rows", "answers"), [(500, False), (2_000, True)])
def test_whether_a_sample_answers_does_not_hang_on_what_it_found(rows, answers):
    """Else samples that by chance hold few of the list would be answered more often: a lean."""
    for share in (0.02, 0.3, 0.9):
        reason = no_answer(
            reference_rows=50_000, here=rows, found=share * 0.1 * rows + 5, most=rows, half=0.05,
            coverage=coverage_of(["sample:0.1"]),
        )  # fmt: skip
        assert (reason is None) == answers
