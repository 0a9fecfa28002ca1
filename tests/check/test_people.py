"""What holds for every check, whatever the list and the provider."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchprep.check import check_people
from matchprep.errors import UsageError
from matchprep.rulebook import list_providers, load_rules
from matchprep.tables import CLEAN

_VALUES = {
    "first_name": ["Zanzibar", None],
    "last_name": ["Quux", None],
    "address": ["99 CANARY ROW", None],
    "city": ["CANARYVILLE", None],
    "state": ["NY", None],
    "zip": ["99999", None],
    "phone": ["+12125550199", "+442071838750", None],
    "email": ["canary@example.com", None],
    "email_hash": ["3ad10af313a5ed70fb345196046f1acc", None],
    "npi": ["1144317652", "1144317653", None],
    "voterbase_id": ["NY-1", "canary", None],
    "gender": ["F", "X", None],
    "id": ["canary-1", None],
}


@st.composite
def _tables(draw):
    names = draw(st.lists(st.sampled_from(sorted(_VALUES)), unique=True))
    rows = draw(st.integers(0, 6))
    columns = {
        name: pl.Series(
            name, draw(st.lists(st.sampled_from(_VALUES[name]), min_size=rows, max_size=rows)), CLEAN[name]
        )
        for name in names
    }
    numbers = pl.Series("row_id", range(1, rows + 1), dtype=pl.Int64)
    source = pl.Series("source.Mail", ["canary@example.com"] * rows, dtype=pl.String)
    return pl.DataFrame([numbers, *columns.values(), source])


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(people=_tables(), provider=st.sampled_from(list_providers()))
def test_kept_and_rejected_are_all_rows_once_and_in_order(people, provider):
    checked = check_people(people, load_rules(provider))

    kept, rejected = checked.kept.collect(), checked.rejected.collect()
    assert kept.columns == people.columns
    assert kept["row_id"].is_sorted()
    assert rejected["row_id"].is_sorted()
    assert sorted([*kept["row_id"], *rejected["row_id"]]) == people["row_id"].to_list()
    assert (checked.rows, checked.usable) == (people.height, kept.height)
    assert rejected["reasons"].list.len().min() in (None, *range(1, 99)), "a rejected row says why"
    assert rejected.schema["reasons"] == pl.List(pl.String)
    assert not (checked.ready and not kept.height)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(people=_tables(), provider=st.sampled_from(list_providers()))
def test_no_finding_and_no_reason_holds_a_value(people, provider):
    checked = check_people(people, load_rules(provider))

    said = repr((checked.findings, checked.reasons, checked.gains)).lower()
    assert not any(word in said for word in ("canary", "zanzibar", "quux", "99999", "0199"))


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(people=_tables(), provider=st.sampled_from(list_providers()))
def test_reasons_count_the_rejected_rows(people, provider):
    checked = check_people(people, load_rules(provider))

    counted = checked.rejected.collect()["reasons"].explode().drop_nulls().value_counts(name="n").rows()
    assert dict(counted) == dict(checked.reasons)


def test_a_gain_is_what_filling_the_field_in_brings(table):
    rows = [
        {"first_name": "Ann", "last_name": "Fox", "zip": "10001", "state": "NY"},
        {"first_name": "Bob", "last_name": "Gray", "zip": None, "state": "NY"},
        {"first_name": "Cy", "last_name": "Hill", "zip": None, "state": None},
    ]

    checked = check_people(table(rows), load_rules("iqm"), profile="columns")

    assert [(gain.field, gain.rows) for gain in checked.gains] == [("zip", 1)]


def test_a_missing_column_is_asked_for_in_plain_words(table):
    checked = check_people(
        table([{"first_name": "Ann", "last_name": "Fox", "state": "NY"}]), load_rules("iqm")
    )

    finding = checked.findings[0]
    assert (finding.severity, finding.scope) == ("error", "file")
    assert finding.do.startswith("Add columns: ZIP code, or else ")
    assert "email address" in finding.do


def test_first_row_numbers_are_given(table):
    rows = [{"email": None if n % 2 else "a@example.com", "email_invalid": bool(n % 2)} for n in range(20)]

    checked = check_people(table(rows), load_rules("statsocial"))

    (finding,) = [one for one in checked.findings if one.rule == "SS-EMAIL"]
    assert (finding.count, finding.share, finding.rows) == (10, 0.5, (2, 4, 6, 8, 10))
    assert finding.reasons == {"email is not an address": 10}


def test_the_same_person_twice_is_only_information(table):
    rows = [{"email": "a@example.com"}, {"email": "a@example.com"}, {"email": None}, {"email": None}]

    checked = check_people(table(rows), load_rules("statsocial"))

    (finding,) = [one for one in checked.findings if one.rule == "DUPLICATES"]
    assert (finding.severity, finding.count) == ("info", 1)


@pytest.mark.parametrize(("profile", "hint"), [("colums", "columns"), ("e-mail", "email")])
def test_an_unknown_profile_is_refused_with_the_closest(table, profile, hint):
    with pytest.raises(UsageError, match=hint):
        check_people(table([{"email": "a@example.com"}]), load_rules("iqm"), profile=profile)


def test_a_hash_that_the_provider_does_not_take_is_refused(table):
    people = table([{"email": "a@example.com"}])
    with pytest.raises(UsageError, match="does not take sha256"):
        check_people(people, load_rules("statsocial"), profile="md5", hash_algorithm="sha256")
    with pytest.raises(UsageError, match="no hashed columns"):
        check_people(people, load_rules("matchbook"), profile="api", hash_algorithm="sha256")


def test_the_limit_on_rows(table, monkeypatch):
    rules = load_rules("iqm")
    few = [
        rule.model_copy(update={"limit": rule.limit.model_copy(update={"rows_max": 1})})
        if rule.id == "IQ-ROWS"
        else rule
        for rule in rules.rules
    ]

    checked = check_people(
        table([{"email": "a@example.com"}, {"email": "b@example.com"}]),
        rules.model_copy(update={"rules": tuple(few)}),
    )

    assert not checked.ready
    assert checked.findings[0].rule == "IQ-ROWS"
