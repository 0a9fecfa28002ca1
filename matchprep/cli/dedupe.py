"""`matchprep dedupe`: which rows of one list are the same person."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.padding import Padding
from rich.table import Table

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, json_text, out, print_json, progress
from matchprep.fields import Field
from matchprep.files import write_text
from matchprep.intake import Prepared, prepare
from matchprep.match import Groups, dedupe_people
from matchprep.pipeline import Request, workspace
from matchprep.report import write_duplicates
from matchprep.results import versions, write_csv, write_rejects
from matchprep.tables import ROW_ID

Threshold = Annotated[
    float | None,
    typer.Option(metavar="P", help="Probability from which two rows speak for one person; 0.5 by default."),
]


def dedupe(
    people: options.List,
    folder: options.Out,
    threshold: Threshold = None,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    as_json: options.Json = False,
) -> None:
    """Group the rows of one list by person; no provider, no reference.

    Writes into DIR: `people.csv` (every row: `row_id`, the list's own id or else the row number, and
    `person`, a number that rows of one person share), `rejects.csv` (lines that could not be read),
    `report.html` and `report.json`, counts only.

    **Examples**

    ```
    matchprep dedupe members.csv -o out
    matchprep dedupe members.csv -o out --threshold 0.9 --map "Born=dob"
    ```
    """
    with faults_in_words(as_json=as_json):
        request = Request(
            people=people, out=folder, reading=options.reading(map_, sheet, no_header, encoding, delimiter)
        )
        with progress(quiet=as_json) as on_stage, workspace(request) as room:
            began = time.perf_counter()
            on_stage("read the list")
            listed = prepare(people, request.reading, room / "list.parquet")
            on_stage("group its rows by person")
            groups = dedupe_people(listed.kept, threshold=threshold)
            on_stage("write the files")
            report = _document(listed, groups, time.perf_counter() - began)
            outbox = room / "outbox"
            outbox.mkdir(mode=0o700)
            _write(listed, groups, report, outbox)
            for file in sorted(outbox.iterdir()):
                file.replace(folder / file.name)
        print_json(report) if as_json else _print(groups, folder)


def _write(listed: Prepared, groups: Groups, report: dict[str, Any], outbox: Path) -> None:
    table = groups.people.lazy()
    if Field.ID in listed.kept.collect_schema():
        ids = listed.kept.select(ROW_ID, pl.col(Field.ID).alias("own"))
        own = pl.coalesce("own", pl.col(ROW_ID).cast(pl.String)).alias(ROW_ID)
        table = table.join(ids, on=ROW_ID, how="left", maintain_order="left").with_columns(own).drop("own")
    write_csv(table, outbox / "people.csv")
    write_rejects(None, listed.people.unread, outbox / "rejects.csv")
    write_text(outbox / "report.json", json_text(report))
    write_duplicates(listed.people, groups, outbox / "report.html")


def _document(listed: Prepared, groups: Groups, seconds: float) -> dict[str, Any]:
    facts = listed.people.facts
    return {
        "report": 1,
        "command": "dedupe",
        "source": {
            "file": facts.name,
            "size_bytes": facts.size_bytes,
            "sha256": facts.sha256,
            "assumptions": facts.assumptions,
        },
        "rows": {"read": facts.rows, "grouped": groups.rows, "unread": listed.people.unread.height},
        "understood": dict(listed.columns.mapping),
        "persons": groups.persons,
        "duplicates": groups.duplicates,
        "persons_by_rows": groups.sizes,
        "pairs": {
            "compared": groups.candidates,
            "expected_same_person": groups.expected_pairs,
            "parted_by_their_company": groups.parted,
        },
        "threshold": groups.threshold,
        "blocking": [
            {"rule": one.rule, "pairs": one.pairs, "keys": one.keys, "too_common": one.too_common}
            for one in groups.blocking
        ],
        "versions": versions(),
        "seconds": round(seconds, 3),
    }


def _print(groups: Groups, folder: Path) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    several = sum(count for rows, count in groups.sizes.items() if rows > 1)
    table.add_row("Rows", f"{groups.rows:,}")
    table.add_row("Persons", f"{groups.persons:,}")
    table.add_row("Duplicates", f"{groups.duplicates:,} rows beyond the first of their person")
    table.add_row("Written twice", f"{several:,} persons, up to {max(groups.sizes):,} rows each")
    table.add_row("Written", f"{folder / 'people.csv'}")
    table.add_row("Report", f"{folder / 'report.html'}")
    out.print()
    out.print(Padding(table, (0, 0, 1, 2)))
