"""What a list alone tells: who shares what with whom, by public figures, and a range that says it is weak."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import matchprep as mp
from matchprep.check import check_people
from matchprep.estimate.matchability import matchability
from matchprep.estimate.sharing import COUNTRY, name_shares, sharing, state_shares
from matchprep.rulebook import list_providers, load_rules

ROOT = Path(__file__).resolve().parents[2]

JOHN_SMITH = {"first_name": "John", "last_name": "Smith"}


def others(fields=None, **row):
    frame = pl.LazyFrame({"row_id": [1], **{name: [value] for name, value in row.items()}})
    return sharing(frame, fields)["others"].item()


def test_the_figures_are_those_of_the_census():
    # 1990: 1.006 % of people are called Smith, 3.271 % of men John; 2020: 39,538 thousand live in California.
    assert others(last_name="SMITH") == pytest.approx(0.01006 * COUNTRY)
    assert others(first_name="John") == pytest.approx(0.03271 / 2 * COUNTRY, rel=0.02)
    assert others(state="CA") == 39_538_000
    assert state_shares()["people"].sum() == pytest.approx(COUNTRY, rel=1e-4)


def test_the_names_are_those_of_the_package():
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "census_names.py", "--check"], check=False, capture_output=True
    )
    assert done.returncode == 0


def test_each_field_tells_more():
    rows = [
        {},
        {"last_name": "Smith"},
        JOHN_SMITH,
        JOHN_SMITH | {"state": "OH"},
        JOHN_SMITH | {"zip": "45011"},
        JOHN_SMITH | {"zip": "45011", "birth_year": "1970"},
        JOHN_SMITH | {"zip": "45011", "dob": dt.date(1970, 2, 3)},
    ]
    shared = [others(**row) for row in rows]
    assert shared == sorted(shared, reverse=True)
    assert len(set(shared)) == len(shared)
    assert shared[2] > 30_000
    assert shared[-1] < 0.01


def test_a_rare_name_tells_more_than_a_frequent_one():
    assert others(first_name="Zebulon", last_name="Quenby") < others(**JOHN_SMITH) / 1000


def test_accents_and_case_make_no_name_rare():
    assert others(first_name="josé", last_name="GARCÍA") == others(first_name="JOSE", last_name="Garcia")


@pytest.mark.parametrize("field", ["phone", "email", "email_hash", "voter_id"])
def test_what_belongs_to_one_person_tells_who_it_is(field):
    assert others(**JOHN_SMITH, **{field: "x"}) < 0.5


def test_what_the_provider_does_not_use_tells_nothing():
    assert others({"last_name"}, last_name="Smith", phone="x") == others(last_name="Smith")


def test_the_tables_have_no_name_twice():
    assert not name_shares().select("kind", "name").is_duplicated().any()


@pytest.mark.parametrize("provider", list_providers())
def test_the_range_is_wide_and_holds_the_truth_of_the_sample(provider):
    clean = mp.normalize_people(mp.map_columns(mp.read_people(ROOT / "sample_data" / "list.csv").frame))
    rules = load_rules(provider)
    checked = check_people(clean, rules)
    judged = matchability(clean, checked, rules)
    assert judged.low < 0.7 < judged.high
    assert judged.high - judged.low > 0.35
    assert judged.one_person + judged.few_people + judged.many_people == judged.sent == checked.usable
    assert "No reference" in judged.method
    assert judged.requirements


def test_a_list_of_frequent_names_alone_promises_nothing():
    rules = load_rules("matchbook")
    clean = pl.LazyFrame(
        {
            "row_id": [1, 2, 3],
            "first_name": ["John", "Mary", "James"],
            "last_name": ["Smith", "Jones", "Lee"],
        },
        schema_overrides={"row_id": pl.Int64},
    )
    judged = matchability(clean, check_people(clean, rules), rules)
    assert judged.many_people == judged.sent
    assert judged.high < 0.01
