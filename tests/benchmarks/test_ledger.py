"""The benchmark of the ledger keeps its bar."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.slow
def test_ten_outcomes_are_enough():
    result = subprocess.run(
        [sys.executable, BENCHMARKS / "agree_ledger.py", "--providers", "6"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
