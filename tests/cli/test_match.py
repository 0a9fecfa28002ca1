"""`matchprep match` with what people wish of it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
FILES = (SAMPLE / "list.csv", "--reference", SAMPLE / "reference.csv")


def matchprep(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "matchprep", *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        check=False,
        timeout=120,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
        encoding="utf-8",
    )


def rows_of(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_wishes_are_fulfilled_and_told(tmp_path):
    told = matchprep(
        "match", *FILES, "-o", "out", "--precision", "0.999", "--max-matches", "3", "--one-to-one", "--json",
        cwd=tmp_path,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    for said in (report["options"], manifest["options"]):
        assert said["precision"] == 0.999
        assert said["max_matches"] == 3
        assert said["one_to_one"] is True
    rows = rows_of(tmp_path / "out" / "matches.csv")
    best = [row for row in rows if row["rank"] == "1"]
    assert len(best) == report["match"]["matched"]
    assert max(int(row["rank"]) for row in rows) == 3
    assert len({row["reference_id"] for row in best}) == len(best)
    assert sum(float(row["probability"]) for row in best) / len(best) >= 0.999


def test_corrected_matches_are_labels(tmp_path):
    first = matchprep("match", *FILES, "-o", "out", "--no-refit", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    taught = matchprep("match", *FILES, "-o", "again", "--labels", "out/matches.csv", "--json", cwd=tmp_path)
    assert taught.returncode == 0, taught.stderr
    report = json.loads(taught.stdout)
    assert report["options"]["labels"] == "out/matches.csv"
    assert report["match"]["matched"] == pytest.approx(
        len(rows_of(tmp_path / "out" / "matches.csv")), rel=0.02
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--precision", "99"), "precision must lie between 0 and 1"),
        (("--max-matches", "11"), "max-matches must be 1 to 10"),
        (("--labels", "nowhere.csv"), "cannot read the labels"),
        (("--labels", SAMPLE / "truth.csv", "--no-refit"), "labels"),
    ],
)
def test_what_cannot_be_wished_leaves_nothing_behind(options, says, tmp_path):
    refused = matchprep("match", *FILES, "-o", "out", *options, cwd=tmp_path)
    assert refused.returncode in (1, 2)
    assert says in refused.stderr
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True
