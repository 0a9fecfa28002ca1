"""`matchprep prepare`: a clean list, without a provider."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json, progress
from matchprep.prepare import PreparedFile, prepare_people


class Digest(StrEnum):
    """What `--hash` takes."""

    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"


File = Annotated[
    Path, typer.Option("--out", "-o", metavar="FILE", help="The file to write: .csv, .parquet or .xlsx.")
]
Layout = Annotated[
    Literal["beside", "in-place", "only"],
    typer.Option(
        help="Normalized columns beside the originals, in their place, or only the normalized ones."
    ),
]
Components = Annotated[
    bool,
    typer.Option("--components", help="Add one column a part of address, phone, name and date of birth."),
]
Hash = Annotated[
    list[Digest] | None,
    typer.Option("--hash", help="Add a column with this digest of email and phone. May be repeated."),
]
Region = Annotated[
    str,
    typer.Option(metavar="CODE", help="Where phone numbers without a country code are dialed: two letters."),
]


def prepare(
    people: options.List,
    file: File,
    columns: Layout = "beside",
    components: Components = False,
    hashes: Hash = None,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    dates: options.Dates = None,
    region: Region = "US",
    as_json: options.Json = False,
) -> None:
    """Normalize a list of any size and write it as CSV, Parquet or XLSX; no provider, no reference.

    Rows keep their order. Lines that cannot be read go to `FILE.rejects.csv`; every row read is written or
    set aside there. A value that cannot be understood is empty, and its `<field>_invalid` is true.

    **Columns**, named by the headers of the list alone:

    `--columns beside`: the originals, then `first_name`, `last_name`, `address`, `city`, `state`, `zip`,
    `phone`, `email`, `dob`, `gender`, ... and `<field>_invalid`, for every field the list has. A name that is
    taken by a header of the list, in any case, gets `_clean` behind it.

    `--columns in-place`: the list's own headers, their values normalized.

    `--columns only`: `row_id` (1 is the first row of the list), then the normalized fields. As Parquet it is
    known to be clean when it is read again.

    `--components` adds the labels of usaddress (`address_number`, `street_name_pre_directional`,
    `street_name`, `street_name_post_type`, `occupancy_identifier`, ...), `address_type`, `address_repeated`
    and `address_display` (`12 NW McKay 4th St`); `phone_e164`, `phone_possible`, `phone_valid`;
    `name_prefix`, `first_name`, `middle_name`, `last_name`, `name_suffix`; `dob`, `birth_year`,
    `birth_month`, `birth_day`.

    `--hash sha256` adds `email_sha256` (of the address in lower case) and `phone_sha256` (of E.164, `+` and
    all), in lower-case hex.

    **Examples**

    ```
    matchprep prepare donors.csv -o clean.csv
    matchprep prepare donors.xlsx -o clean.parquet --columns only
    matchprep prepare donors.csv -o clean.xlsx --columns in-place --hash sha256 --map "Cell #=phone"
    ```
    """
    with faults_in_words(as_json=as_json):
        with progress(quiet=as_json) as on_stage:
            prepared = prepare_people(
                people,
                file,
                columns=columns,
                components=components,
                hashes=tuple(one.value for one in hashes or ()),
                reading=options.reading(map_, sheet, no_header, encoding, delimiter, dates),
                region=region,
                on_stage=on_stage,
            )
        print_json(_document(prepared)) if as_json else _print(prepared)


def _document(prepared: PreparedFile) -> dict[str, Any]:
    facts = prepared.facts
    return {
        "command": "prepare",
        "source": {"file": facts.name, "sha256": facts.sha256, "assumptions": facts.assumptions},
        "out": str(prepared.path),
        "rejects": str(prepared.rejects) if prepared.rejects else None,
        "rows": {"read": facts.rows, "written": prepared.rows, "rejected": prepared.rejected},
        "columns": prepared.columns,
        "understood": prepared.understood.mapping,
        "unreadable": prepared.unreadable,
    }


def _print(prepared: PreparedFile) -> None:
    facts = prepared.facts
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    rejects = f", {prepared.rejected:,} set aside" if prepared.rejected else ""
    table.add_row("Rows", f"{facts.rows:,} read, {prepared.rows:,} written{rejects}")
    known = [f"{column} ({field})" for column, field in prepared.understood.mapping.items()]
    table.add_row("Understood", Text(", ".join(known)))
    unread = [f"{count:,} {field}" for field, count in prepared.unreadable.items() if count]
    table.add_row("Not readable", Text(", ".join(unread) or "nothing"))
    for note in facts.assumptions:
        table.add_row("Assumed", Text(note, style="dim"))
    look = f"matchprep inspect {facts.name}: what was mended in the values, and what to look at"
    table.add_row("More", Text(look, style="dim"))
    table.add_row("Written", Text(f"{prepared.path} ({len(prepared.columns)} columns)", style="bold"))
    if prepared.rejects:
        table.add_row("Set aside", Text(str(prepared.rejects)))
    out.print()
    out.print(Padding(table, (0, 0, 1, 2)))
