"""Bad input ends in one clear message and exit code 1 or 2; no traceback, nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

GOOD = """First Name,Last Name,Street Address,City,State,ZIP,Phone,Email
Jane,Doe,1 Main St,Albany,NY,12207,(518) 555-0143,jane@example.com
"""


def matchprep(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "matchprep", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=60,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "reference.csv").write_text(
        "voter_id,first_name,last_name,address,city,state,zip\nV1,Jane,Doe,1 Main St,Albany,NY,12207\n"
    )
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "header.csv").write_text(GOOD.splitlines()[0] + "\n")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "colours.csv").write_text("colour,shape\nred,round\nblue,square\n")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 this is not a parquet file PAR1")
    (tmp_path / "taken").write_text("a file where a folder is asked for")
    return tmp_path


CASES = {
    "a missing file": ("gone.csv", "iqm", "reference.csv", "out", "gone.csv"),
    "an empty file": ("empty.csv", "iqm", "reference.csv", "out", "empty.csv"),
    "a header and no rows": ("header.csv", "iqm", "reference.csv", "out", "header.csv"),
    "a binary file": ("binary.csv", "iqm", "reference.csv", "out", "binary.csv"),
    "a folder as the list": ("folder.csv", "iqm", "reference.csv", "out", "folder.csv"),
    "a broken Parquet file": ("broken.parquet", "iqm", "reference.csv", "out", "broken.parquet"),
    "an unknown provider": ("good.csv", "iqn", "reference.csv", "out", "Did you mean iqm?"),
    "a reference without a field to match on": ("good.csv", "iqm", "colours.csv", "out", "colours.csv"),
    "a list without a field to match on": ("colours.csv", "iqm", "reference.csv", "out", "colours.csv"),
    "a missing reference": ("good.csv", "iqm", "gone.csv", "out", "gone.csv"),
    "an output folder that is a file": ("good.csv", "iqm", "reference.csv", "taken", "taken"),
    "an output folder inside a file": ("good.csv", "iqm", "reference.csv", "taken/out", "taken"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", ["words", "json"])
def test_bad_input(folder, case, form):
    people, provider, reference, out, told = CASES[case]
    before = sorted(folder.rglob("*"))
    extra = ["--json"] if form == "json" else []
    result = matchprep("run", people, "-p", provider, "-r", reference, "-o", out, *extra, cwd=folder)
    assert result.returncode in {1, 2}
    assert "Traceback" not in result.stdout + result.stderr
    if form == "json":
        error = json.loads(result.stdout)["error"]
        assert told in " ".join(str(part) for part in error.values())
        assert error["what"]
    else:
        assert result.stdout == ""
        assert told in result.stderr
        assert result.stderr.count("error:") == 1
    written = [path for path in sorted(folder.rglob("*")) if path not in before and path.name != "out"]
    assert written == []


def test_an_unknown_header_or_field_in_map_is_named(folder):
    result = matchprep("check", "good.csv", "-p", "iqm", "--map", "Fone=phone", cwd=folder)
    assert result.returncode == 2
    assert "Did you mean Phone?" in result.stderr
    result = matchprep("check", "good.csv", "-p", "iqm", "--map", "Phone=fone", cwd=folder)
    assert result.returncode == 2
    assert "Did you mean phone?" in result.stderr


def test_a_folder_that_cannot_be_made(folder):
    # Not even root makes a folder here.
    result = matchprep(
        "run", "good.csv", "-p", "iqm", "-r", "reference.csv", "-o", "/proc/matchprep", cwd=folder
    )
    assert result.returncode == 2
    assert "/proc/matchprep" in result.stderr
    assert "Traceback" not in result.stderr
