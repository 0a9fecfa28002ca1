"""What is public is said to be, in order, and explains itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

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
    assert names == sorted(names, key=lambda one: (not one.isupper(), not one[0].isupper(), one))
    things = {one: getattr(module, one) for one in names}
    callables = {
        one: thing for one, thing in things.items() if inspect.isfunction(thing) or inspect.isclass(thing)
    }
    assert [one for one, thing in callables.items() if not inspect.getdoc(thing)] == []


def test_every_command_explains_itself_with_an_example():
    from typer.main import get_command  # noqa: PLC0415 - the commands, as the command line finds them

    from matchprep.cli import app  # noqa: PLC0415

    group = get_command(app)
    found = [group.get_command(None, name) for name in group.list_commands(None)]
    commands = [one.callback for one in found if not hasattr(one, "commands")]
    assert len(commands) >= 6
    assert [one.__name__ for one in commands if "**Examples**" not in (inspect.getdoc(one) or "")] == []
