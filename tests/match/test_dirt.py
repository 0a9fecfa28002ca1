"""How dirty a list is, and what the shipped probabilities become by it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchprep.match.comparisons import COMPARISONS
from matchprep.match.dirt import BOUNDS, TYPED, dirtied, dirtiness, heaped, slips
from matchprep.match.weights import FAMILY, HOME, KIN, MOVED, STRANGER, forms, shipped

NAMES = [comparison.name for comparison in COMPARISONS]


def seen(comparison, times, matches):
    """Count levels as a list would show them that is so dirty."""
    return dirtied(comparison, times) * matches


@given(st.sampled_from(COMPARISONS), st.floats(*BOUNDS))
def test_shares_stay_shares_and_only_those_of_one_person_change(comparison, times):
    table, usual = dirtied(comparison, times), shipped()[comparison.name].table
    for rows in forms(comparison):
        assert table[rows].sum(axis=0) == pytest.approx(usual[rows].sum(axis=0))
    others = [FAMILY, KIN, STRANGER]
    assert np.array_equal(table[:, others], usual[:, others])


@pytest.mark.parametrize("comparison", COMPARISONS, ids=NAMES)
def test_a_list_like_those_learned_on_keeps_what_is_shipped(comparison):
    assert dirtied(comparison, 1.0) == pytest.approx(shipped()[comparison.name].table)


@given(st.sampled_from(COMPARISONS), st.floats(1.1, 5))
def test_the_dirtier_the_list_the_less_often_all_is_right(comparison, times):
    table, usual = dirtied(comparison, times), shipped()[comparison.name].table
    for rows in forms(comparison):
        right = rows[int(np.argmax(usual[rows, HOME]))]
        assert table[right, HOME] <= usual[right, HOME] + 1e-12


@pytest.mark.parametrize("times", [0.5, 1.0, 2.0])
def test_many_matches_tell_how_dirty_a_list_is(times):
    tables = [seen(comparison, times, 1e5) for comparison in COMPARISONS]
    found = dirtiness(COMPARISONS, [one[:, HOME] for one in tables], [one[:, MOVED] for one in tables])
    assert found == pytest.approx(times, rel=0.15)


def test_no_matches_tell_nothing():
    none = [np.zeros(len(comparison.levels)) for comparison in COMPARISONS]
    assert dirtiness(COMPARISONS, none, none) == 1.0


@given(st.floats(0.3, 50), st.integers(0, len(TYPED)))
def test_slips_of_a_person_come_as_often_as_a_rate_of_their_own_makes_them(care, count):
    levels = [
        int(np.flatnonzero(slips(one))[-1]) if one.name in sorted(TYPED)[:count] else 0 for one in COMPARISONS
    ]
    found = np.exp(heaped(COMPARISONS, np.array([levels]), care))
    # The mean of the count-th power of a rate that is gamma distributed with mean 1.
    assert found == pytest.approx(math.gamma(care + count) / math.gamma(care) / care**count)


def test_slips_come_one_by_one_where_all_are_equally_careful():
    levels = [len(comparison.levels) for comparison in COMPARISONS]
    assert heaped(COMPARISONS, np.array([levels]), math.inf).tolist() == [0.0]


@pytest.mark.parametrize("comparison", COMPARISONS, ids=NAMES)
def test_what_is_missing_or_right_is_no_slip(comparison):
    found, table = slips(comparison), shipped()[comparison.name].table
    assert not found[0]
    for rows in forms(comparison):
        assert not found[1 + rows[int(np.argmax(table[rows, HOME]))]]
    assert found.any() == (comparison.name in TYPED)
