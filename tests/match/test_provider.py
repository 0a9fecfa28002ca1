"""What providers make of what was found: the documents' own examples of required and single columns."""

from __future__ import annotations

import polars as pl
import pytest

from matchprep.errors import ContractError
from matchprep.fields import Field
from matchprep.match import Semantics, at_provider, match_people
from matchprep.rulebook import Requirement

NAMES = {"all_of": ["first_name", "last_name"]}


def needs(said):
    return Requirement.model_validate(said)


def semantics(said, *fields, anybody=False):
    return Semantics(needs(said) if said else None, tuple(Field(one) for one in fields), anybody=anybody)


@pytest.fixture(scope="module")
def moved(people):
    """The first ten of the list have moved: the names, birth dates and phones are as they were."""
    away = pl.col("row_id") <= 10
    return people.with_columns(
        pl.when(away).then(pl.lit("1")).otherwise("house_number").alias("house_number"),
        pl.when(away).then(pl.lit("ELSEWHERE AVE")).otherwise("street").alias("street"),
        pl.when(away).then(pl.lit("90001")).otherwise("postal_code").alias("postal_code"),
    )


@pytest.fixture(scope="module")
def matches(moved, voters):
    return match_people(moved, voters, agreements=True)


def test_without_a_requirement_all_who_are_found_are_matches(matches):
    found = at_provider(matches, semantics(None))
    assert found.expected_matches == pytest.approx(matches.expected_matches)
    assert found.presence["probability"].to_list() == pytest.approx(
        matches.presence["probability"].to_list(), abs=1e-6
    )


def test_required_fields_must_agree(matches):
    found = at_provider(matches, semantics({"all_of": ["first_name", "last_name", "zip"]}))
    assert found.presence["row_id"].to_list() == matches.presence["row_id"].to_list()
    assert found.presence["probability"].head(10).max() < 0.01
    assert found.expected_people == pytest.approx(80, abs=2)
    assert found.expected_matches == pytest.approx(70, abs=2)


def test_optional_fields_only_help(matches):
    few = at_provider(matches, semantics(NAMES, "first_name", "last_name"))
    more = at_provider(matches, semantics(NAMES, "first_name", "last_name", "zip", "address"))
    assert few.expected_matches == pytest.approx(more.expected_matches) == pytest.approx(80, abs=2)


def test_one_combination_of_several_will_do(matches):
    combos = {"any_of": [{"all_of": ["last_name", "zip"]}, {"all_of": ["last_name", "phone"]}]}
    assert at_provider(matches, semantics(combos)).expected_matches == pytest.approx(80, abs=2)


def test_by_value_anybody_of_the_house_is_a_match(people, voters):
    """IQM takes `address, zip, state`: who lives there does not matter."""
    wives = people.head(20).with_columns(
        first_name=pl.lit("Philippa"), middle_name=pl.lit(None, pl.String), dob=pl.date(1931, 5, 17),
        birth_year=pl.lit(1931, pl.Int16), birth_month=pl.lit(5, pl.Int8), birth_day=pl.lit(17, pl.Int8),
    )  # fmt: skip
    found = match_people(pl.concat([wives, people.tail(100)]), voters, agreements=True)
    where = {"all_of": ["address", "zip", "state"]}
    by_person, by_value = (
        at_provider(found, semantics(where, anybody=anybody)).presence.head(20)["probability"]
        for anybody in (False, True)
    )
    assert by_person.max() < 0.5
    assert by_value.to_list() == [1.0] * 20


def test_a_single_column_counts_rows_not_people(matches, voters):
    """Each number belongs to several people of the reference: the row is one match all the same."""
    assert voters["phone"].is_duplicated().all()
    found = at_provider(matches, semantics("phone", "phone", anybody=True))
    assert found.presence["probability"].is_in([0.0, 1.0]).all()
    assert found.expected_matches >= 80


def test_columns_have_their_shares(matches, moved):
    found = at_provider(matches, semantics(NAMES, "first_name", "zip", "email"))
    shares = {one.field: one for one in found.columns}
    assert shares[Field.FIRST_NAME].agree == pytest.approx(1)
    assert shares[Field.ZIP].agree == pytest.approx(70 / 80, abs=0.02)
    assert shares[Field.ZIP].missing == 0
    assert shares[Field.EMAIL].agree is None
    assert shares[Field.EMAIL].missing == 1


def test_what_the_reference_does_not_hold_is_named(matches, moved, voters):
    assert at_provider(matches, semantics("npi")).expected_matches == 0
    with_email = moved.with_columns(email=pl.format("p{}@example.com", "row_id"))
    found = at_provider(
        match_people(with_email, voters, agreements=True), semantics("email", "email", anybody=True)
    )
    assert found.untold == (Field.EMAIL,)
    assert found.expected_matches == pytest.approx(80, abs=2)


def test_a_name_agrees_by_nickname_and_sound(people, voters):
    called = people.with_columns(first_name=pl.col("first_name").replace({"Robert": "Bob", "Mark": "Marc"}))
    found = match_people(called, voters, agreements=True)
    share = at_provider(found, semantics(NAMES, "first_name"))
    assert share.expected_matches == pytest.approx(80, abs=2)


def test_agreements_must_have_been_kept(people, voters):
    with pytest.raises(ContractError):
        at_provider(match_people(people, voters), semantics(NAMES))
