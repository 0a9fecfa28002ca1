"""`matchprep dedupe` as people and pipelines call it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import pytest

LIST = """member,First Name,Last Name,Street Address,City,State,Zip,DOB,Phone
M1,Walter,Quenby,12 Alder St,Springfield,IL,62701,03/04/1961,217-555-0101
M2,Philippa,Quenby,12 Alder St,Springfield,IL,62701,08/19/1963,217-555-0101
M3,Walt,Quenby,12 Alder Street,Springfield,IL,62701,03/04/1961,
M4,Rosalind,Ingleby,98 Poplar Ave,Fairview,IL,62710,11/30/1980,217-555-0102
M5,Rosalind,Inglebey,98 Poplar Ave,Fairview,IL,62710,11/30/1980,217-555-0102
M6,Gareth,Lambton,7 Birch Rd,Fairview,IL,62711,01/15/1975,217-555-0103
"""


def dedupe(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "matchprep", "dedupe", *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        check=False,
        timeout=120,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )


@pytest.fixture
def members(tmp_path):
    path = tmp_path / "members.csv"
    path.write_text(LIST)
    return path


def test_people_are_grouped_under_their_own_ids(members, tmp_path):
    result = dedupe(members, "-o", "out", "--map", "member=id", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    with (tmp_path / "out" / "people.csv").open() as file:
        person = {row["row_id"]: row["person"] for row in csv.DictReader(file)}
    assert person == {"M1": "1", "M2": "2", "M3": "1", "M4": "3", "M5": "3", "M6": "4"}
    assert "6" in result.stdout.decode()
    assert "Quenby" not in result.stdout.decode()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "people.csv",
        "rejects.csv",
        "report.html",
        "report.json",
    }
    assert (tmp_path / "out" / "people.csv").stat().st_mode & 0o777 == 0o600


def test_row_numbers_stand_in_for_ids(members, tmp_path):
    result = dedupe(members, "-o", "out", "--map", "member=", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    with (tmp_path / "out" / "people.csv").open() as file:
        assert [row["row_id"] for row in csv.DictReader(file)] == ["1", "2", "3", "4", "5", "6"]


def test_json_holds_counts_and_no_person(members, tmp_path):
    result = dedupe(members, "-o", "out", "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["persons"], told["duplicates"]) == (4, 2)
    assert told["persons_by_rows"] == {"1": 2, "2": 2}
    assert told["rows"] == {"read": 6, "grouped": 6, "unread": 0}
    assert told == json.loads((tmp_path / "out" / "report.json").read_text())
    assert b"Quenby" not in result.stdout


def test_the_page_says_how_many_persons_and_names_none(members, tmp_path):
    result = dedupe(members, "-o", "out", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "6 rows, 4 persons" in page
    assert "2 persons are in the list more than once, in 4 rows." in page
    assert not [name for name in ("Quenby", "Ingleby", "Lambton") if name.lower() in page.lower()]


def test_pairs_of_a_rule_are_counted_once_and_never_a_row_with_itself(members, tmp_path):
    """M1 and M3, M4 and M5 share a birth date and a first name."""
    told = json.loads(dedupe(members, "-o", "out", "--json", cwd=tmp_path).stdout)
    pairs = {one["rule"]: one["pairs"] for one in told["blocking"]}
    assert pairs["birth date + first name"] == 2
    assert pairs["phone"] == 2


@pytest.mark.parametrize(
    ("text", "options", "code", "told"),
    [
        ("First Name,Last Name\n", (), 1, "no rows"),
        ("Favorite Color\nred\n", (), 1, "no column"),
        ("City,State\nFairview,IL\nFairview,IL\n", (), 1, "who is who"),
        (LIST, ("--threshold", "2"), 2, "between 0 and 1"),
    ],
)
def test_what_cannot_be_grouped_is_said_in_words(tmp_path, text, options, code, told):
    (tmp_path / "list.csv").write_text(text)
    result = dedupe("list.csv", "-o", "out", *options, cwd=tmp_path)
    assert result.returncode == code, result.stdout
    assert told in result.stderr.decode()
    assert not list((tmp_path / "out").glob("*"))
