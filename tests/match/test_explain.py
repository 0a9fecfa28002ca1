from __future__ import annotations

import polars as pl
import pytest

from matchprep.errors import UsageError
from matchprep.match import ReferenceIndex, build_index, explain_blocking, explain_row, match_people
from matchprep.match.hits import Planned


@pytest.fixture(scope="module")
def matches(people, voters):
    return match_people(people, voters, max_matches=3)


@pytest.mark.parametrize("row", [1, 40, 118])
def test_the_fields_add_up_to_the_match_weight(matches, people, voters, row):
    told = explain_row(people, voters, row)
    pairs = matches.pairs.filter(pl.col("row_id") == row)
    assert [one.reference_id for one in told.candidates] == pairs["reference_id"].to_list()
    for candidate, weight in zip(told.candidates, pairs["match_weight"], strict=True):
        assert sum(line.bits for line in candidate.lines) == pytest.approx(weight, abs=1e-6)
        assert candidate.bits == pytest.approx(weight)


def test_every_field_is_a_line_or_missing_with_the_level_of_the_pair(matches, people, voters):
    pair = matches.pairs.filter(pl.col("row_id") == 7).row(0, named=True)
    candidate = explain_row(people, voters, 7, most=1).candidates[0]
    levels = {line.field: line.level for line in candidate.lines} | dict.fromkeys(
        candidate.missing, "missing"
    )
    assert levels == {name[6:]: level for name, level in pair.items() if name.startswith("agree_")}


def test_shared_values_are_counted_in_the_reference(people, voters):
    listed = people.row(0, named=True)
    lines = {line.field: line for line in explain_row(people, voters, 1, most=1).candidates[0].lines}
    assert lines["last_name"].sharers == (voters["last_name"] == listed["last_name"]).sum()
    assert lines["phone"].sharers == (voters["phone"] == listed["phone"]).sum()
    assert lines["phone"].words.startswith("speaks")


def test_a_spouse_who_shares_the_address_is_told_apart_by_name_and_birth(people, voters):
    told = explain_row(people, voters, 1)
    spouse = next(one for one in told.candidates if one.reference_id == "V00001")
    bits = {line.field: line.bits for line in spouse.lines}
    assert not spouse.is_match
    assert bits["address"] > 0 > bits["first_name"]
    assert bits["dob"] < 0


def test_a_row_is_found_by_its_own_id_before_its_number(people, voters):
    own = people["id"][4]
    assert explain_row(people, voters, own, most=1).row_id == 5
    numbered = people.with_columns(
        pl.when(pl.col("row_id") == 2).then(pl.lit("9")).otherwise("id").alias("id")
    )
    assert explain_row(numbered, voters, "9", most=1).row_id == 2
    assert explain_row(numbered, voters, 9, most=1).row_id == 9


def test_values_are_held_only_when_asked_for(people, voters):
    quiet = explain_row(people, voters, 1, most=1).candidates[0]
    assert all(line.values is None for line in quiet.lines)
    shown = explain_row(people, voters, 1, most=1, show_values=True).candidates[0]
    assert next(line.values for line in shown.lines if line.field == "last_name") == ("ABBOTT", "ABBOTT")
    assert "ABBOTT" not in repr(shown)


def test_a_row_that_resembles_no_one_has_no_candidates(people, voters, typed):
    alien = typed(
        people.head(1).select(
            pl.lit(900).alias("row_id"), pl.lit("X").alias("id"), pl.lit("Quirin").alias("first_name"),
            pl.lit("Zzyzx").alias("last_name"),
        )
    )  # fmt: skip
    told = explain_row(pl.concat([people, alien], how="diagonal"), voters, 900)
    assert told.candidates == ()
    assert told.nobody == pytest.approx(1.0)


@pytest.mark.parametrize("row", ["nobody", "0", 10_000])
def test_an_unknown_row_is_refused_without_repeating_it(people, voters, row):
    with pytest.raises(UsageError, match="no row") as found:
        explain_row(people, voters, row)
    assert f" {row} " not in f" {found.value} ".replace("Row 1 ", "")


def test_the_plan_of_blocking_is_what_blocking_does(people, voters):
    planned = {one.rule: one for one in explain_blocking(people, voters).rules}
    done = match_people(people, voters).blocking
    assert {one.rule for one in done} == {name for name, one in planned.items() if not one.left_out}
    for one in done:
        plan = planned[one.rule].brings
        assert (plan.pairs + plan.refined, plan.keys, plan.too_common) == (
            one.pairs,
            one.keys,
            one.too_common,
        )
        assert plan.skipped >= 0


def test_a_rule_that_is_not_asked_says_why(people, voters):
    planned = {one.rule: one for one in explain_blocking(people.drop("phone"), voters).rules}
    assert planned["phone"].left_out == "one side lacks phone"
    assert planned["phone"].brings.pairs == 0


def test_pairs_that_a_common_key_would_bring_are_counted_as_skipped(typed):
    """Fifty people share a name: more than the rule `names` allows, and no initial tells them apart."""
    names = {"first_name": "Ann", "last_name": "Lee"}
    people = typed(pl.DataFrame([{"row_id": n, **names} for n in range(3)]))
    voters = typed(pl.DataFrame([{"row_id": n, "id": f"V{n}", **names} for n in range(50)]))
    plan = next(one for one in explain_blocking(people, voters).rules if one.rule == "names").brings
    assert plan == Planned(keys=1, too_common=1, pairs=0, refined=0, skipped=150)


def test_an_index_explains_as_its_file_does(people, voters, tmp_path):
    build_index(voters, tmp_path / "ref", source={"name": "x"}, made_by="0")
    index = ReferenceIndex.open(tmp_path / "ref")
    for row in (1, 118):
        of_index, of_file = (explain_row(people, one, row, show_values=True) for one in (index, voters))
        assert of_index == of_file
    assert explain_blocking(people, index) == explain_blocking(people, voters)
