"""`matchprep run`: the whole walk."""

from __future__ import annotations

from typing import Annotated

import typer

from matchprep.cli import ledgers, options
from matchprep.cli.console import faults_in_words, progress
from matchprep.cli.ending import end_of_run
from matchprep.intake import Reading
from matchprep.match import Wish
from matchprep.pipeline import Request, walk


def run(
    people: options.List,
    provider: options.Provider,
    reference: options.Reference,
    out: options.Out,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    dates: options.Dates = None,
    map_reference: options.ReferenceMap = None,
    profile: options.Profile = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything but write: say what would be written.")
    ] = False,
    precision: options.Precision = None,
    max_matches: options.MaxMatches = 1,
    one_to_one: options.OneToOne = False,
    refit: options.Refit = True,
    labels: options.Labels = None,
    exclude: options.Exclude = None,
    duplicates: options.Duplicates = "keep",
    worklist: options.Worklist = None,
    ledger: ledgers.LedgerFile = None,
    no_ledger: ledgers.NoLedger = False,
    coverage: options.Coverage = None,
    as_json: options.Json = False,
) -> None:
    """Clean a list, check it, forecast its match rate and write the file the provider takes.

    Writes into DIR: the provider's file, `rejects.csv` (each row set aside, with reasons),
    `matches.csv`, `report.html`, `report.json` and `manifest.json`.

    Exit codes: 0 ready to send, 1 not ready, 2 usage or rules, 4 a fault of matchprep.

    **Examples**

    ```
    matchprep run donors.csv --provider iqm --reference voters.csv -o out
    matchprep run donors.csv -p matchbook -r voters.parquet -o out --map "Cell #=phone"
    matchprep run donors.csv -p targetsmart -r voters.csv -o out --dry-run --json
    ```
    """
    with faults_in_words(as_json=as_json):
        request = Request(
            people=people,
            reference=reference,
            provider=provider,
            out=out,
            reading=options.reading(map_, sheet, no_header, encoding, delimiter, dates),
            reference_reading=Reading(choices=tuple(map_reference or ())),
            profile=profile,
            wish=Wish(None, precision, max_matches, one_to_one),
            refit=refit,
            labels=labels,
            dry_run=dry_run,
            exclude=exclude,
            merge_duplicates=duplicates == "merge",
            worklist=worklist,
            ledger=ledgers.ledger_of(ledger, without=no_ledger),
            coverage=tuple(coverage or ()),
        )
        with progress(quiet=as_json) as on_stage:
            report = walk(request, on_stage=on_stage)
        end_of_run(report, out=None if dry_run else out, as_json=as_json)
