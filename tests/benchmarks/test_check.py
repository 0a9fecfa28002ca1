"""The benchmark of the check runs, on a list of a thousand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "bench_check.py"


@pytest.mark.slow
def test_the_check_is_measured_against_reading():
    command = [sys.executable, SCRIPT, "--json", "--rows", "1000", "--times", "1", "--provider", "iqm"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    one = found["providers"]["iqm"]
    assert (found["columns"], one["rows"]) == (12, 1000)
    assert 0 < one["usable"] <= 1000
    assert one["seconds"] > 0
    assert found["reading"]["seconds"] > 0
    assert one["peak_gib"] < 3
