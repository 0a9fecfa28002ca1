"""What is public is said to be, in order, and explains itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import matchprep

PACKAGES = [
    "matchprep",
    *(f"matchprep.{one.name}" for one in pkgutil.iter_modules(matchprep.__path__) if one.ispkg),
]


@pytest.mark.parametrize("name", PACKAGES)
def test_public_names_exist_are_sorted_and_documented(name):
    module = importlib.import_module(name)
    names = getattr(module, "__all__", [])
    by_kind = sorted(names, key=lambda one: (not one.isupper(), not one[0].isupper(), one))
    assert names in (by_kind, sorted(names))  # the latter in packages that load lazily
    things = {one: getattr(module, one) for one in names}
    callables = {
        one: thing for one, thing in things.items() if inspect.isfunction(thing) or inspect.isclass(thing)
    }
    assert [one for one, thing in callables.items() if not inspect.getdoc(thing)] == []


@pytest.mark.parametrize(
    ("command", "unused"),
    [
        ("prepare", {"duckdb", "pydantic", "matchprep.match", "matchprep.rulebook", "matchprep.report"}),
        ("match", {"vl_convert", "httpx", "matchprep.providers", "matchprep.report.formats"}),
    ],
)
def test_a_command_loads_only_what_it_uses(command, unused):
    script = f"import sys, matchprep.cli.{command}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert unused & set(done.stdout.split()) == set()


def test_every_command_explains_itself_with_an_example():
    from typer.main import get_command  # noqa: PLC0415 - the commands, as the command line finds them

    from matchprep.cli import app  # noqa: PLC0415

    group = get_command(app)
    found = [group.get_command(None, name) for name in group.list_commands(None)]
    commands = [one.callback for one in found if not hasattr(one, "commands")]
    assert len(commands) >= 6
    assert [one.__name__ for one in commands if "**Examples**" not in (inspect.getdoc(one) or "")] == []
