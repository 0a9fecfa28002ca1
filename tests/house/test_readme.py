"""The README's commands run as written, in a fresh virtual environment of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from matchprep.rulebook import list_providers


def commands(root, marker):
    """The shell commands that follow a marker comment in the README, one a line."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"<!-- {marker} -->\n```sh\n(.*?)\n```", readme, flags=re.DOTALL)
    return found.split("\n")


def command(root, marker):
    """The one shell command that follows a marker comment in the README."""
    (found,) = commands(root, marker)
    return found


def checkout(root, to):
    """What a fresh clone of the working tree would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            (to / name).write_bytes((root / name).read_bytes())


@pytest.mark.slow
def test_the_first_command_installs_and_runs_the_demo(root, tmp_path):
    checkout(root, tmp_path)
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command(root, "demo command")],
        cwd=tmp_path,
        check=True,
        timeout=600,
    )
    report = json.loads((tmp_path / "matchprep-demo" / "report.json").read_text())
    assert report["rows"]["read"] == report["rows"]["kept"] + report["rows"]["rejected"]
    assert (tmp_path / "matchprep-demo" / "report.html").is_file()


def test_the_test_command_is_what_ci_runs(root):
    assert ".venv/bin/pytest" in command(root, "test command")
    assert "test command" in (root / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("provider", list_providers())
def test_each_provider_is_submitted_to_in_one_line(root, tmp_path, provider):
    (line,) = [one for one in commands(root, "submit commands") if f"demo -p {provider} " in one]
    home = {
        name: str(tmp_path / name.lower()) for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
    }
    here = Path(sys.executable).parent
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        cwd=tmp_path,
        env={
            **os.environ,
            **home,
            "PATH": f"{here}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(root),
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (folder,) = [path.parent for path in tmp_path.glob("*/outcome.json")]
    outcome = json.loads((folder / "outcome.json").read_text())
    assert outcome["provider"] == provider
    assert outcome["sandbox"] is True
    for name in outcome["files"]:
        assert (folder / name).stat().st_size > 0
    for title in ("Sent ", "Matched ", "Paid ", "Lies in "):
        assert title in ran.stdout


def test_the_python_in_the_readme_runs(root, tmp_path):
    readme = (root / "README.md").read_text(encoding="utf-8")
    walk, builders = re.findall(r"```python\n(.*?)\n```", readme, flags=re.DOTALL)
    (tmp_path / "donors.csv").write_bytes((root / "sample_data" / "list.csv").read_bytes())
    (tmp_path / "voters.csv").write_bytes((root / "sample_data" / "reference.csv").read_bytes())
    prelude = (
        "import polars as pl\n"
        'frame = pl.DataFrame({"cell": ["(212) 555-0123"], "mail": ["Jo@Example.com"]})\n'
    )
    last = (
        "\nassert 0.6 < mp.forecast_matches(matches).match_rate < 0.8\n"
        'assert frame.select(normalize.phone(pl.col("cell"), region="US")).item() == "+12125550123"\n'
        'assert frame.select(pl.col("mail").people.email()).item() == "jo@example.com"\n'
    )
    (tmp_path / "readme.py").write_text(prelude + walk + "\n" + builders + last)
    subprocess.run([sys.executable, "readme.py"], cwd=tmp_path, check=True, timeout=120)
