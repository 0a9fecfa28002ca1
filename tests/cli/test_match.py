"""`matchprep match` with what people wish of it."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
FILES = (SAMPLE / "list.csv", "--reference", SAMPLE / "reference.csv")


def matchprep(*arguments, cwd, **options):
    return subprocess.run(
        [sys.executable, "-m", "matchprep", *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        check=False,
        timeout=120,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
        encoding="utf-8",
        **options,
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


TABLES = {
    "names.csv": "first_name,last_name,zip\nAnn,Lee,12207\n",
    "contacts.csv": "phone,email\n5185550143,a@example.com\n",
    "far.csv": "first_name,last_name,zip\nBo,Yip,90210\n",
    "colours.csv": "colour,shape\nred,round\n",
    "ids.csv": "id,gender\n7,F\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("people", "reference", "says"),
    [
        ("names.csv", "contacts.csv", "share no fields"),
        ("names.csv", "colours.csv", "no column holds a field of a person"),
        ("names.csv", "ids.csv", "share no fields"),
        ("colours.csv", "names.csv", "no column holds a field of a person"),
    ],
)
def test_what_cannot_be_matched_is_one_error(folder, people, reference, says):
    refused = matchprep("match", people, "-r", reference, "-o", "out", cwd=folder)
    assert refused.returncode == 1
    assert says in refused.stderr
    assert refused.stderr.count("error:") == 1
    assert not list(folder.glob("out/*"))


def test_an_empty_set_of_blocks_is_an_answer_not_an_error(folder):
    """Nobody shares a key with anybody: no pair is compared, and no row matches."""
    done = matchprep("match", "names.csv", "-r", "far.csv", "-o", "out", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    match = json.loads(done.stdout)["match"]
    assert (match["pairs"], match["matched"], match["no_candidate"]) == (0, 0, 1)
    assert rows_of(folder / "out" / "matches.csv") == []


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


@pytest.mark.parametrize(
    "command", [("match", *FILES, "-o", "out"), ("reference", "build", FILES[2], "-o", "out")]
)
def test_a_full_disk_leaves_nothing_behind(tmp_path, command):
    full = matchprep(*command, cwd=tmp_path, preexec_fn=small_files)
    assert full.returncode == 2
    assert full.stderr.count("error:") == 1
    assert "room on the disk" in " ".join(full.stderr.split())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    room = tmp_path_factory.mktemp("index")
    shutil.copy(FILES[2], room / "voters.csv")
    done = matchprep("reference", "build", "voters.csv", "-o", "ref", cwd=room)
    assert done.returncode == 0, done.stderr
    return room / "ref"


def told_otherwise(index, **otherwise):
    said = json.loads((index / "index.json").read_text(encoding="utf-8"))
    (index / "index.json").write_text(json.dumps(said | otherwise), encoding="utf-8")
    return said


def another_version(index):
    told_otherwise(index, version=0)


def cut_off(index):
    path = index / "people.arrow"
    path.write_bytes(path.read_bytes()[:-100])


def said_nothing(index):
    (index / "index.json").write_text("{", encoding="utf-8")


def outdated(index):
    source = told_otherwise(index)["source"]
    told_otherwise(index, source=source | {"size_bytes": source["size_bytes"] - 1})


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (another_version, "of another version"),
        (cut_off, "people.arrow is missing or incomplete"),
        (said_nothing, "damaged"),
        (outdated, "has changed since the index was built"),
    ],
)
def test_an_index_that_cannot_be_trusted_is_one_error(tmp_path, built, harm, says):
    shutil.copytree(built, tmp_path / "ref")
    harm(tmp_path / "ref")
    refused = matchprep("match", FILES[0], "-r", "ref", "-o", "out", cwd=tmp_path)
    assert refused.returncode == 1
    assert says in " ".join(refused.stderr.split())
    assert refused.stderr.count("error:") == 1
    assert not list(tmp_path.glob("out/*"))
