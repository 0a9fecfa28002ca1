"""What the commands share: where they print, how they show progress, how they end."""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from matchprep.errors import MatchprepError

#: Results go to standard output, everything else to standard error.
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

#: Exit code for a fault of our own.
BUG = 4


def print_json(document: Any) -> None:
    """Print one JSON document on standard output and nothing else.

    Args:
        document: Anything that `json` can write.
    """
    sys.stdout.write(json_text(document))


def json_text(document: Any) -> str:
    """Write a document as every command writes JSON.

    Args:
        document: Anything that `json` can write.

    Returns:
        Its text.
    """
    return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show what is being done, with a clock, while a command works.

    Args:
        quiet: Show nothing (`--json`, or no terminal to draw on).

    Yields:
        A function that takes the name of the stage that begins.
    """
    if quiet or not err.is_terminal:
        yield lambda _stage: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda stage: bar.update(task, description=stage)


_LOOK = "Look at the file's and the folder's permissions and at the room on the disk."


@contextmanager
def faults_in_words(*, as_json: bool) -> Iterator[None]:
    """Turn every error into one message and an exit code; never a traceback.

    Args:
        as_json: Print the error as a JSON document on standard output.

    Yields:
        Nothing; the command runs inside.
    """
    try:
        yield
    except typer.Exit:
        raise  # an end with an exit code is no fault
    except MatchprepError as error:
        fault = {"what": error.what, "where": error.where, "hint": error.hint}
        end_with(fault, error.exit_code, as_json=as_json)
    except (KeyboardInterrupt, BrokenPipeError):
        raise typer.Exit(130) from None
    except OSError as error:
        what = error.strerror or type(error).__name__
        where = str(error.filename) if error.filename else None
        end_with({"what": what, "where": where, "hint": _LOOK}, 2, as_json=as_json)
    except Exception as error:  # noqa: BLE001 - the last line of defence, at the outermost door
        # NOTE: an error of the system, such as a full disk, may come in the guise of a library's own.
        if system := re.search(r"\(os error (\d+)\)", str(error)):
            what = os.strerror(int(system[1]))
            end_with({"what": what, "where": None, "hint": _LOOK}, 2, as_json=as_json)
        # NOTE: the message of a foreign error may quote a value of the list, so only its type is shown.
        if os.environ.get("MATCHPREP_DEBUG"):
            sys.stderr.write("".join(traceback.format_tb(error.__traceback__)))
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
        fault = {
            "what": f"a fault of matchprep itself ({place})",
            "where": None,
            "hint": "Please report it, with what MATCHPREP_DEBUG=1 prints; it holds no value of the list.",
        }
        end_with(fault, BUG, as_json=as_json)


def end_with(fault: dict[str, str | None], code: int, *, as_json: bool) -> NoReturn:
    """Say what is wrong and leave.

    Args:
        fault: What, where and hint.
        code: The exit code.
        as_json: Print the fault as a JSON document on standard output.

    Raises:
        typer.Exit: Always.
    """
    if as_json:
        print_json({"error": fault})
    else:
        where = f"{fault['where']}: " if fault["where"] else ""
        err.print(f"error: {where}{fault['what']}", style="bold red", markup=False, soft_wrap=True)
        if fault["hint"]:
            err.print(f"  -> {fault['hint']}", markup=False, soft_wrap=True)
    raise typer.Exit(code)
