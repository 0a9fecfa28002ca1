"""The documents' example requests, and requests that break a rule, each against the rules it must hear."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from matchprep.check import check_audience, check_params, check_request, compile_audience
from matchprep.errors import UsageError
from matchprep.rulebook import list_providers, load_rules

FOLDER = Path(__file__).parent / "cases"


def _load(name):
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


REQUESTS = _load("requests.yaml")
EXAMPLES = _load("statsocial_examples.yaml")
PARAMETERS = _load("statsocial_parameters.yaml")
FIRST = {"operation": "OR", "affinities": {"affinities": [{"id": "a38802"}]}}


def _said(findings, *severities):
    return {one.rule for one in findings if one.severity in severities}


def _named(cases):
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize(
    ("provider", "case"),
    [
        pytest.param(name, case, id=f"{name}: {case['name']}")
        for name, some in REQUESTS.items()
        for case in some
    ],
)
def test_request(provider, case):
    base = next(one["body"] for one in REQUESTS["iqm"] if one["name"] == "upload, the example")
    body = {**(base if case.get("base") else {}), **case["body"]}

    found = check_request(
        load_rules(provider),
        case["request"],
        body,
        profile=case.get("profile"),
        headers=frozenset(case["headers"]) if "headers" in case else None,
        used={name: frozenset(some) for name, some in case.get("used", {}).items()},
    )

    assert _said(found, "error", "warning") == set(case.get("finds", []))
    assert set(case.get("info", [])) <= _said(found, "info")


@pytest.mark.parametrize("case", _named(EXAMPLES))
def test_every_example_of_an_audience(case):
    found = check_audience(load_rules("statsocial"), case["body"])
    assert _said(found, "error", "warning") == set(case["finds"])


def test_the_examples_are_all_there():
    assert len(EXAMPLES) == 20


@pytest.mark.parametrize("case", _named(PARAMETERS))
def test_parameters_of_an_audience(case):
    body = {"audience": {"name": "a"}, "parameters": case.get("only") or [FIRST, *case["then"]]}
    found = check_audience(load_rules("statsocial"), body, permitted=case.get("permitted", False))
    assert _said(found, "error", "warning") == set(case.get("finds", []))
    assert all(one.rows for one in found if one.rule.startswith("SS-") and not one.rule.startswith("SS-P"))


def test_a_contradiction_says_that_it_is_one():
    countries = next(case for case in EXAMPLES if case["name"] == "Countries")
    found = check_audience(load_rules("statsocial"), countries["body"])
    assert next(one.confidence for one in found if one.rule == "SS-LOCATION-COUNTRY") == "contradicted"


def test_an_audience_is_compiled_with_the_names_that_are_sent():
    body = {
        "audience": {"name": "a"},
        "parameters": [{"operation": "OR", "twitch_followers": {"cut_off": 1}}],
    }
    compiled = compile_audience(load_rules("statsocial"), body)
    assert compiled["parameters"] == [{"operation": "OR", "twitch_followers": {"cutoff": 1}}]


@pytest.mark.parametrize("case", _named(EXAMPLES))
def test_examples_compile_to_themselves(case):
    assert compile_audience(load_rules("statsocial"), case["body"]) == case["body"]


def test_every_call_of_every_provider_has_a_case():
    for provider in list_providers():
        assert {case["request"] for case in REQUESTS[provider]} == set(load_rules(provider).requests)


def test_single_parameters_are_judged_without_their_call():
    rules = load_rules("targetsmart")
    assert check_params(rules, {"filename": "testinput", "max_matches": "3"})[0].rule == "TS-P-MATCHES"
    assert _said(check_params(rules, {"max_matches": "30"}), "error") == {"TS-P-MATCHES"}
    with pytest.raises(UsageError, match="Did you mean filename"):
        check_params(rules, {"file_name": "x"})


def test_only_statsocial_has_audience_documents():
    with pytest.raises(UsageError, match="no audience documents"):
        check_audience(load_rules("iqm"), {})


@pytest.mark.parametrize(
    "body", [{}, {"parameters": "x"}, {"parameters": [1, None, {}]}, {"parameters": [{"age": 1}]}]
)
def test_nonsense_is_found_and_never_raises(body):
    assert _said(check_audience(load_rules("statsocial"), body), "error")
