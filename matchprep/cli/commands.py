"""The commands by name, each imported when it is asked for: a command starts with what it needs itself."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

#: Command -> the module that holds it and its name there, in the order of the help page.
COMMANDS = {
    "demo": "demo:demo",
    "run": "run:run",
    "estimate": "estimate:estimate",
    "inspect": "inspect:inspect",
    "check": "check:check",
    "match": "match:match",
    "explain": "explain:explain",
    "dedupe": "dedupe:dedupe",
    "overlap": "overlap:overlap",
    "prepare": "prepare:prepare",
    "providers": "providers:providers",
    "map": "map:map_columns",
    "record": "record:record",
    "calibration": "calibration:calibration",
    "rules": "rules:rules",
    "reference": "reference:reference",
    "submit": "submit:submit",
    "lookup": "lookup:lookup",
    "jobs": "jobs:jobs",
    "status": "jobs:status",
    "fetch": "fetch:fetch",
    "cancel": "jobs:cancel",
    "sandbox": "sandbox:sandbox",
}


class Commands(TyperGroup):
    """A group whose commands are imported one by one.

    Args:
        settings: As Typer gives them.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        unasked: dict[str, Any] = dict.fromkeys(COMMANDS)
        self.commands = unasked

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give a command by its name, or null where there is none of that name."""
        del ctx
        if cmd_name in COMMANDS and self.commands[cmd_name] is None:
            self.commands[cmd_name] = _imported(cmd_name)
        return self.commands.get(cmd_name)


def _imported(name: str) -> Any:
    """Import a command, or a group of commands."""
    module, _, attribute = COMMANDS[name].partition(":")
    # NOTE: what modules make when they load stays; looking for garbage in it takes a tenth of the time.
    gc.disable()
    try:
        found = getattr(import_module(f"matchprep.cli.{module}"), attribute)
    finally:
        gc.enable()
    if isinstance(found, typer.Typer):
        return get_command(found)
    alone = typer.Typer(rich_markup_mode="markdown", add_completion=False)
    alone.command(name)(found)
    return get_command(alone)
