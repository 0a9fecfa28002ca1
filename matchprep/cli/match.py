"""`matchprep match`: matching alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, progress
from matchprep.cli.ending import end_of_run
from matchprep.cli.explain import show_blocking
from matchprep.errors import UsageError
from matchprep.intake import Reading
from matchprep.match import Wish
from matchprep.pipeline import Request, walk

Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="DIR", help="The folder to write into; made if missing.")
]
Blocking = Annotated[
    bool,
    typer.Option("--explain-blocking", help="Count what each blocking rule will bring, and do no more."),
]


def match(
    people: options.List,
    reference: options.Reference,
    out: Out = None,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    dates: options.Dates = None,
    map_reference: options.ReferenceMap = None,
    explain_blocking: Blocking = False,
    precision: options.Precision = None,
    max_matches: options.MaxMatches = 1,
    one_to_one: options.OneToOne = False,
    refit: options.Refit = True,
    labels: options.Labels = None,
    as_json: options.Json = False,
) -> None:
    """Match a list against a reference; no provider, every row takes part.

    Writes into DIR: `matches.csv` (row_id, reference_id, probability, match_weight and how well
    each field agreed; with --max-matches also the next best people of each matched row, by rank),
    `rejects.csv` (lines that could not be read), `report.html`, `report.json` and `manifest.json`.

    **Examples**

    ```
    matchprep match members.csv --reference voters.csv -o out
    matchprep match members.csv -r voters.parquet -o out --map "Born=dob"
    matchprep match members.csv -r voters.csv -o out --precision 0.99 --one-to-one
    matchprep match members.csv -r voters.csv --explain-blocking
    ```
    """
    with faults_in_words(as_json=as_json):
        reading = options.reading(map_, sheet, no_header, encoding, delimiter, dates)
        reference_reading = Reading(choices=tuple(map_reference or ()))
        if explain_blocking:
            show_blocking(people, reading, reference, reference_reading, as_json=as_json)
            return
        if out is None:
            raise UsageError("no folder to write into", where="out", hint="Name one with -o DIR.")
        request = Request(
            people=people,
            reference=reference,
            out=out,
            reading=reading,
            reference_reading=reference_reading,
            wish=Wish(None, precision, max_matches, one_to_one),
            refit=refit,
            labels=labels,
        )
        with progress(quiet=as_json) as on_stage:
            report = walk(request, on_stage=on_stage)
        end_of_run(report, out=out, as_json=as_json)
