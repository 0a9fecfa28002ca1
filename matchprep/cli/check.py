"""`matchprep check`: is the file ready for the provider?"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from matchprep.check import is_document
from matchprep.cli import options
from matchprep.cli.console import faults_in_words, json_text, progress
from matchprep.cli.ending import NOT_READY
from matchprep.errors import UsageError
from matchprep.files import write_text
from matchprep.intake import Reading
from matchprep.pipeline import OnStage, Request, check_audience_file, check_for_each, walk
from matchprep.report import RunReport
from matchprep.report.formats import RENDERERS, FailOn, Outcome, fails, nothing_fits, outcome_of
from matchprep.rulebook import list_providers

#: Stands for every provider.
ALL = "all"

Lists = Annotated[
    list[Path],
    typer.Argument(
        metavar="LIST...",
        help="People lists, or audience documents in YAML or JSON (`-`: a list on standard input).",
    ),
]
Provider = Annotated[
    str,
    typer.Option(
        "--provider",
        "-p",
        metavar="ID",
        help="Who the file is for; `all` compares them all. `matchprep providers` lists them.",
    ),
]
FailOnOption = Annotated[
    Literal["error", "warning", "never"],
    typer.Option("--fail-on", help="From which severity on to exit with 1."),
]
Format = Annotated[
    Literal["text", "json", "junit", "sarif", "github", "markdown"],
    typer.Option("--format", "-f", help="For people, for machines, or for a CI system."),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="Write it to a file, and print only the verdicts (nothing with JSON).",
    ),
]
Permitted = Annotated[
    bool, typer.Option("--permitted", help="StatSocial has granted its special permissions to you.")
]


def check(
    people: Lists,
    provider: Provider,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    dates: options.Dates = None,
    profile: options.Profile = None,
    params: options.Params = None,
    exclude: options.Exclude = None,
    duplicates: options.Duplicates = "keep",
    fail_on: FailOnOption = "error",
    format_: Format = "text",
    output: Output = None,
    permitted: Permitted = False,
    as_json: options.Json = False,
) -> None:
    """Check a list, or an audience document, against the provider's rules.

    The first line is the verdict: ready, ready with warnings, or not ready. Then come the findings, the
    worst first, with what to do. With `--provider all`, one line a provider tells which of them fits.

    Exit codes: 0 ready, 1 not ready (or a warning, under `--fail-on warning`), 2 usage or rules: so a
    pipeline stops here. With `--provider all`, 0 when at least one provider fits.

    **Examples**

    ```
    matchprep check donors.csv --provider iqm
    matchprep check donors.csv --provider all
    matchprep check donors.csv --provider targetsmart --param filename=donors_may --fail-on warning
    matchprep check donors.csv --provider matchbook --profile webapp --format sarif --output donors.sarif
    matchprep check audience.yaml --provider statsocial
    ```
    """
    as_json = as_json or format_ == "json"
    with faults_in_words(as_json=as_json):
        reading = options.reading(map_, sheet, no_header, encoding, delimiter, dates)
        requests = [
            replace(
                _request(one, provider, reading, profile, params),
                exclude=exclude,
                merge_duplicates=duplicates == "merge",
            )
            for one in people
        ]
        with progress(quiet=as_json) as on_stage:
            checked = [one for request in requests for one in _check(request, permitted, on_stage)]
        outcomes = [outcome for outcome, _ in checked]
        documents = [document for _, document in checked]
        if as_json:
            text = json_text(documents[0] if len(documents) == 1 else {"reports": documents})
        else:
            text = RENDERERS[format_](outcomes, fail_on)
        _give(text, [] if as_json else outcomes, output)
        if _stops(outcomes, provider, fail_on):
            raise typer.Exit(NOT_READY)


def _request(
    people: Path, provider: str, reading: Reading, profile: str | None, params: list[str] | None
) -> Request:
    if provider == ALL and profile is not None:
        raise UsageError(
            "a profile belongs to one provider", where="--profile", hint="Name the provider, or leave it out."
        )
    given = options.given_params(params)
    return Request(people=people, provider=provider, reading=reading, profile=profile, params=given)


def _check(request: Request, permitted: bool, on_stage: OnStage) -> list[tuple[Outcome, dict[str, Any]]]:
    """Hold one file against one provider or all of them."""
    provider = request.provider or ALL
    if is_document(request.people):
        if provider == ALL:
            raise UsageError(
                "an audience document is for one provider",
                where="--provider",
                hint="Use --provider statsocial.",
            )
        outcome, document = check_audience_file(request.people, provider, permitted=permitted)
        return [
            (outcome, {**outcome.model_dump(mode="json"), "verdict": outcome.verdict, "body": document.body})
        ]
    reports: tuple[RunReport, ...]
    if provider == ALL:
        reports = check_for_each(request, list_providers(), on_stage=on_stage)
    else:
        reports = (walk(request, on_stage=on_stage),)
    return [(outcome_of(one), one.model_dump(mode="json")) for one in reports]


def _stops(outcomes: list[Outcome], provider: str, fail_on: FailOn) -> bool:
    """Say whether one of the files stops a pipeline; with all providers, only a file that fits none does."""
    if provider != ALL:
        return any(fails(one, fail_on) for one in outcomes)
    paths = dict.fromkeys(one.path for one in outcomes)
    return any(nothing_fits([one for one in outcomes if one.path == path], fail_on) for path in paths)


def _give(text: str, outcomes: list[Outcome], output: Path | None) -> None:
    """Print what was found, or write it to a file and print the verdicts of the outcomes given."""
    if output is None:
        sys.stdout.write(text)
        return
    write_text(output, text)
    for one in outcomes:
        sys.stdout.write(f"{one.verdict}: {one.path} for {one.provider.name}\n")
