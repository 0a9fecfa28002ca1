"""`matchprep map`: the provider's own mapping document, proposed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, json_text, print_json, progress
from matchprep.files import write_text
from matchprep.pipeline import Request, propose
from matchprep.propose import Proposal

File = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="FILE", help="Write the document there, values and all; readable by you only."
    ),
]


def map_columns(
    people: options.List,
    provider: options.Provider,
    file: File = None,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    profile: options.Profile = None,
    as_json: options.Json = False,
) -> None:
    """Propose the document that tells the provider which column is what, and say why it is so.

    Matchbook: `columnSelections`. IQM: `columns`, `columnSettings`, `metadata` and the fields beside them.
    TargetSmart and DigitalAudience: the header each column must have. StatSocial: the upload and its type.
    Columns are required only where they must be, so that most rows are usable. IQM asks for the first
    values of each column: they stand in FILE and are masked on the screen.

    **Examples**

    ```
    matchprep map donors.csv --provider matchbook
    matchprep map donors.csv --provider iqm -o iqm-upload.json
    ```
    """
    with faults_in_words(as_json=as_json):
        reading = options.reading(map_, sheet, no_header, encoding, delimiter)
        request = Request(people=people, provider=provider, reading=reading, profile=profile)
        with progress(quiet=as_json) as on_stage:
            proposal = propose(request, on_stage=on_stage)
        if file is not None:
            write_text(file, json_text(proposal.document))
        if as_json:
            print_json(
                {
                    "provider": provider,
                    "profile": proposal.way.profile,
                    "rows": {"read": proposal.rows, "usable": proposal.way.usable},
                    "document": proposal.shown,
                    "explanation": proposal.explanation,
                    "out": str(file) if file else None,
                }
            )
        else:
            _print(proposal, file)


def _print(proposal: Proposal, file: Path | None) -> None:
    sys.stdout.write(json_text(proposal.shown))
    sys.stdout.write("\n" + "".join(f"- {one}\n" for one in proposal.explanation))
    if file is not None:
        sys.stdout.write(f"\nWritten to {file}\n")
