"""The arguments and options that several commands share, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

List = Annotated[
    Path,
    typer.Argument(
        metavar="LIST", help="The people list: CSV, TSV, Parquet, XLSX, ... (`-`: standard input)."
    ),
]
Provider = Annotated[
    str,
    typer.Option(
        "--provider", "-p", metavar="ID", help="Who the file is for; `matchprep providers` lists them."
    ),
]
Reference = Annotated[
    Path,
    typer.Option(
        "--reference",
        "-r",
        metavar="FILE",
        help="A file of known people to match against, such as a voter file.",
    ),
]
Out = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write into; made if missing.")
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="HEADER=FIELD",
        help="What a column holds, where the guess is wrong; `HEADER=` leaves it out. May be repeated.",
    ),
]
ReferenceMap = Annotated[
    list[str] | None,
    typer.Option("--map-reference", metavar="HEADER=FIELD", help="The same for a column of the reference."),
]
Profile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="One of the provider's ways to take a file; see `matchprep providers ID`."
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")
]
