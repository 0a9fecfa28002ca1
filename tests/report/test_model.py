"""The report refuses what cannot be true."""

import doctest

import pytest
from pydantic import ValidationError

from matchprep.report import words


@pytest.mark.parametrize(
    "parts",
    [
        {"rows": {"read": 10, "kept": 8, "rejected": 1}},
        {"rows": {"read": 10, "kept": 8, "rejected": 2, "unread": 3}},
        {"rows": {"read": -1, "kept": 0, "rejected": -1}},
        {"name_of_a_person": "Jane"},
        {"findings": [{"rule": "a", "severity": "fatal", "says": "b"}]},
    ],
)
def test_it_does_not_add_up(changed, parts):
    with pytest.raises(ValidationError):
        changed(**parts)


@pytest.mark.parametrize("wrong", [{"low": 0.8}, {"high": 0.5}, {"high": 1.2}, {"match_rate": float("nan")}])
def test_a_forecast_lies_within_its_interval(changed, whole, wrong):
    with pytest.raises(ValidationError):
        changed(forecast=whole.forecast.model_dump() | wrong)


def test_a_report_never_changes(whole):
    with pytest.raises(ValidationError):
        whole.command = "match"


def test_examples_in_words():
    assert doctest.testmod(words).failed == 0
