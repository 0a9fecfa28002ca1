"""`matchprep prepare` as people and pipelines call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "list.csv"


def prepare(*arguments, cwd, stdin=None):
    return subprocess.run(
        [sys.executable, "-m", "matchprep", "prepare", *map(str, arguments)],
        capture_output=True,
        input=stdin,
        cwd=cwd,
        check=False,
        timeout=120,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )


def test_json_holds_the_counts_and_the_columns(tmp_path):
    options = ["--columns", "only", "--hash", "sha256", "--hash", "md5", "--components", "--json"]
    result = prepare(SAMPLE, "-o", "out.parquet", *options, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["rows"]["read"] == told["rows"]["written"] + told["rows"]["rejected"]
    assert {"email_sha256", "phone_md5", "street_name", "phone_valid"} <= set(told["columns"])
    assert told["understood"]["Mobile"] == "phone"
    assert {path.name for path in tmp_path.iterdir()} == {"out.parquet", told["rejects"]}


def test_words_say_what_was_done(tmp_path):
    result = prepare(SAMPLE, "-o", "out.csv", "--map", "Source=", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    said = result.stdout.decode()
    for part in ("2,000 read", "set aside", "out.csv.rejects.csv", "Mobile (phone)"):
        assert part in said
    assert "@example" not in said


def test_standard_input(tmp_path):
    result = prepare("-", "-o", "out.csv", cwd=tmp_path, stdin=SAMPLE.read_bytes())
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out.csv").stat().st_size > SAMPLE.stat().st_size


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("gone.csv", "-o", "out.csv"), "gone.csv"),
        ((SAMPLE, "-o", "out.doc"), ".parquet"),
        ((SAMPLE, "-o", "gone/out.csv"), "gone"),
        ((SAMPLE, "-o", "out.csv", "--map", "Mobil=phone"), "Did you mean Mobile?"),
        ((SAMPLE, "-o", "out.csv", "--region", "XX"), "XX"),
    ],
)
def test_bad_input_is_one_message_and_nothing_written(tmp_path, arguments, told):
    result = prepare(*arguments, cwd=tmp_path)
    assert result.returncode in {1, 2}
    assert told in result.stderr.decode()
    assert b"Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []
