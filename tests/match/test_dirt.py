"""How dirty a list is, and what the shipped probabilities become by it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchprep.match.comparisons import COMPARISONS
from matchprep.match.dirt import BOUNDS, dirtied, dirtiness
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
