"""`matchprep estimate` as people and pipelines call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from matchprep.report import report_schema
from matchprep.rulebook import list_providers

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


def estimate(*arguments, cwd):
    return subprocess.run(
        [
            sys.executable, "-m", "matchprep", "estimate", str(SAMPLE / "list.csv"),
            "-r", str(SAMPLE / "reference.csv"), *map(str, arguments),
        ],
        capture_output=True, text=True, cwd=cwd, check=False, timeout=120,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
    )  # fmt: skip


def test_it_says_how_many_and_how_sure_and_writes_nothing(tmp_path):
    result = estimate("-p", "matchbook", "--by", "Source", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    for words in ("rows kept will match", "who matches", "the model", "By state", "By Source", "--coverage"):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert list(tmp_path.iterdir()) == []


def test_json_is_the_report_and_its_files_only_where_asked_for(tmp_path):
    result = estimate("-p", "matchbook", "--json", "-o", "out", cwd=tmp_path)
    report = json.loads(result.stdout)
    jsonschema.validate(report, report_schema())
    assert report["command"] == "estimate"
    assert report["forecast"]["segments"]
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"report.html", "report.json", "manifest.json"}


def test_all_providers_are_compared_after_one_matching(tmp_path):
    result = estimate("-p", "all", "--json", cwd=tmp_path)
    reports = json.loads(result.stdout)["reports"]
    assert [one["provider"]["id"] for one in reports] == list(list_providers())
    assert len({one["seconds"]["match the reference"] for one in reports}) == 1
    assert all((one["forecast"] is None) != (one["no_forecast"] is None) for one in reports)


def test_no_answer_is_an_exit_code_and_a_reason(tmp_path):
    result = estimate("-p", "statsocial", cwd=tmp_path)
    assert result.returncode == 1
    assert "No forecast" in result.stdout


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--coverage", "sample:7"], "sample:0.05"),
        (["--by", "Sauce"], "Source"),
        (["--provider", "all", "--profile", "raw"], "Name the provider"),
    ],
)
def test_mistakes_are_told_with_a_hint(tmp_path, options, hint):
    result = estimate("-p", "iqm", *options, cwd=tmp_path)
    assert result.returncode == 2
    assert hint in result.stderr


def test_without_a_reference_it_judges_by_the_list_alone_and_says_how_weak_that_is(tmp_path):
    command = [sys.executable, "-m", "matchprep", "estimate", str(SAMPLE / "list.csv"), "-p"]
    told = subprocess.run([*command, "iqm"], capture_output=True, text=True, check=False, timeout=120)
    assert told.returncode == 0, told.stderr
    assert "a judgment from the list alone" in " ".join(told.stdout.split())
    all_of_them = subprocess.run(
        [*command, "all", "--json"], capture_output=True, text=True, check=False, timeout=120
    )
    reports = json.loads(all_of_them.stdout)["reports"]
    assert [one["forecast"] for one in reports] == [None] * len(list_providers())
    assert all(one["matchability"]["high"] - one["matchability"]["low"] > 0.3 for one in reports)
