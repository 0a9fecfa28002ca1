"""Which ledger of forecasts and outcomes a command uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchprep.cli.console import err
from matchprep.errors import UsageError
from matchprep.estimate import VARIABLE, Ledger, default_ledger

LedgerFile = Annotated[
    Path | None,
    typer.Option(
        "--ledger",
        metavar="FILE",
        envvar=VARIABLE,
        show_envvar=True,
        help="The ledger of forecasts and outcomes; by default one in your own folder for data.",
    ),
]
NoLedger = Annotated[
    bool, typer.Option("--no-ledger", help="Neither keep the forecast nor correct it by earlier outcomes.")
]


def ledger_of(file: Path | None, *, without: bool) -> Path | None:
    """Choose the ledger of a run.

    Args:
        file: The one that was named.
        without: None is wanted.

    Returns:
        The file; null for none, or where the default one cannot be used, which is said.

    Raises:
        UsageError: The ledger that was named cannot be used.
    """
    if without:
        return None
    path = file or default_ledger()
    try:
        with Ledger(path):
            return path
    except UsageError as error:
        if file is not None:
            raise
        err.print(f"note: {error.what}; this forecast is not kept", markup=False, style="dim", soft_wrap=True)
        return None
