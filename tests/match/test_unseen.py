"""Matches that no blocking rule found, told by those that few found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchprep.match.comparisons.contacts import EMAIL, PHONE
from matchprep.match.comparisons.names import GIVEN
from matchprep.match.evidence import Evidence
from matchprep.match.unseen import UNSEEN_OF_ONCE, UNSEEN_OF_TWICE, unseen

COMPARED = (GIVEN, PHONE, EMAIL)
EXACT, DIFFERS, MISSING = "exact", "differs", "missing"


def evidence(found_by: list[int], levels: list[tuple[str, str, str]] | None = None) -> Evidence:
    """Let each list row have one candidate, by how many rules found it and its levels."""
    count = len(found_by)
    levels = levels or [(EXACT, MISSING, MISSING)] * count
    patterns = [[one.words.index(word) for one, word in zip(COMPARED, row, strict=True)] for row in levels]
    rows = np.arange(count)
    return Evidence(
        list_row=rows, reference_row=rows, pattern=rows, rarity=np.zeros(count), kin_rarity=np.zeros(count),
        patterns=np.array(patterns).reshape(count, len(COMPARED)), list_rows=count,
        found_by=np.array(found_by, dtype=np.int64), sample_key=rows.astype(np.uint64),
    )  # fmt: skip


def test_they_are_told_by_those_that_few_rules_found():
    pairs, probability = evidence([1, 1, 2, 9]), np.array([1.0, 0.5, 0.5, 1.0])
    expected = 1.5 * UNSEEN_OF_ONCE + 0.5 * UNSEEN_OF_TWICE
    assert unseen(pairs, probability, COMPARED, rules=20) == pytest.approx(expected)


@pytest.mark.parametrize("levels", [(DIFFERS, EXACT, MISSING), (DIFFERS, DIFFERS, EXACT)])
def test_who_agrees_on_a_phone_or_an_email_says_nothing_of_who_has_none_that_agrees(levels):
    alone = evidence([1], [levels])
    assert unseen(alone, np.ones(1), COMPARED, rules=20) == 0
    assert unseen(evidence([1], [(EXACT, DIFFERS, DIFFERS)]), np.ones(1), COMPARED, rules=20) > 0


def test_one_rule_alone_says_nothing_of_what_it_misses():
    assert unseen(evidence([1, 1, 1]), np.ones(3), COMPARED, rules=1) == 0


@pytest.mark.parametrize(("rules", "chance"), [(4, 0.3), (4, 0.5), (6, 0.2)])
def test_few_rules_that_catch_by_chance_tell_about_how_many_they_missed(rules, chance):
    """The constructed case: each rule finds each of 20,000 people by the same chance, and one by one."""
    found_by = np.random.default_rng(1).binomial(rules, chance, 20_000)
    missed = int((found_by == 0).sum())
    caught = found_by[found_by > 0]
    told = unseen(evidence(caught.tolist()), np.ones(len(caught)), COMPARED, rules=rules)
    assert told == pytest.approx(missed, rel=0.1)


@given(st.lists(st.integers(1, 30), max_size=30), st.integers(1, 32))
def test_more_that_was_hard_to_find_never_means_less_unseen(found_by, rules):
    some, more = evidence(found_by), evidence([*found_by, 1])
    fewer = unseen(some, np.ones(len(found_by)), COMPARED, rules=rules)
    assert 0 <= fewer <= unseen(more, np.ones(len(found_by) + 1), COMPARED, rules=rules)
