"""`matchprep demo`: the whole walk on the sample data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchprep.cli import options
from matchprep.cli.console import err, faults_in_words, progress
from matchprep.cli.ending import end_of_run
from matchprep.errors import InputError
from matchprep.pipeline import Request, walk


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write into; made if missing.")
    ] = Path("matchprep-demo"),
    provider: Annotated[
        str, typer.Option("--provider", "-p", metavar="ID", help="Who the file is for.")
    ] = "matchbook",
    as_json: options.Json = False,
) -> None:
    """Walk through everything with a list of 2,000 invented people; needs no file of yours.

    **Examples**

    ```
    matchprep demo
    matchprep demo --provider iqm -o demo-iqm
    ```
    """
    with faults_in_words(as_json=as_json):
        folder = sample_folder()
        request = Request(
            people=folder / "list.csv", reference=folder / "reference.csv", provider=provider, out=out
        )
        if not as_json:
            err.print(
                f"Same as: matchprep run {request.people} -p {provider} -r {request.reference} -o {out}",
                style="dim",
                soft_wrap=True,
            )
        with progress(quiet=as_json) as on_stage:
            report = walk(request, on_stage=on_stage)
        end_of_run(report, out=out, as_json=as_json)


def sample_folder() -> Path:
    """Find the sample data: beside the package in an installed wheel, else in the checkout.

    Returns:
        The folder that holds `list.csv`, `reference.csv` and `truth.csv`.

    Raises:
        InputError: It is in neither place.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_sample_data", package.parent / "sample_data"):
        if (folder / "truth.csv").is_file():
            return folder
    raise InputError(
        "the sample data is not installed", hint="Install matchprep anew, or run from a checkout."
    )
