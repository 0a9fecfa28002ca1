"""The arguments and options that several commands share, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from matchprep.errors import UsageError
from matchprep.intake import Reading
from matchprep.normalize.date_order import Order

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
        help="Known people to match against: a file, such as a voter file, or an index of one.",
    ),
]
AnyReference = Annotated[
    Path | None,
    typer.Option(
        "--reference",
        "-r",
        metavar="FILE",
        help="A file of known people to match against; without one, a judgment from the list alone.",
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
Sheet = Annotated[
    str | None, typer.Option(metavar="NAME", help="The sheet of a workbook, or the file in an archive.")
]
NoHeader = Annotated[bool, typer.Option("--no-header", help="The first row is a person already, no header.")]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="The encoding of a text file, where the guess is wrong.")
]
Delimiter = Annotated[
    str | None,
    typer.Option(metavar="CHARACTER", help="What stands between values, where the guess is wrong."),
]
Dates = Annotated[
    Literal["mdy", "dmy", "ymd"] | None,
    typer.Option(help="The order of day, month and year in dates of birth, where the guess is wrong."),
]
Profile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="One of the provider's ways to take a file; see `matchprep providers ID`."
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        metavar="P",
        help="Take as many matches as there can be for a share of P of them to be right, such as 0.99.",
    ),
]
MaxMatches = Annotated[
    int,
    typer.Option(metavar="N", help="People named for each matched row at most, the best first; 1 to 10."),
]
OneToOne = Annotated[
    bool, typer.Option("--one-to-one", help="Match each person of the reference to one row at most.")
]
Refit = Annotated[
    bool,
    typer.Option("--refit/--no-refit", help="Learn the weights anew on this list, or use those shipped."),
]
Labels = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Learn from rows known for certain: a CSV of `row_id` and `reference_id`, blank for nobody.",
    ),
]
Exclude = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="People who must not be contacted: rows that are, or may be, one of them are set aside.",
    ),
]
Duplicates = Annotated[
    Literal["keep", "merge"],
    typer.Option(help="Keep rows that repeat a person, or merge them: the fullest row stays."),
]
Worklist = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write which rows to mend first, and what that would bring, as CSV."),
]
Coverage = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WHAT",
        help="What the reference is of the provider's universe: `whole` (assumed where nothing is said),"
        " `CA`, `state:CA,NY`, `sample:0.05`, `vintage:2024-11`, or several with `+`.",
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")
]


Params = Annotated[
    list[str] | None,
    typer.Option(
        "--param", metavar="NAME=VALUE", help="A parameter of the call that sends it. May be repeated."
    ),
]


def given_params(params: list[str] | None) -> dict[str, str]:
    """Read parameters of a provider's call.

    Args:
        params: `NAME=VALUE`, as often as given.

    Returns:
        Name to value.

    Raises:
        UsageError: One has no name.
    """
    pairs = [one.partition("=") for one in params or ()]
    for name, separator, _ in pairs:
        if not separator or not name:
            raise UsageError(
                "a parameter is written name=value",
                where="--param",
                hint="As in --param filename=donors_may.",
            )
    return {name: value for name, _, value in pairs}


def reading(
    map_: list[str] | None,
    sheet: str | None,
    no_header: bool,
    encoding: str | None,
    delimiter: str | None,
    dates: Order | None = None,
) -> Reading:
    """Gather the options that say how a list shall be read.

    Args:
        map_: `HEADER=FIELD`, as often as given.
        sheet: The sheet of a workbook.
        no_header: The first row is a person already.
        encoding: The encoding of a text file.
        delimiter: The delimiter of a text file; `tab` stands for that character.
        dates: The order of day, month and year.

    Returns:
        The same for the pipeline.
    """
    written = "\t" if delimiter == "tab" else delimiter
    return Reading(
        choices=tuple(map_ or ()),
        sheet=sheet,
        header=not no_header,
        encoding=encoding,
        delimiter=written,
        dates=dates,
    )
