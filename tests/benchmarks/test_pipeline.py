"""The benchmarks of the pipeline run, on a list of a thousand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def bench(script, *arguments):
    result = subprocess.run(
        [sys.executable, BENCHMARKS / script, "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.slow
def test_the_pipeline_is_measured_against_a_copy_and_a_loop():
    found = bench("bench_pipeline.py", "--rows", "1000", "--loop-rows", "200")
    assert found["rows"] == 1000
    assert found["times_copy"] > 0
    assert found["faster_than_loop"] > 0
    assert found["prepare"]["peak_gib"] < 3


@pytest.mark.slow
def test_reading_is_measured_in_every_form():
    forms = bench("bench_reading.py", "--rows", "1500", "--xlsx-rows", "100")["forms"]
    assert {one["rows"] for form, one in forms.items() if "xlsx" not in form} == {1500}
    assert forms["csv, broken lines"]["set_aside"] == 1
    assert forms["xlsx"]["rows"] == forms["xlsx, prepared to csv"]["rows"] == 100
