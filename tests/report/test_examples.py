"""The examples of the report are what the engine says of them, and of nobody who exists."""

import json
import re
import runpy
from pathlib import Path

import pytest

from matchprep.report.examples import FILE, examples

MAKER = Path(__file__).parents[2] / "sample_data" / "make_examples.py"
KEPT = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_they_are_what_the_engine_says_today():
    made = runpy.run_path(str(MAKER))["examples"]()
    assert made["reference_rows"] == KEPT["reference_rows"]
    for one, kept in zip(made["examples"], KEPT["examples"], strict=True):
        assert {name: one[name] for name in ("title", "is_match")} == {
            name: kept[name] for name in ("title", "is_match")
        }
        assert one["probability"] == pytest.approx(kept["probability"], abs=0.02), "run: make_examples.py"
        for line, before in zip(one["lines"], kept["lines"], strict=True):
            assert (line["field"], line["level"]) == (before["field"], before["level"])
            assert line["bits"] == pytest.approx(before["bits"], abs=0.5)


def test_the_sum_is_the_probability():
    for one in KEPT["examples"]:
        bits = one["prior"] + one["household"] + sum(line["bits"] for line in one["lines"])
        assert 1 / (1 + 2**-bits) == pytest.approx(one["probability"], abs=0.03)


def test_they_show_both_ends_and_nobody_who_exists():
    assert {one["is_match"] for one in KEPT["examples"]} == {True, False}
    phones = [value for one in examples() for name, *pair in one.values if name == "phone" for value in pair]
    assert phones
    assert all(re.fullmatch(r"[0-9]{3}55501[0-9]{2}", phone) for phone in phones)
