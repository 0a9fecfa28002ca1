from __future__ import annotations

import pytest

from matchprep.match import plan
from matchprep.match.blocking import RULES
from matchprep.match.engine import Engine, Step
from matchprep.match.steps import block, compare, load

#: What a join may be; anything else compares every row with every row, or nearly.
ALLOWED = {"HASH_JOIN"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory, voters, people):
    folder = tmp_path_factory.mktemp("engine")
    with Engine(folder, threads=1) as engine:
        sides = load(engine, folder, people.lazy(), voters.lazy())
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
    if number not in _asked(loaded):
        pytest.skip("the reference lacks a field of it")
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
