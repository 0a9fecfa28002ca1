"""How a walk ends on the terminal: its summary, the files it wrote, its exit code."""

from __future__ import annotations

from pathlib import Path

import typer

from matchprep.cli import console
from matchprep.report import RunReport, print_summary

NOT_READY = 1


def end_of_run(report: RunReport, *, out: Path | None, as_json: bool) -> None:
    """Print what a walk found and leave with the exit code that says whether the file is ready.

    Args:
        report: Counts of the walk.
        out: The folder that was written into; null when nothing was written.
        as_json: Print the report as one JSON document instead of a summary.

    Raises:
        typer.Exit: With code 1, when the file is not ready for the provider.
    """
    if as_json:
        console.print_json(report.model_dump(mode="json"))
    else:
        print_summary(report, console.out, out=out)
    if report.provider is not None and not report.provider.ready:
        raise typer.Exit(NOT_READY)
