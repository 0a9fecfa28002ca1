"""Pairs are dropped before they are compared only where one rule alone brought them, and births lie apart."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from matchprep.match import plan
from matchprep.match.blocking import SMALL
from matchprep.match.coded import coded
from matchprep.match.compared import Pairs, Side
from matchprep.match.engine import Engine
from matchprep.match.promise import is_choosy, promising
from matchprep.match.steps import load

#: Birth of either person (year, month, day), phones, rules that found the pair; whether it is compared.
CASES = {
    "nothing in common": ((1950, 3, 4), (1981, 7, 9), ("", ""), 1, False),
    "two rules": ((1950, 3, 4), (1981, 7, 9), ("", ""), 2, True),
    "one year apart": ((1950, 3, 4), (1951, 7, 9), ("", ""), 1, True),
    "two years apart": ((1950, 3, 4), (1952, 7, 9), ("", ""), 1, False),
    "one month": ((1950, 3, 4), (1981, 3, 9), ("", ""), 1, True),
    "one day": ((1950, 3, 4), (1981, 7, 4), ("", ""), 1, True),
    "years alone": ((1950, None, None), (1981, None, None), ("", ""), 1, False),
    "a year and a date": ((1950, None, None), (1981, 7, 9), ("", ""), 1, False),
    "no year on one side": ((None, None, None), (1981, 7, 9), ("", ""), 1, True),
    "a birthday without its year": ((None, 3, 4), (1981, 7, 9), ("", ""), 1, True),
    "one phone": ((1950, 3, 4), (1981, 7, 9), ("+12175550123", "+12175550123"), 1, True),
    "two phones": ((1950, 3, 4), (1981, 7, 9), ("+12175550123", "+12175550124"), 1, False),
}


def side(position: int) -> pl.DataFrame:
    births = [case[position] for case in CASES.values()]
    return pl.DataFrame(
        {
            "row_id": range(1, len(CASES) + 1),
            "first_name": "ADA",
            "last_name": [f"LAMBTON{n}" for n in range(len(CASES))],
            "birth_year": [one[0] for one in births],
            "birth_month": [one[1] for one in births],
            "birth_day": [one[2] for one in births],
            "phone": [case[2][position] or None for case in CASES.values()],
        }
    )


@pytest.fixture(scope="module")
def sides(typed):
    return typed(side(0)), typed(side(1))


def test_pairs_without_promise_are_named(sides):
    listed, known = (coded(one.lazy()) for one in sides)
    rows = np.arange(len(CASES), dtype=np.uint32)
    found_by = np.array([case[3] for case in CASES.values()])
    pairs = Pairs(Side(listed, listed.in_words_of(known)), Side(known), rows, rows)
    told = dict(zip(CASES, promising(pairs, found_by).tolist(), strict=True))
    assert told == {name: case[4] for name, case in CASES.items()}


def test_the_database_names_the_same(sides, tmp_path):
    values = ", ".join(f"({n}, {n}, {case[3]})" for n, case in enumerate(CASES.values()))
    found = f"SELECT * FROM (VALUES {values}) AS found (list_row, reference_row, found_by)"  # noqa: S608
    with Engine(tmp_path, threads=1) as engine:
        load(engine, tmp_path, *(one.lazy() for one in sides))
        engine.run(plan.Step("found", found))
        engine.run(plan.candidates_step(choosy=True))
        kept = engine.arrays("SELECT list_row FROM candidates ORDER BY list_row")["list_row"]
        engine.drop("candidates")
        assert engine.run(plan.candidates_step(choosy=False)) == len(CASES)
    assert kept.tolist() == [n for n, case in enumerate(CASES.values()) if case[4]]


def test_a_small_reference_has_all_its_pairs_compared():
    assert not is_choosy(SMALL)
    assert is_choosy(SMALL + 1)
