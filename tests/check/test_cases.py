"""The cases beside this file: what must be kept, why the rest is not, and which rules must speak."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from matchprep.check import check_people
from matchprep.rulebook import list_providers, load_rules

FOLDER = Path(__file__).parent / "cases"
CASES = [
    pytest.param(file.stem, case, id=f"{file.stem}: {case['name']}")
    for file in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("provider", "case"), CASES)
def test_case(provider, case, table):
    rows = case["rows"]

    checked = check_people(
        table(rows, case.get("columns", ())), load_rules(provider), profile=case.get("profile")
    )

    numbers = list(range(1, len(rows) + 1))
    kept = case.get("kept", [] if case["verdict"] == "not ready" else numbers)
    rejected = {row["row_id"]: row["reasons"] for row in checked.rejected.collect().iter_rows(named=True)}
    assert checked.kept.collect()["row_id"].to_list() == kept
    assert sorted(rejected) == [number for number in numbers if number not in kept]
    for number, reasons in case.get("reasons", {}).items():
        assert rejected[number] == reasons
    said = {finding.rule for finding in checked.findings if finding.severity != "info"}
    assert said == set(case.get("finds", []))
    assert checked.verdict == case["verdict"]
    for name, attribute in {"chosen": "profile", "hash": "hash_algorithm"}.items():
        assert getattr(checked, attribute) == case.get(name, getattr(checked, attribute))
    for name in ("required", "optional"):
        if name in case:
            assert set(getattr(checked, name)) == set(case[name])


def test_every_provider_has_cases():
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(list_providers())
