"""Each provider's answer has its own field names and keeps its own sums."""

from __future__ import annotations

import jsonschema
import polars as pl
import pytest

from matchprep.check import check_people
from matchprep.estimate import estimate_people
from matchprep.estimate.terms import basis_of, provider_terms, terms_schema
from matchprep.rulebook import list_providers, load_rules


@pytest.fixture(scope="module")
def answer(listed, known, matched):
    def made(provider, **options):
        rules = load_rules(provider)
        checked = check_people(listed, rules)
        found = estimate_people(listed, known, rules, matches=matched, checked=checked, **options)
        basis = basis_of(found, listed, known, rules, checked)
        return found, provider_terms(provider, basis) if basis else None

    return made


@pytest.mark.parametrize("provider", list_providers())
def test_every_provider_has_terms_and_a_schema_that_they_pass(answer, provider):
    jsonschema.Draft202012Validator.check_schema(terms_schema(provider))
    found, document = answer(provider)
    assert (document is None) == (found.forecast is None)
    if document is not None:
        jsonschema.validate(document, terms_schema(provider))


def test_matchbook_adds_up_as_its_example_does(answer):
    """In the example, unique matches are the size, genders add up to it, a phone costs 6 cents."""
    found, document = answer("matchbook")
    audience, export = document["audience"], document["export"]
    matched, metadata = audience["uploadedAudienceCsvMatchMetadata"], audience["metadata"]
    assert matched["numUniqueMatches"] == metadata["size"] == export["size"] <= matched["numMatches"]
    genders = sum(metadata[f"gender_{one}"] for one in ("f", "m", "none"))
    assert genders == pytest.approx(metadata["size"], abs=2)
    assert export["totalCost"] == 6 * metadata["num_phones"]
    assert matched["numMatches"] == round(found.forecast.expected_matches)
    columns = {one["column"] for one in matched["columnMatchResults"]}
    assert {"first_name", "last_name", "zip"} <= columns


def test_iqm_counts_from_0_to_100(answer):
    found, document = answer("iqm")
    assert document["responseObject"]["matchRate"] == pytest.approx(found.forecast.match_rate * 100, abs=0.01)


def test_digitalaudience_keeps_its_sums(answer):
    _, document = answer("digitalaudience")
    for name, one in document["crmData"]["history"]["dataSet"].items():
        assert one["UNIQUE"] <= one["TOTAL"]
        assert one["MATCH"] + one["NOMATCH"] == one["UNIQUE"]
        assert one["UMATCH"] <= one["MATCH"]
        assert name in document["crmData"]["history"]["matchRates"]


def test_statsocial_matches_emails_that_the_reference_knows(listed, known):
    rules = load_rules("statsocial")
    emails = listed.select("email").drop_nulls().unique(maintain_order=True).head(known.height)["email"]
    shared = known.with_columns(pl.Series("email", emails.extend_constant(None, known.height - len(emails))))
    checked = check_people(listed, rules)
    found = estimate_people(listed, shared, rules, checked=checked)
    document = provider_terms("statsocial", basis_of(found, listed, shared, rules, checked))
    jsonschema.validate(document, terms_schema("statsocial"))
    assert document["upload"]["type"] == "md5"
