"""`matchprep rules lint`: for those who write rule files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, print_json
from matchprep.errors import RulesError
from matchprep.rulebook import PlacedFault, lint_rules

#: The exit code of faults in rule files.
FAULTY = RulesError.exit_code

rules = typer.Typer(
    name="rules",
    help="For those who write rule files.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
)


@rules.callback()
def rules_group() -> None:
    """For those who write rule files."""


@rules.command()
def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Rule files.")],
    as_json: options.Json = False,
) -> None:
    """Find every fault of a rule file: line, column, what is wrong, and what was probably meant.

    Unknown names, missing sources, wrong types, rules that can never speak. Nothing in the file is run.

    Exit codes: 0 no fault, 2 faults.

    **Examples**

    ```
    matchprep rules lint rules/acme.yaml
    matchprep rules lint rules/*.yaml --json
    ```
    """
    with faults_in_words(as_json=as_json):
        found = [(file, fault) for file in files for fault in _faults(file)]
        if as_json:
            print_json([_document(file, fault) for file, fault in found])
        else:
            sys.stdout.write("".join(f"{_line(file, fault)}\n" for file, fault in found))
        if found:
            raise typer.Exit(FAULTY)


def _faults(file: Path) -> tuple[PlacedFault, ...]:
    try:
        return lint_rules(file.read_bytes(), name=file.stem)
    except OSError as error:
        raise RulesError(f"the rule file cannot be read ({error.strerror})", where=str(file)) from error


def _line(file: Path, fault: PlacedFault) -> str:
    hint = f". {fault.hint}" if fault.hint else ""
    return f"{file}:{fault.line}:{fault.column}: {fault.what}{hint}"


def _document(file: Path, fault: PlacedFault) -> dict[str, str | int]:
    return {
        "file": str(file),
        "line": fault.line,
        "column": fault.column,
        "what": fault.what,
        "hint": fault.hint,
    }
