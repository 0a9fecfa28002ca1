"""`matchprep record`: what a provider found of a list, so that later forecasts learn from it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from matchprep.cli import ledgers, options
from matchprep.cli.console import faults_in_words, out, print_json
from matchprep.estimate import Known, default_ledger
from matchprep.pipeline import record_outcome
from matchprep.report.words import percent


def record(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The output folder of the run, or its id.")],
    actual: Annotated[
        float | None, typer.Option(metavar="RATE", help="The match rate that came back, from 0 to 1.")
    ] = None,
    matched: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Or the rows that matched, ...")
    ] = None,
    of_rows: Annotated[
        int | None,
        typer.Option("--of", metavar="M", min=1, help="... of so many; by default those of the forecast."),
    ] = None,
    ledger: ledgers.LedgerFile = None,
    as_json: options.Json = False,
) -> None:
    """Record what a provider found of a list; later forecasts at that provider are corrected by it.

    A second record of the same run takes the place of the first.

    **Examples**

    ```
    matchprep record out --actual 0.58
    matchprep record out --matched 58015 --of 100000
    matchprep record 3f9a0c --actual 0.58 --json
    ```
    """
    with faults_in_words(as_json=as_json):
        known = record_outcome(
            ledger or default_ledger(), run, actual=actual, matched=matched, of_rows=of_rows
        )
        print_json(_document(known)) if as_json else out.print(Padding(_said(known), (1, 0, 1, 2)))


def _document(known: Known) -> dict[str, Any]:
    entry = known.entry
    return {
        "command": "record",
        "run": entry.run,
        "provider": entry.provider,
        "rows": entry.rows,
        "forecast": {"match_rate": entry.told, "low": entry.low, "high": entry.high},
        "actual": known.outcome.actual,
        "within": entry.low <= known.outcome.actual <= entry.high,
    }


def _said(known: Known) -> Text:
    entry, actual = known.entry, known.outcome.actual
    where = "within" if entry.low <= actual <= entry.high else "outside"
    return Text.assemble(
        (f"Recorded for {entry.provider}: {percent(actual, 1)} matched", "bold"),
        f"\nThe forecast was {percent(entry.told, 1)}; the outcome lies {where} its interval of"
        f" {percent(entry.low, 1)} to {percent(entry.high, 1)}.",
    )
