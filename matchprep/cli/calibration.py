"""`matchprep calibration`: how well earlier forecasts did."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchprep.cli import ledgers, options
from matchprep.cli.console import faults_in_words, out, print_json
from matchprep.estimate import default_ledger
from matchprep.pipeline import calibrate
from matchprep.report import Calibration, ProviderCalibration, write_calibration
from matchprep.report.words import percent


def calibration(
    file: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Draw the picture: a page (.html), or an .svg."),
    ] = None,
    ledger: ledgers.LedgerFile = None,
    as_json: options.Json = False,
) -> None:
    """Set forecasts beside what came back, by provider: how far off, and how often within the interval.

    **Examples**

    ```
    matchprep calibration
    matchprep calibration -o calibration.html
    matchprep calibration -o calibration.svg --json
    ```
    """
    with faults_in_words(as_json=as_json):
        found = calibrate(ledger or default_ledger())
        if file is not None:
            write_calibration(found, file)
        if as_json:
            print_json({"command": "calibration", **found.model_dump(mode="json")})
        else:
            _print(found, file)


def _print(found: Calibration, file: Path | None) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim underline")
    table.add_column("Provider", style="bold")
    for name in ("Outcomes", "Waiting", "Factor", "Off by", "Lean", "Bare", "Within"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in found.providers:
        table.add_row(*map(Text, _cells(one)))
    out.print()
    if not found.providers:
        out.print(
            "  The ledger holds no forecast yet. `matchprep run` keeps one; then `matchprep record` it."
        )
    else:
        out.print(Padding(table, (0, 0, 1, 2)))
        out.print(
            Text("  Bare: how far off without correction. Within: outcomes inside their interval.", "dim")
        )
    if file is not None:
        out.print(Text(f"\n  Drawn in {file}"))
    out.print()


def _cells(one: ProviderCalibration) -> list[str]:
    cells = [one.name, f"{one.outcomes:,}", f"{one.waiting:,}"]
    if one.mean_error is None:
        return [*cells, *["–"] * 5]
    return [
        *cells,
        f"{one.factor:.2f}",
        percent(one.mean_absolute_error or 0, 1),
        f"{one.mean_error:+.1%}",
        percent(one.uncorrected_error or 0, 1),
        percent(one.within or 0),
    ]
