"""`matchprep estimate`: how many rows will match, and how sure that is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchprep.cli import console, ledgers, options
from matchprep.cli.console import faults_in_words, progress
from matchprep.cli.ending import NOT_READY
from matchprep.errors import UsageError
from matchprep.intake import Reading
from matchprep.match import Wish
from matchprep.pipeline import Request, estimate_for_each, walk
from matchprep.report import RunReport, print_comparison, print_forecast
from matchprep.rulebook import list_providers

#: Stands for every provider.
ALL = "all"

Provider = Annotated[
    str,
    typer.Option("--provider", "-p", metavar="ID", help="Who will match the list; `all` compares them."),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by", metavar="HEADER", help="Give the forecast by this column of the list, too. May be repeated."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="DIR", help="Write the report there; otherwise nothing is written."),
]
People = Annotated[
    bool, typer.Option("--people", help="Group the rows by person, too: how many people the list holds.")
]


def estimate(
    people: options.List,
    provider: Provider,
    reference: options.AnyReference = None,
    coverage: options.Coverage = None,
    by: By = None,
    out: Out = None,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    map_reference: options.ReferenceMap = None,
    profile: options.Profile = None,
    max_matches: options.MaxMatches = 1,
    people_of_list: People = False,
    exclude: options.Exclude = None,
    duplicates: options.Duplicates = "keep",
    worklist: options.Worklist = None,
    ledger: ledgers.LedgerFile = None,
    no_ledger: ledgers.NoLedger = False,
    as_json: options.Json = False,
) -> None:
    """Forecast the match rate of a list at a provider, before anything is sent or paid for.

    The forecast comes with its interval and with each source of doubt by name, for the list as a whole
    and by completeness, state and columns of your choice. Where the reference cannot answer, it says so
    instead of a number. Nothing is written unless `-o` asks for `report.html`, `report.json` and
    `manifest.json`; with `--provider all`, a folder for each provider.

    Without a reference, what comes is a judgment from the list alone, by public figures on names, places and
    births: a wide range, and much weaker than a forecast.

    Exit codes: 0 there is a forecast and the list is ready, 1 one of these is not so (with all
    providers: for none of them), 2 usage or rules, 4 a fault of matchprep.

    **Examples**

    ```
    matchprep estimate donors.csv --provider iqm --reference voters.csv
    matchprep estimate donors.csv -p all -r voters.idx
    matchprep estimate donors.csv -p matchbook
    matchprep estimate donors.csv -p matchbook -r ca.csv --coverage CA --by Source
    matchprep estimate donors.csv -p targetsmart -r s.csv --coverage sample:5%+vintage:2024-11 --json
    ```
    """
    with faults_in_words(as_json=as_json):
        if provider == ALL and profile is not None:
            raise UsageError(
                "a profile belongs to one provider",
                where="--profile",
                hint="Name the provider, or leave it out.",
            )
        if worklist is not None and (provider == ALL or reference is None):
            raise UsageError(
                "a worklist is for one provider, and needs a reference",
                where="--worklist",
                hint="Name the provider and the reference.",
            )
        request = Request(
            people=people,
            reference=reference,
            provider=provider,
            out=out,
            reading=options.reading(map_, sheet, no_header, encoding, delimiter),
            reference_reading=Reading(choices=tuple(map_reference or ())),
            profile=profile,
            coverage=tuple(coverage or ()),
            by=tuple(by or ()),
            people_of_list=people_of_list,
            wish=Wish(max_matches=max_matches),
            only_forecast=True,
            exclude=exclude,
            merge_duplicates=duplicates == "merge",
            worklist=worklist,
            ledger=ledgers.ledger_of(ledger, without=no_ledger),
        )
        with progress(quiet=as_json) as on_stage:
            if provider == ALL:
                reports = estimate_for_each(request, list_providers(), on_stage=on_stage)
            else:
                reports = (walk(request, on_stage=on_stage),)
        _give(reports, as_json=as_json)
        if not any(_is_ready(one) for one in reports):
            raise typer.Exit(NOT_READY)


def _give(reports: tuple[RunReport, ...], *, as_json: bool) -> None:
    documents = [one.model_dump(mode="json") for one in reports] if as_json else []
    if as_json:
        console.print_json(documents[0] if len(documents) == 1 else {"reports": documents})
    elif len(reports) == 1:
        print_forecast(reports[0], console.out)
    else:
        print_comparison(reports, console.out)


def _is_ready(report: RunReport) -> bool:
    return bool(report.forecast or report.matchability) and (report.provider is None or report.provider.ready)
