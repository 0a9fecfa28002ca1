"""The forecast at a provider, by kinds of rows, and where there is none."""

from __future__ import annotations

import math
from dataclasses import replace

import polars as pl
import pytest

import matchprep as mp
from matchprep.errors import UsageError
from matchprep.estimate import estimate_people
from matchprep.estimate.forecast import FLOOR
from matchprep.estimate.semantics import semantics
from matchprep.match import at_provider
from matchprep.rulebook import list_providers, load_rules


def semantics_of_iqm(listed):
    rules = load_rules("iqm")
    return semantics(rules, mp.check_people(listed, rules))


@pytest.mark.parametrize("provider", [None, *list_providers()])
def test_kinds_add_up_to_the_whole(listed, known, matched, provider):
    found = estimate_people(listed, known, provider, by=["Source"], matches=matched)
    if found.forecast is None:
        assert found.no_answer is not None
        return
    for by in ("completeness", "state", "Source"):
        kinds = [one for one in found.segments if one.by == by]
        assert sum(one.rows for one in kinds) == found.rows
        assert sum(one.expected_matches for one in kinds) == pytest.approx(found.forecast.expected_matches)
        assert all(0 <= one.low <= one.match_rate <= one.high <= 1 for one in kinds)


def test_the_whole_reference_is_what_was_forecast_before(listed, known, matched):
    assert estimate_people(listed, known, matches=matched).forecast.match_rate == pytest.approx(
        mp.forecast_matches(matched).match_rate
    )


@pytest.mark.parametrize("fraction", [0.9, 0.8])
def test_what_the_model_is_unsure_of_counts_for_more_the_smaller_the_sample(listed, known, matched, fraction):
    """A row that is wrongly found in one half of a universe stands for two wrong ones in all of it."""
    whole = estimate_people(listed, known, matches=matched).forecast
    part = estimate_people(listed, known, coverage=f"sample:{fraction}", matches=matched).forecast
    own = (math.sqrt(one.doubts["the model"] ** 2 - FLOOR**2) for one in (part, whole))
    assert next(own) == pytest.approx(next(own) / fraction)
    assert part.high - part.low > whole.high - whole.low


def test_no_kind_tells_of_single_people(listed, known, matched):
    found = estimate_people(listed, known, by=["Contact ID"], matches=matched)
    assert [one.kind for one in found.segments if one.by == "Contact ID"] == ["(all others)"]


def test_a_provider_that_looks_up_emails_needs_a_reference_with_emails(listed, known, matched):
    found = estimate_people(listed, known, "statsocial", matches=matched)
    assert found.forecast is None
    assert "email" in found.no_answer.reason


def test_fields_that_the_reference_lacks_make_it_an_upper_limit(listed, known, matched):
    found = estimate_people(listed, known, "digitalaudience", matches=matched)
    assert any("upper limit" in one for one in found.notes)
    assert found.forecast.low <= found.told * found.forecast.match_rate < found.forecast.match_rate


def test_where_documents_do_not_say_whom_they_count_the_low_end_counts_the_person_only(
    listed, known, matched
):
    anybody = estimate_people(listed, known, "iqm", matches=matched)
    person = at_provider(anybody.matches, replace(semantics_of_iqm(listed), anybody=False))
    assert anybody.themselves == pytest.approx(person.expected_matches / anybody.at.expected_matches)
    assert anybody.themselves < 0.995
    assert anybody.forecast.low <= person.expected_matches / anybody.rows < anybody.forecast.match_rate
    assert any("somebody else counts" in one for one in anybody.notes)
    by_person = estimate_people(listed, known, "matchbook", matches=matched)
    assert by_person.themselves == 1
    assert not any("somebody else counts" in one for one in by_person.notes)


def test_a_part_of_a_matching_is_what_the_provider_gets(listed, known, matched):
    """One matching of the whole list serves every provider."""
    found = estimate_people(listed, known, "iqm", matches=matched)
    assert found.at.presence.height == found.rows == found.matches.rows < listed.height


def test_half_a_reference_forecasts_what_the_whole_one_does(listed, known, matched):
    whole = estimate_people(listed, known, matches=matched).forecast
    half = known.sample(fraction=0.5, seed=7)
    found = estimate_people(listed, half, coverage="sample:0.5").forecast
    assert found.low <= whole.match_rate <= found.high
    assert found.high - found.low > whole.high - whole.low


@pytest.mark.parametrize(
    ("rows", "coverage", "says"),
    [
        (20, "whole", "too small"),
        (60, "sample:1%", "too few"),
        (200, "sample:1%", "too wide"),
        (20_000, "sample:0.1", "no sample"),
        (20_000, "AK", "AK only"),
    ],
)
def test_where_the_reference_cannot_answer_there_is_no_number(listed, known, rows, coverage, says):
    found = estimate_people(listed, known.head(rows), coverage=coverage)
    assert found.forecast is None
    assert says in found.no_answer.reason
    assert found.no_answer.do
    assert not found.segments


def test_a_reference_of_fewer_states_than_the_list_is_noticed(listed, known):
    ca = known.filter(pl.col("state") == "CA")
    found = estimate_people(listed, ca)
    assert any("--coverage CA" in one for one in found.notes)
    assert estimate_people(listed, ca, coverage="CA").notes == ()


def test_an_unknown_column_is_refused(listed, known, matched):
    with pytest.raises(UsageError, match="no column"):
        estimate_people(listed, known, by=["Sauce"], matches=matched)
