"""What is observed about values: every case of `cases.yaml`."""

from pathlib import Path

import polars as pl
import pytest
import yaml

from matchprep.columns import map_columns, suggest_columns, with_choices
from matchprep.normalize import normalize_people
from matchprep.quality import Quality, observe
from matchprep.quality.looks import LOOKS

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


def quality_of(columns, rows) -> Quality:
    raw = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").with_row_index(
        "row_id", 1
    )
    raw = raw.with_columns(pl.col("row_id").cast(pl.Int64)).lazy()
    choices = [f"{header}={field}" for header, field in columns.items()]
    column_map = with_choices(suggest_columns(raw), choices)
    return observe(normalize_people(map_columns(raw, column_map)), column_map)


@pytest.mark.parametrize("name", CASES)
def test_what_is_observed(name):
    case = CASES[name]

    quality = quality_of(case["columns"], case["rows"])

    found = [[one.rule, one.column, list(one.rows)] for one in quality.observations]
    assert sorted(found) == sorted(case["found"])
    assert all(one.count >= len(one.rows) for one in quality.observations)
    assert all(one.share == one.count / len(case["rows"]) for one in quality.observations)
    told = " / ".join(one.says for one in quality.observations)
    assert all(words in told for words in case.get("says", []))
    if "assumed" in case:
        assert quality.assumptions == (case["assumed"],)


def test_every_look_has_a_case():
    assert {look.rule for look in LOOKS} <= {rule for case in CASES.values() for rule, *_ in case["found"]}


def test_no_value_is_told():
    canary = "Canary.Zzyzx@gmial.com"
    quality = quality_of({"Mail": "email"}, [[canary]])
    assert quality.observations
    assert "zzyzx" not in str(quality).casefold()


def test_nothing_to_look_at():
    assert quality_of({}, [[]]) == Quality()
