"""The pre-commit hook and the GitHub action, run as they are written on a git repository of their own."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from matchprep.rulebook import lint_rules

ROOT = Path(__file__).resolve().parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
ACTION = ROOT / ".github" / "actions" / "check"

READY = "Email\na@example.com\nb@example.com\n"
NOT_READY = "First Name\nAnn\nBob\n"


@pytest.fixture
def repository(tmp_path):
    """A repository with two lists, a rule file, and a `matchprep` on the path."""
    folder = tmp_path / "repository"
    (folder / "lists").mkdir(parents=True)
    (folder / "rules").mkdir()
    (folder / "lists" / "good.csv").write_text(READY)
    (folder / "lists" / "poor list.csv").write_text(NOT_READY)
    (folder / "rules" / "iqm.yaml").write_bytes((ROOT / "rules" / "iqm.yaml").read_bytes())
    command = tmp_path / "bin" / "matchprep"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m matchprep "$@"\n')
    command.chmod(0o700)
    for arguments in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "lists"],
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


def run(command, repository, **environment):
    path = f"{repository.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    pythonpath = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        command,
        cwd=repository,
        env={**os.environ, "PATH": path, "PYTHONPATH": pythonpath, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def tracked(repository, pattern):
    listed = subprocess.run(
        ["git", "ls-files", "-z", pattern], cwd=repository, check=True, capture_output=True, text=True
    )
    return [name for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize(
    ("lists", "code"),
    [("lists/good.csv", 0), ("lists/poor*", 1), ("lists/*.csv", 1)],
    ids=["good", "poor", "both"],
)
def test_the_hook_passes_or_stops_a_commit(repository, lists, code):
    entry = shlex.split(HOOKS["matchprep-check"]["entry"])
    files = tracked(repository, lists)
    done = run([*entry, "--provider", "iqm", *files], repository)
    assert done.returncode == code, done.stderr
    assert done.stdout.splitlines()[0].startswith(("ready", "not ready"))
    assert all(name in done.stdout for name in files)


def test_the_hook_for_rule_files(repository):
    entry = shlex.split(HOOKS["matchprep-rules-lint"]["entry"])
    assert run([*entry, *tracked(repository, "rules/*.yaml")], repository).returncode == 0
    file = repository / "rules" / "iqm.yaml"
    file.write_text(file.read_text().replace("severity: error", "severity: eror", 1))
    done = run([*entry, "rules/iqm.yaml"], repository)
    assert done.returncode == 2
    assert "rules/iqm.yaml:" in done.stdout
    assert "Did you mean error?" in done.stdout


def test_hooks_say_what_pre_commit_needs():
    for hook in HOOKS.values():
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        assert hook["language"] == "python"


def act(repository, tmp_path, **inputs):
    summary, output = tmp_path / "summary.md", tmp_path / "output"
    environment = {
        "MATCHPREP_PROVIDER": "iqm",
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(output),
        **inputs,
    }
    done = run(["bash", str(ACTION / "check.sh")], repository, **environment)
    return done, summary, output


def test_the_action_annotates_sums_up_and_fails(repository, tmp_path):
    sarif = repository / "found.sarif"
    done, summary, output = act(
        repository, tmp_path, MATCHPREP_LISTS="lists/*.csv\n", MATCHPREP_SARIF=str(sarif)
    )
    assert done.returncode == 1, done.stderr
    assert "::error file=lists/poor list.csv,line=1,title=IQ-COMBO (iqm)::" in done.stdout
    assert "not ready" in summary.read_text()
    assert output.read_text() == "verdict=not ready\n"
    assert '"version": "2.1.0"' in sarif.read_text()


def test_the_action_lets_a_good_list_pass(repository, tmp_path):
    done, _, output = act(repository, tmp_path, MATCHPREP_LISTS="lists/good.csv")
    assert done.returncode == 0, done.stderr
    assert output.read_text() == "verdict=ready\n"


def test_the_action_never_runs_its_inputs(repository, tmp_path):
    trap = repository / "trap"
    done, _, _ = act(
        repository,
        tmp_path,
        MATCHPREP_LISTS="lists/good.csv",
        MATCHPREP_PROVIDER=f"$(touch {trap})`touch {trap}`",
    )
    assert done.returncode == 2
    assert not trap.exists()


def test_a_pattern_without_files_is_a_fault(repository, tmp_path):
    done, _, _ = act(repository, tmp_path, MATCHPREP_LISTS="lists/none*.csv")
    assert done.returncode == 2
    assert done.stdout.startswith("::error ")


def test_the_action_is_a_composite_one_whose_inputs_come_by_the_environment():
    action = yaml.safe_load((ACTION / "action.yml").read_text())
    (step,) = action["runs"]["steps"]
    assert action["runs"]["using"] == "composite"
    assert step["shell"] == "bash"
    assert "${{" not in step["run"]
    script = (ACTION / "check.sh").read_text()
    assert all(name in script for name in step["env"])
    used = {name for name in action["inputs"] if f"inputs.{name}" in str(step["env"])}
    assert used == set(action["inputs"])


README = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "block", re.findall(r"```python\n(.*?)```", README, re.DOTALL), ids=["airflow", "dagster"]
)
def test_the_examples_to_paste_are_python_that_calls_us_rightly(block):
    ast.parse(block)
    options = set(re.findall(r"--[a-z]+", block))
    assert "matchprep" in block
    assert options <= {"--provider", "--fail-on", "--fail", "--format", "--output", "--json"}


def test_the_example_of_a_rule_file_has_no_fault():
    (block,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert lint_rules(block.encode(), name="acme") == ()
