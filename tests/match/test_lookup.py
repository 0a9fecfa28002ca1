"""What is looked up in sorted tables is what the plan says in SQL: the same pairs, levels and counts."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from matchprep.match import match_people
from matchprep.match.blocking import RULES
from matchprep.match.blocks import Hasher
from matchprep.match.coded import DERIVED, VOCABULARY, coded
from matchprep.match.engine import Engine
from matchprep.match.evidence import levels_of
from matchprep.match.features import features
from matchprep.match.keys import keyed
from matchprep.match.lookup import Lookup
from matchprep.match.plan import key_column
from matchprep.match.reference import PlainReference
from matchprep.match.steps import block, compare, load, reference_model


def worn(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave values out, shorten and swap some, so that every level has cases."""
    row = pl.col("row_id")
    return frame.with_columns(
        first_name=pl.when(row % 7 == 0).then(pl.col("first_name").str.head(1)).otherwise("first_name"),
        middle_name=pl.when(row % 3 == 0).then(pl.col("middle_name").str.head(1)).otherwise("middle_name"),
        last_name=pl.when(row % 11 == 0).then(pl.col("last_name").str.head(-1)).otherwise("last_name"),
        postal_code=pl.when(row % 5 == 0).then(None).otherwise("postal_code"),
        house_number=pl.when(row % 13 == 0).then(pl.col("house_number") + "1").otherwise("house_number"),
        phone=pl.when(row % 4 == 0).then(pl.col("phone").str.replace("217", "309")).otherwise("phone"),
        birth_month=pl.when(row % 6 == 0).then(None).otherwise("birth_month"),
        gender=pl.when(row % 2 == 0).then(pl.lit("F")).when(row % 3 == 0).then(pl.lit("M")),
        name_suffix=pl.when(row % 9 == 0).then(pl.lit("JR")),
        unit=pl.when(row % 4 == 1).then(pl.format("APT {}", row % 3)),
        email=pl.when(row % 3 == 1).then(pl.format("a{}@example.com", row % 50)),
    )


@pytest.fixture(scope="module")
def sides(people, voters, typed):
    return typed(worn(people)), typed(worn(voters).with_columns(pl.col("row_id")))


@pytest.fixture(scope="module")
def looked_up(sides, tmp_path_factory):
    listed, known = (one.lazy() for one in sides)
    lookup = Lookup(coded(listed), PlainReference(known, coded(known)), threads=2)
    with Engine(tmp_path_factory.mktemp("fast"), threads=1) as engine:
        *found, blocking = lookup.candidates()
        return lookup.evidence(engine, *found), lookup.model(engine), blocking


@pytest.fixture(scope="module")
def planned(sides, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    with Engine(folder, threads=1) as engine:
        both = load(engine, folder, *(one.lazy() for one in sides))
        blocking = block(engine, both)
        places = (
            engine.arrays(f"SELECT row_id FROM {side} ORDER BY {side}_row")["row_id"] - 1  # noqa: S608
            for side in ("list", "reference")
        )
        return compare(engine, both), reference_model(engine, both), blocking, *places


def test_the_pairs_are_the_same(looked_up, planned):
    fast, plan = looked_up[0], planned[0]
    assert len(fast.list_row) > 500
    assert np.array_equal(fast.list_row, plan.list_row)
    assert np.array_equal(fast.reference_row, plan.reference_row)
    assert np.array_equal(fast.found_by, plan.found_by)


def test_the_counts_of_blocking_are_the_same(looked_up, planned):
    assert looked_up[2] == planned[2]


def test_the_levels_and_the_rarity_are_the_same(looked_up, planned):
    fast, plan = looked_up[0], planned[0]
    assert np.array_equal(fast.patterns[fast.pattern], plan.patterns[plan.pattern])
    assert (fast.patterns > 0).any(axis=0).sum() > 8
    np.testing.assert_allclose(fast.rarity, plan.rarity)
    np.testing.assert_allclose(fast.kin_rarity, plan.kin_rarity)


def test_what_is_seen_of_families_is_the_same(looked_up, planned):
    fast, plan = looked_up[1], planned[1]
    assert fast.family == pytest.approx(plan.family)
    assert fast.kin == pytest.approx(plan.kin)
    assert dict(fast.filled) == dict(plan.filled)


def test_features_are_the_same(sides):
    frame = sides[1].lazy()
    people = coded(frame)
    table = features(frame, row="row").sort("row").collect()
    for name in (*VOCABULARY, *DERIVED):
        codes = people.feature(name)
        of = DERIVED.get(name, (name, ""))[0]
        texts = pl.Series(people.vocabularies[VOCABULARY[of]].texts, dtype=pl.String)
        found = texts.gather(pl.Series(codes).replace(-1, None).cast(pl.UInt32))
        assert found.to_list() == table[name].to_list(), name


def test_keys_are_the_same(sides):
    keys = {key_column(number): rule.key for number, rule in enumerate(RULES)}
    table = keyed(sides[0].lazy(), keys, row="row").sort("row").collect()
    hasher = Hasher(coded(sides[0].lazy()))
    for number, rule in enumerate(RULES):
        key, there = hasher.key(rule.key)
        said = table[key_column(number)]
        assert there.tolist() == said.is_not_null().to_list(), rule.name
        assert key[there].tolist() == said.drop_nulls().to_list(), rule.name


def test_the_plan_that_is_told_is_the_one_that_would_be_run(people, voters):
    steps = dict(match_people(people, voters).plan)
    assert "candidates" in steps
    assert steps["compared"].startswith("SELECT")


def test_levels_come_apart_as_they_were_put_together(looked_up):
    evidence, model, _ = looked_up
    assert evidence.patterns.shape[1] == len(model.comparisons)
    assert levels_of(np.zeros(0, dtype=np.int64), model.comparisons).shape == (0, len(model.comparisons))
