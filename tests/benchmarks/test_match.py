"""The benchmark of matching runs, on a reference of three thousand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.slow
def test_matching_is_measured_with_and_without_an_index():
    result = subprocess.run(
        [
            sys.executable,
            BENCHMARKS / "bench_match.py",
            "--json",
            "--rows",
            "3000",
            "--list",
            "1500",
            "--times",
            "1",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert set(found["steps"]) == {"build", "match, file", "match, index", "few, index", "start-up"}
    assert all(one["seconds"] > 0 and one["peak_gib"] < 3 for one in found["steps"].values())
    assert found["index_bytes"] > 0
