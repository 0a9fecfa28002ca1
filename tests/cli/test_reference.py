"""`matchprep reference`, and `--reference` with an index."""

from __future__ import annotations

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from matchprep.cli import app

HEADER = "id,first_name,last_name,date_of_birth,address,city,state,zip,phone"


def people(prefix, numbers):
    rows = [
        f"{prefix}{n},{('Mary', 'John', 'Linda', 'James')[n % 4]},{('Lambton', 'Hollis', 'Jessop')[n % 3]},"
        f"19{40 + n % 50}-0{1 + n % 9}-1{n % 9},{100 + n} Elm St,Springfield,IL,62701,"
        f"(217) 555-01{n % 100:02d}"
        for n in numbers
    ]
    return "\n".join([HEADER, *rows, ""])


@pytest.fixture
def files(tmp_path):
    (tmp_path / "voters.csv").write_text(people("V", range(60)))
    (tmp_path / "members.csv").write_text(people("M", range(10, 40)))
    return tmp_path


def call(*arguments, code=0):
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_an_index_stands_in_for_its_file(files):
    index = files / "voters.index"
    built = call("reference", "build", files / "voters.csv", "-o", index)
    assert built["built"]
    assert built["rows"] == 60
    assert call("reference", "info", index)["stale"] is False
    assert call("reference", "verify", index)["current"] is True
    call("match", files / "members.csv", "-r", index, "-o", files / "one")
    call("match", files / "members.csv", "-r", files / "voters.csv", "-o", files / "other")
    one, other = ((files / name / "matches.csv").read_text() for name in ("one", "other"))
    assert one == other
    assert one.count("\n") > 20
    inputs = json.loads((files / "one" / "manifest.json").read_text())["inputs"]
    assert (
        inputs["reference"]
        == json.loads((files / "other" / "manifest.json").read_text())["inputs"]["reference"]
    )


def test_an_update_follows_the_file(files):
    index = files / "voters.index"
    call("reference", "build", files / "voters.csv", "-o", index, "--map", "id=voter_id")
    assert call("reference", "update", index)["built"] is False
    (files / "voters.csv").write_text(people("V", range(61)))
    assert (
        "has changed"
        in call("match", files / "members.csv", "-r", index, "-o", files / "x", code=1)["error"]["what"]
    )
    assert call("reference", "verify", index, code=1)["error"]["hint"].endswith(f"update {index}")
    updated = call("reference", "update", index)
    assert (updated["built"], updated["rows"]) == (True, 61)
    assert updated["filled"]["identifier"] == 61  # read as it was the first time
    (files / "voters.csv").rename(files / "moved.csv")
    assert "is gone" in call("reference", "update", index, code=2)["error"]["what"]
    assert call("reference", "update", index, "--from", files / "moved.csv")["built"] is False


def test_prepared_files_give_the_same_matches(files):
    for name in ("voters", "members"):
        call("prepare", files / f"{name}.csv", "-o", files / f"{name}.parquet", "--columns", "only")
    call("match", files / "members.csv", "-r", files / "voters.csv", "-o", files / "one")
    call("match", files / "members.parquet", "-r", files / "voters.parquet", "-o", files / "other")
    one, other = (pl.read_csv(files / name / "matches.csv") for name in ("one", "other"))
    assert one.equals(other)


def test_what_is_no_index_is_said(files):
    assert "no reference index" in call("reference", "info", files, code=1)["error"]["what"]
    refused = call("reference", "build", files / "voters.csv", "-o", files, code=2)
    assert "something else" in refused["error"]["what"]
