from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml

from matchprep.match.comparisons import COMPARISONS, level_sql
from matchprep.match.features import DERIVED, FEATURES, FORMS
from matchprep.match.plan import spelled
from matchprep.match.weights import RELATIONS, forms, shipped

CASES = yaml.safe_load((Path(__file__).parent / "levels.yaml").read_text("utf-8"))
BY_NAME = {comparison.name: comparison for comparison in COMPARISONS}


def person(values: dict[str, object]) -> pl.DataFrame:
    row = pl.DataFrame({name: [values.get(name)] for name in FEATURES}, schema=dict(FEATURES))
    row = row.with_columns(woman=(pl.col("gender") == "F").cast(pl.Int8))
    return row.with_columns(**{name: FORMS[how](pl.col(of)) for name, (of, how) in DERIVED.items()})


@pytest.mark.parametrize(("name", "left", "right", "level"), CASES, ids=lambda case: str(case)[:60])
def test_a_pair_is_on_the_level_that_the_table_says(name, left, right, level):
    with duckdb.connect() as connection:
        connection.register("l", person(left).to_arrow())
        connection.register("r", person(right).to_arrow())
        found = connection.sql(f"SELECT {spelled(level_sql(BY_NAME[name]))} FROM l, r").fetchall()  # noqa: S608
    assert BY_NAME[name].words[found[0][0]] == level


def test_every_comparison_has_a_case():
    assert {case[0] for case in CASES} == set(BY_NAME)


def test_every_comparison_takes_what_is_left_on_its_last_level():
    assert {comparison.levels[-1].when for comparison in COMPARISONS} == {"TRUE"}


def test_shipped_shares_sum_to_one_within_each_form():
    for comparison in COMPARISONS:
        table = shipped()[comparison.name].table
        assert table.shape == (len(comparison.levels), len(RELATIONS))
        for rows in forms(comparison):
            assert table[rows].sum(axis=0) == pytest.approx(1.0)


def test_agreement_speaks_for_one_person_and_difference_against():
    for comparison in COMPARISONS:
        home, _, _, _, stranger = shipped()[comparison.name].table.T
        words = [level.name for level in comparison.levels]
        if "exact" in words and "differs" in words:
            assert home[words.index("exact")] > stranger[words.index("exact")]
            assert home[words.index("differs")] < stranger[words.index("differs")]
