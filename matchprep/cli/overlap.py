"""`matchprep overlap`: how many people two lists share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json, progress
from matchprep.errors import ReferenceIndexError
from matchprep.intake import Reading
from matchprep.pipeline import Request, walk
from matchprep.report import RunReport
from matchprep.report.words import count, percent, share, shown


def overlap(
    people: options.List,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="The other list, or a reference index.")],
    folder: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Write who is in both, as `match` does.")
    ] = None,
    map_: options.Map = None,
    map_other: Annotated[
        list[str] | None,
        typer.Option("--map-other", metavar="HEADER=FIELD", help="What a column of the other list holds."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Say how many rows of a list are people of another list, how sure that is, and how many are new.

    **Examples**

    ```
    matchprep overlap donors.csv members.csv
    matchprep overlap donors.csv members.csv -o both --json
    ```
    """
    with faults_in_words(as_json=as_json):
        request = Request(
            people=people,
            reference=other,
            out=folder,
            reading=Reading(choices=tuple(map_ or ())),
            reference_reading=Reading(choices=tuple(map_other or ())),
        )
        with progress(quiet=as_json) as on_stage:
            document = _document(walk(request, on_stage=on_stage))
        print_json(document) if as_json else out.print(Padding(_said(document), (1, 0, 1, 2)))


def _document(report: RunReport) -> dict[str, Any]:
    match, forecast = report.match, report.forecast
    if match is None or forecast is None:
        why = report.no_forecast.reason if report.no_forecast else "they could not be compared"
        raise ReferenceIndexError(f"nothing can be said of the overlap: {why}")
    return {
        "command": "overlap",
        "list": {"file": report.source.file, "rows": match.rows},
        "other": {
            "file": report.reference.file if report.reference else None,
            "rows": match.reference_rows,
        },
        "shared": {
            "rows": forecast.expected_matches,
            "low": forecast.low_matches,
            "high": forecast.high_matches,
            "level": forecast.level,
            "people": forecast.unique_matches,
        },
        "named": {"rows": match.matched, "people": match.matched - match.duplicates},
    }


def _said(document: dict[str, Any]) -> Text:
    mine, other, shared = document["list"], document["other"], document["shared"]
    rows, part = mine["rows"], share(shared["rows"], mine["rows"])
    sure = percent(shared["level"])
    people = shared["people"] if shared["people"] is not None else shared["rows"]
    return Text.assemble(
        (f"About {count(shared['rows'])} of {count(rows)} rows ({percent(part)}) are in both", "bold"),
        f"\n{count(shared['low'])} to {count(shared['high'])}, with a probability of {sure}"
        f"\n{count(rows - shared['rows'])} rows of {shown(mine['file'])} are not in {shown(other['file'])}"
        f"\n{percent(share(people, other['rows']))} of the {count(other['rows'])} rows of"
        f" {shown(other['file'])} are in {shown(mine['file'])}"
        f"\n{count(document['named']['rows'])} rows can be told for sure enough",
    )
