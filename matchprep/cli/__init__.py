"""The command line: one file per command, each of which parses, calls, and prints."""

from __future__ import annotations

import os
import signal
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from matchprep.cli.commands import Commands
from matchprep.files import abandon

__all__ = ["app", "main"]

app = typer.Typer(
    name="matchprep",
    cls=Commands,
    help="Get a people list ready for an audience provider, and know its match rate before it is sent.",
    epilog="Start with `matchprep demo`: the whole walk on invented people, in under a minute.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def say_version(asked: bool) -> None:
    """Print the version and leave.

    Args:
        asked: Whether `--version` was given.

    Raises:
        typer.Exit: When it was.
    """
    if asked:
        typer.echo(f"matchprep {version('matchprep')}")
        raise typer.Exit


@app.callback()
def matchprep(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=say_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Get a people list ready for an audience provider, and know its match rate before it is sent."""


def main() -> None:
    """Run the command line; being told to stop ends it as an error does, so that it cleans up."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    app()


def stop(number: int, _frame: object) -> NoReturn:
    """End the command because the system, or the user, asks for it.

    Args:
        number: The signal; the exit code is the one that shells give for it.
    """
    # NOTE: an exception from here could be swallowed wherever it happens to be raised.
    abandon()
    os._exit(128 + number)
