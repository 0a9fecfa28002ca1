"""Broken and odd files: each gives what `broken/cases.yaml` says, and loses nothing."""

from pathlib import Path

import pytest
import yaml

from matchprep.errors import InputError
from matchprep.read import read_people

FOLDER = Path(__file__).with_name("broken")
CASES = yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
EXPECTED = {"format": "csv", "encoding": "utf-8", "delimiter": ",", "compression": None}


def test_every_file_has_a_case_and_every_case_a_file():
    files = {path.name for path in FOLDER.iterdir() if not path.name.startswith(".")}

    assert files - {"cases.yaml"} == set(CASES)
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "refused" in case])
def test_what_is_no_list_is_refused(name):
    case = CASES[name]

    with pytest.raises(InputError) as caught:
        read_people(FOLDER / name, **case.get("options", {}))

    assert case["refused"] in caught.value.what
    assert name in caught.value.where


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "refused" not in case])
def test_what_can_be_read_is_read_and_the_rest_set_aside(name):
    case = CASES[name]

    people = read_people(FOLDER / name, **case.get("options", {}))

    rows = people.frame.collect(engine="streaming").rows()
    assert [list(row) for row in rows] == case["rows"]
    assert list(people.facts.columns) == case["columns"]
    for fact, usual in EXPECTED.items():
        assert getattr(people.facts, fact) == case.get(fact, usual), fact
    unread = people.unread.rows()
    assert [[number, line] for number, line, _, _ in unread] == [said[:2] for said in case.get("unread", [])]
    assert all(said[2] in one[2] for one, said in zip(unread, case.get("unread", []), strict=True))
    assumed = case.get("assumed", [])
    assert len(people.facts.assumptions) == len(assumed)
    assert all(said in found for found, said in zip(people.facts.assumptions, assumed, strict=True))
    numbers = sorted([row[0] for row in rows] + [number for number, *_ in unread])
    assert numbers == list(range(1, people.facts.rows + 1))
