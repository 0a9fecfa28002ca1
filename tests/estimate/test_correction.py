"""What outcomes teach: the truth, slowly at first, and no nonsense from nonsense."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchprep.estimate.correction import Past, learn

RATES = st.floats(0, 1)


def outcomes(factor, count, *, seed=1, spread=0.01):
    dice = random.Random(seed)  # noqa: S311 - seeded, not secret
    for _ in range(count):
        rate = dice.uniform(0.125, 1)
        yield Past(rate, 0.007, min(max(dice.gauss(factor * rate, spread), 0), 1))


@pytest.mark.parametrize("slip", [None, 0.02, 1.0])
@pytest.mark.parametrize("rate", [0.125, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_ten_outcomes_bring_a_forecast_within_two_points(rate, slip):
    past = list(outcomes(0.8, 10))
    if slip is not None:
        past[4] = Past(past[4].forecast, past[4].doubt, slip)
    correction = learn(past)
    assert correction.correct(rate, 0.007, level=0.9).rate == pytest.approx(0.8 * rate, abs=0.02)
    assert correction.set_aside == (slip is not None)


def test_a_provider_that_finds_more_is_learned_too():
    correction = learn([Past(rate / 10, 0.007, 1 - (1 - rate / 10) / 1.25) for rate in range(1, 10)])
    assert correction.factor == pytest.approx(1.25, abs=0.03)
    assert correction.correct(0.99, 0.007, level=0.9).high <= 1


def test_few_outcomes_move_a_forecast_a_part_of_the_way():
    moved = [learn([Past(0.7, 0.007, 0.56)] * n).correct(0.7, 0.007, level=0.9) for n in range(6)]
    assert moved[0].rate == pytest.approx(0.7, abs=0.05)
    assert 0.565 < moved[1].rate < 0.69
    assert [one.rate for one in moved] == sorted((one.rate for one in moved), reverse=True)
    widths = [one.high - one.low for one in moved]
    assert widths == sorted(widths, reverse=True)


def test_outcomes_that_scatter_widen_the_interval():
    calm, wild = (
        learn(list(outcomes(0.8, 12, spread=spread))).correct(0.6, 0.007, level=0.9)
        for spread in (0.005, 0.06)
    )
    assert wild.high - wild.low > 2 * (calm.high - calm.low)


def test_other_providers_say_where_to_begin():
    others = [list(outcomes(0.8, 8, seed=seed)) for seed in range(4)]
    one = [Past(0.7, 0.007, 0.63)]
    assert (
        learn(one, others).correct(0.7, 0.007, level=0.9).rate
        < learn(one).correct(0.7, 0.007, level=0.9).rate
    )


def test_a_first_outcome_from_nowhere_is_hardly_believed():
    told = learn([Past(0.7, 0.007, 0.01)]).correct(0.7, 0.007, level=0.9)
    assert told.rate > 0.5
    assert told.high - told.low > 0.5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(RATES, RATES), max_size=4), RATES, st.floats(0, 0.3))
def test_a_rate_stays_a_rate(past, rate, doubt):
    told = learn([Past(forecast, doubt, actual) for forecast, actual in past]).correct(rate, doubt, level=0.9)
    assert 0 <= told.low <= told.rate <= told.high <= 1


def test_the_order_of_outcomes_says_nothing():
    past = list(outcomes(0.8, 7))
    one, other = (learn(some).correct(0.5, 0.01, level=0.9).rate for some in (past, past[::-1]))
    assert one == pytest.approx(other, abs=1e-9)
