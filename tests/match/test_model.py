"""The model on a handful of pairs: what a family at the address says, and what typing errors do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchprep.match.comparisons.names import GIVEN, SURNAME
from matchprep.match.comparisons.places import ADDRESS
from matchprep.match.evidence import Evidence
from matchprep.match.learn import fit
from matchprep.match.model import Model, weigh
from matchprep.match.weights import HOME, MOVED, adapted, forms, shipped

COMPARED = (GIVEN, SURNAME, ADDRESS)
ROWS = 10_000


def evidence(*rows: tuple[tuple[str, str, str], ...]) -> Evidence:
    """Let each list row have some candidates, each by the levels of first name, last name and address."""
    pairs = [(number, levels) for number, row in enumerate(rows) for levels in row]
    patterns = [
        [one.words.index(word) for one, word in zip(COMPARED, levels, strict=True)] for _, levels in pairs
    ]
    count = len(pairs)
    return Evidence(
        list_row=np.array([number for number, _ in pairs]), reference_row=np.arange(count),
        pattern=np.arange(count), rarity=np.full(count, np.log(20.0)), kin_rarity=np.zeros(count),
        patterns=np.array(patterns), list_rows=len(rows), found_by=np.ones(count, dtype=np.int64),
        sample_key=np.arange(count).astype(np.uint64),
    )  # fmt: skip


@pytest.fixture
def model() -> Model:
    filled = {"given": ROWS, "given_canon": ROWS, "initial": ROWS, "surname": ROWS, "house": ROWS,
              "street": ROWS, "zip": ROWS}  # fmt: skip
    tables = tuple(shipped()[one.name].table for one in COMPARED)
    return Model(
        COMPARED, tables, filled, list_rows=2, reference_rows=ROWS,
        family=1.5, family_of_moved=0.02, family_of_absent=0.05, kin=1e-3,
    )  # fmt: skip


SELF_AT_HOME = ("close spelling", "exact", "exact")
SELF_MOVED = ("exact", "exact", "differs")
RELATIVE = ("differs", "exact", "exact")


def test_a_family_at_the_address_speaks_for_who_should_live_there(model):
    alone, with_family = weigh(model, evidence((SELF_AT_HOME,), (SELF_AT_HOME, RELATIVE))).probability[:2]
    assert with_family > alone


def test_the_lack_of_a_family_does_not_speak_against_who_moved(model):
    """Where whole households are in the reference, who lives alone at a known address is seldom in it."""
    same = replace(model, family=0.05)
    moved, moved_if_same = (weigh(one, evidence((SELF_MOVED,))).probability[0] for one in (model, same))
    home, home_if_same = (weigh(one, evidence((SELF_AT_HOME,))).probability[0] for one in (model, same))
    assert home < home_if_same
    assert moved == pytest.approx(moved_if_same, rel=0.05)


def test_rows_without_an_address_are_not_asked_for_a_family(model):
    here, same = model, replace(model, family=0.05)
    nowhere = evidence((("exact", "exact", "missing"),))
    assert weigh(here, nowhere).probability[0] == pytest.approx(weigh(same, nowhere).probability[0], abs=0.02)


def test_a_known_name_says_more_where_many_are_mistyped(model):
    mistyped = replace(model, known={"given": 0.8, "surname": 0.8})
    pair = evidence((SELF_MOVED,))
    assert weigh(mistyped, pair).probability[0] > weigh(model, pair).probability[0]


def test_probabilities_of_a_row_leave_room_for_none(model):
    probability = weigh(model, evidence((SELF_AT_HOME, SELF_MOVED, RELATIVE))).probability
    assert (probability >= 0).all()
    assert probability.sum() < 1


def test_relatives_of_those_who_are_not_in_the_reference_do_not_teach_wrong_first_names(model):
    """Without caution every seventh match would have a first name that is not its own."""
    myself, differs = ("exact", "exact", "exact"), GIVEN.words.index("differs") - 1
    crowded = replace(model, list_rows=21_000, family_of_moved=0.02, family_of_absent=1.5)
    learned = fit(crowded, evidence(*[(myself, RELATIVE)] * 1_000, *[(RELATIVE,)] * 20_000))
    assert learned.tables[0][differs, HOME] <= model.tables[0][differs, HOME]


def test_who_has_moved_slips_like_who_has_stayed(model):
    learned = fit(model, evidence(*[(SELF_AT_HOME,)] * 30, *[(SELF_MOVED,)] * 10, (RELATIVE,)))
    for comparison, table in zip(COMPARED, learned.tables, strict=True):
        same = table[:, HOME] == pytest.approx(table[:, MOVED])
        assert same == (comparison is not ADDRESS)


@pytest.mark.parametrize("comparison", COMPARED, ids=[one.name for one in COMPARED])
def test_shipped_shares_give_way_the_sooner_the_more_frequent_they_are(comparison):
    prior = shipped()[comparison.name].table[:, HOME]
    none = adapted(np.zeros_like(prior), prior, comparison, 1.0)
    many = adapted(np.ones_like(prior) * 1e9, prior, comparison, 1.0)
    for rows in forms(comparison):
        assert none[rows] == pytest.approx(prior[rows])
        assert many[rows] == pytest.approx(1 / len(rows), rel=1e-3)
    some = adapted(np.ones_like(prior) * 20, prior, comparison, 1.0)
    for rows in forms(comparison):
        assert some[rows].sum() == pytest.approx(1)
        assert (np.diff(some[rows][np.argsort(prior[rows])]) >= 0).all()
