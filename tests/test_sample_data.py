"""The sample is what its script writes and what its README says."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "sample_data"


@pytest.fixture(scope="module")
def truth():
    with (SAMPLE / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["list_id"]: row["reference_id"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def voters():
    with (SAMPLE / "reference.csv").open(encoding="utf-8", newline="") as file:
        return {row["voter_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def listed():
    with (SAMPLE / "list.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_files_are_what_the_script_writes():
    script = [sys.executable, "-B", str(SAMPLE / "make_sample_data.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_1400_of_2000_rows_are_in_the_reference(truth, voters):
    matched = [reference_id for reference_id in truth.values() if reference_id]
    assert (len(truth), len(voters), len(matched), len(set(matched))) == (2000, 20_000, 1400, 1354)
    assert set(matched) <= set(voters)


def test_three_rows_of_the_list_are_broken(truth, listed):
    header, *rows = listed
    assert [row[0] for row in rows] == list(truth)
    assert [row[0] for row in rows if len(row) != len(header)] == ["C-10412", "C-10988", "C-11633"]


def test_every_telephone_is_of_the_range_kept_for_fiction(listed, voters):
    written = [
        re.sub(r"\D", "", row[3].lower().split("x")[0])[-10:]
        for row in listed[1:]
        if len(row) == len(listed[0])
    ]
    kept = [voter["phone"] for voter in voters.values()]
    ten_digits = [phone for phone in written + kept if len(phone) == 10 and phone != "0000000000"]
    assert len(ten_digits) > 10_000
    assert [phone for phone in ten_digits if not re.fullmatch(r"[2-9]\d\d55501\d\d", phone)] == []


def test_every_mailbox_belongs_to_nobody(listed):
    domains = {row[4].lower().strip().rpartition("@")[2] for row in listed[1:] if "@" in row[4]}
    assert {".".join(domain.split(".")[-2:]) for domain in domains} <= {
        "example.com",
        "example.org",
        "example",
    }
