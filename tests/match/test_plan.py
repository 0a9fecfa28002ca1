from __future__ import annotations

import polars as pl
import pytest
import sqlglot

from matchprep.match import plan
from matchprep.match.blocking import RULES
from matchprep.match.comparisons import GENERAL_FORMS, MEASURES
from matchprep.match.engine import Engine, Step
from matchprep.match.steps import block, compare, general_plan, load

#: What a join may be; anything else compares every row with every row, or nearly.
ALLOWED = {"HASH_JOIN"}


def with_every_field(people):
    own = pl.col("id").str.extract("(V.*)")
    return people.with_columns(email=own + "@example.com", voter_id=own)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, voters, people):
    folder = tmp_path_factory.mktemp("engine")
    with Engine(folder, threads=1) as engine:
        sides = load(engine, folder, *(with_every_field(one).lazy() for one in (people, voters)))
        block(engine, sides)
        compare(engine, sides)
        yield engine, sides


def joins(engine: Engine, step: Step) -> set[str]:
    return {name for name in engine.operators_of(step) if "JOIN" in name or "PRODUCT" in name}


@pytest.mark.parametrize(
    "condition",
    ["l.given = r.given OR l.surname = r.surname", "jaro_winkler_similarity(l.given, r.given) > 0.9", "TRUE"],
)
def test_a_slow_join_would_be_seen(loaded, condition):
    engine, _ = loaded
    assert not joins(engine, Step("x", f"SELECT 1 FROM list l JOIN reference r ON {condition}")) <= ALLOWED  # noqa: S608


@pytest.mark.parametrize("number", range(len(RULES)), ids=[rule.name for rule in RULES])
def test_a_rule_is_hash_joins_only(loaded, number):
    engine, _ = loaded
    hits = plan.hits_step(number, RULES[number])
    assert joins(engine, hits) == ALLOWED
    assert " OR " not in hits.sql
    assert number in _asked(loaded)
    engine.run(hits)
    step = plan.rule_step(number, RULES[number])
    assert joins(engine, step) == ALLOWED
    assert " OR " not in step.sql
    engine.drop(hits.name)


def _asked(loaded) -> set[int]:
    _, sides = loaded
    return {number for number, rule in enumerate(RULES) if rule.needs <= sides.shared}


def test_comparing_is_hash_joins_only(loaded):
    engine, sides = loaded
    for step in (
        plan.compared_step(sides.comparisons),
        plan.counted_step("x", "chance_pairs", sides.comparisons, "list", "list_row"),
        plan.family_step(),
        plan.known_step(families=True),
        *plan.chance_steps(sides.list_rows, sides.reference_rows),
        *plan.sharers_steps(sides.shared),
    ):
        assert joins(engine, step) <= ALLOWED, step.name


def test_each_candidate_is_compared_once(loaded):
    engine, _ = loaded
    (pairs, distinct) = engine.row("SELECT count(*), count(DISTINCT (list_row, reference_row)) FROM compared")
    assert pairs == distinct > 0


def test_no_step_holds_a_value(loaded):
    """Values reach the database as data, never as text of a query."""
    engine, _ = loaded
    everything = " ".join(step.sql for step in engine.steps).upper()
    assert "LAMBTON" not in everything
    assert "SPRINGFIELD" not in everything


def test_a_translator_carries_each_step_to_another_engine(loaded):
    """The plan is plain SQL: nothing in it is left as it was because Spark has no word for it."""
    _, sides = loaded
    steps = general_plan(sides)
    assert len({step.name for step in steps}) == len(steps)
    for step in steps:
        (spark,) = sqlglot.transpile(
            step.sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
        )
        unknown = {one.name.lower() for one in sqlglot.parse_one(spark).find_all(sqlglot.exp.Anonymous)}
        assert unknown <= GENERAL_FORMS.keys(), step.name


def test_what_other_engines_lack_has_its_general_form_beside_it():
    for name, meaning in GENERAL_FORMS.items():
        assert any(f"{name}(" in sql for sql in MEASURES.values())
        assert meaning
