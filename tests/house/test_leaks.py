"""No value of a person leaves by any door but the data files: a run with canary values shows it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

#: One value a column, none of which can come about by chance.
CANARIES = {
    "First Name": "Zyxanthe",
    "Last Name": "Quorblix",
    "Street Address": "73519 Vexmoor Ln",
    "City": "Ypsiquark",
    "State": "VT",
    "ZIP": "05487",
    "Phone": "(802) 555-0187",
    "Email": "zq.canary7@example.com",
    "Date of Birth": "1931-02-03",
    "Gender": "Gendercanary",
    "Notes": "notecanary=cmd",
}
#: How a value may look after normalizing.
TRACES = (
    "zyxanthe", "quorblix", "73519", "vexmoor", "ypsiquark", "05487", "5550187", "555-0187",
    "zq.canary7", "1931-02-03", "19310203", "gendercanary", "notecanary",
)  # fmt: skip
DATA_FILES = {"matches.csv", "rejects.csv"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A list whose first row is whole, whose others are broken in every column, and a reference."""
    folder = tmp_path_factory.mktemp("canary")
    header = ",".join(CANARIES)
    whole = ",".join(CANARIES.values())
    broken = [
        ",".join(f"{value}@@broken" if name == spoiled else value for name, value in CANARIES.items())
        for spoiled in CANARIES
    ]
    ragged = f"{whole},{whole}"
    (folder / "list.csv").write_text("\n".join([header, whole, *broken, ragged, "Zyxanthe,Quorblix"]) + "\n")
    (folder / "reference.csv").write_text(
        "\n".join([f"voter_id,{header}", f"V1,{whole}", f"V2,{whole}"]) + "\n"
    )
    return folder


def matchprep(*arguments, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "matchprep", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=120,
        env={**os.environ, **environment},
    )


def traces_in(text):
    return [trace for trace in TRACES if trace in text.lower()]


@pytest.mark.parametrize("provider", ["matchbook", "iqm", "targetsmart", "statsocial", "digitalaudience"])
@pytest.mark.parametrize("form", ["words", "json"])
def test_a_run_shows_nobody(folder, provider, form):
    out = f"out-{provider}-{form}"
    extra = ["--json"] if form == "json" else []
    result = matchprep(
        "run", "list.csv", "-p", provider, "-r", "reference.csv", "-o", out, *extra, cwd=folder
    )
    assert result.returncode in {0, 1}, result.stderr
    assert traces_in(result.stdout + result.stderr) == []
    written = {path.name: path for path in (folder / out).iterdir()}
    assert {"report.html", "report.json", "manifest.json"} <= set(written)
    public = [path for name, path in written.items() if name.endswith((".html", ".json"))]
    assert {path.name: traces_in(path.read_text()) for path in public} == {path.name: [] for path in public}
    assert {path.stat().st_mode & 0o777 for path in written.values()} == {0o600}


@pytest.mark.parametrize("command", [["inspect", "list.csv"], ["check", "list.csv", "-p", "iqm"]])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_looking_shows_nobody(folder, command, form):
    result = matchprep(*command, *form, cwd=folder)
    assert result.returncode in {0, 1}, result.stderr
    assert traces_in(result.stdout + result.stderr) == []


def test_values_are_shown_when_they_are_asked_for(folder):
    result = matchprep("inspect", "list.csv", "--show-values", "--json", cwd=folder)
    assert traces_in(result.stdout)


def test_a_bug_shows_nobody(folder):
    """Even a fault of our own, forced here by a library that fails on its data, quotes no value."""
    (folder / "sitecustomize.py").write_text(
        "import polars as pl\n"
        "def fail(self, *args, **kwargs):\n"
        "    raise pl.exceptions.ComputeError(open('list.csv').read())\n"
        "pl.LazyFrame.sink_parquet = fail\n"
    )
    for debug in ("", "1"):
        result = matchprep(
            "check", "list.csv", "-p", "iqm", cwd=folder, PYTHONPATH=str(folder), MATCHPREP_DEBUG=debug
        )
        assert result.returncode == 4
        assert traces_in(result.stdout + result.stderr) == []
