"""`matchprep overlap` as people and pipelines call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


def overlap(*more):
    return subprocess.run(
        [sys.executable, "-m", "matchprep", "overlap", SAMPLE / "list.csv", SAMPLE / "reference.csv", *more],
        capture_output=True, text=True, check=False, timeout=200, env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip


def test_it_counts_who_is_in_both():
    told = json.loads(overlap("--json").stdout)
    shared = told["shared"]
    # Namesakes and relatives of voters were put into this list on purpose, and nine in ten intervals hold.
    assert shared["rows"] == pytest.approx(1400, rel=0.02)
    assert shared["low"] < shared["rows"] < shared["high"]
    assert told["list"]["rows"] == 1997
    assert told["named"]["people"] <= told["named"]["rows"]
    said = overlap()
    assert said.returncode == 0, said.stderr
    assert "are in both" in said.stdout
