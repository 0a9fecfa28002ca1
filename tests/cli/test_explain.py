"""`matchprep explain` and `matchprep match --explain-blocking` as people call them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
FILES = (str(SAMPLE / "list.csv"), "--reference", str(SAMPLE / "reference.csv"))


def matchprep(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "matchprep", *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        check=False,
        timeout=120,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )


def surname_of(row):
    with (SAMPLE / "list.csv").open(encoding="utf-8") as file:
        record = list(csv.DictReader(file))[row - 1]
    return record["Surname"]


def test_a_row_is_explained_in_words_without_its_values(tmp_path):
    result = matchprep("explain", "3", *FILES, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    said = result.stdout.decode()
    for part in ("Row 3", "Candidate 1", "before any field", "all fields", "together", "speaks"):
        assert part in said
    assert surname_of(3).upper() not in said.upper()
    assert not list(tmp_path.iterdir())


def test_values_are_shown_when_asked_for(tmp_path):
    result = matchprep("explain", "3", *FILES, "--show-values", cwd=tmp_path)
    assert surname_of(3).upper() in result.stdout.decode().upper()


def test_the_page_draws_each_candidate_and_holds_values_only_when_asked_for(tmp_path):
    quiet, open_ = tmp_path / "quiet.html", tmp_path / "open.html"
    arguments = ("explain", "3", *FILES, "--candidates", "2")
    assert matchprep(*arguments, "--html", quiet, cwd=tmp_path).returncode == 0
    assert matchprep(*arguments, "--html", open_, "--show-values", cwd=tmp_path).returncode == 0
    page, shown = (path.read_text(encoding="utf-8") for path in (quiet, open_))
    surname = surname_of(3).upper()
    assert surname not in page.upper()
    assert surname in shown.upper()
    assert "keep it as you keep the list" in shown
    assert page.count("<figure>") == 2
    assert page.count("<svg") == 4  # wide and narrow


def test_json_adds_up(tmp_path):
    result = matchprep("explain", "3", *FILES, "--candidates", "2", "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["row_id"] == 3
    for candidate in told["candidates"]:
        assert sum(line["bits"] for line in candidate["lines"]) == pytest.approx(candidate["bits"], abs=1e-6)
        assert all("values" not in line for line in candidate["lines"])


def test_an_unknown_row_is_a_usage_error(tmp_path):
    result = matchprep("explain", "no-such-row", *FILES, cwd=tmp_path)
    assert result.returncode == 2
    assert "no row" in result.stderr.decode()


def test_blocking_is_explained_before_anything_is_matched(tmp_path):
    result = matchprep("match", *FILES, "--explain-blocking", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "birth date + ZIP" in result.stdout.decode()
    assert not list(tmp_path.iterdir())
    told = json.loads(matchprep("match", *FILES, "--explain-blocking", "--json", cwd=tmp_path).stdout)
    assert sum(rule["pairs"] for rule in told["blocking"]) > told["rows"]


def test_matching_needs_a_folder(tmp_path):
    result = matchprep("match", *FILES, cwd=tmp_path)
    assert result.returncode == 2
    assert "-o" in result.stderr.decode()
