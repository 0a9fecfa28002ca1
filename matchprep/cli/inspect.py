"""`matchprep inspect`: what a file is and what its columns hold."""

from __future__ import annotations

from typing import Annotated

import typer

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json, progress
from matchprep.pipeline import look_into
from matchprep.report.terminal import print_inspection


def inspect(
    people: options.List,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    dates: options.Dates = None,
    show_values: Annotated[
        bool,
        typer.Option("--show-values", help="Show a few values of each column too, not only their shapes."),
    ] = False,
    save_map: Annotated[
        bool,
        typer.Option(
            "--save-map", help="Keep the mapping in LIST.columns.yaml; mend it there, runs pick it up."
        ),
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Say what a file is, what each column seems to hold and why, how full and how valid it is.

    Values are shown as shapes (`Aaaa 99`); the values themselves only with `--show-values`.

    **Examples**

    ```
    matchprep inspect donors.csv
    matchprep inspect donors.csv --map "Cell #=phone" --json
    ```
    """
    with faults_in_words(as_json=as_json):
        with progress(quiet=as_json) as on_stage:
            inspection = look_into(
                people,
                reading=options.reading(map_, sheet, no_header, encoding, delimiter, dates),
                show_values=show_values,
                save_map=save_map,
                on_stage=on_stage,
            )
        if as_json:
            print_json(inspection.model_dump(mode="json"))
        else:
            print_inspection(inspection, out)
