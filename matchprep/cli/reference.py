"""`matchprep reference`: a reference kept ready, to be matched against again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json, progress
from matchprep.match import IndexFacts, ReferenceIndex, is_stale, read_facts
from matchprep.pipeline import build_reference, update_reference

reference = typer.Typer(
    name="reference",
    help="Keep a reference ready as an index: `--reference` takes it in place of the file.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
)

Index = Annotated[Path, typer.Argument(metavar="INDEX", help="The folder of the index.")]
Known = Annotated[
    Path, typer.Argument(metavar="FILE", help="The known people, such as a voter file: CSV, Parquet, ...")
]
Folder = Annotated[
    Path, typer.Option("--out", "-o", metavar="INDEX", help="The folder of the index; made, or replaced.")
]
From = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="The file, where it is no longer where it was."),
]


@reference.command()
def build(
    people: Known,
    folder: Folder,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    as_json: options.Json = False,
) -> None:
    """Normalize a reference once and keep all that matching asks of it.

    The index is a folder of Arrow files and `index.json`. It appears whole or not at all, many runs may read
    it at once, and a match reads only what it needs of it. It holds people in clear text, as the file does.

    **Examples**

    ```
    matchprep reference build voters.csv -o voters.index
    matchprep match members.csv --reference voters.index -o out
    ```
    """
    with faults_in_words(as_json=as_json):
        reading = options.reading(map_, sheet, no_header, encoding, delimiter)
        with progress(quiet=as_json) as on_stage:
            facts = build_reference(people, folder, reading, on_stage=on_stage)
        _say(facts, folder, as_json=as_json, built=True)


@reference.command()
def info(index: Index, as_json: options.Json = False) -> None:
    """Tell what an index holds: its file, rows, fields and blocks; no values.

    **Examples**

    ```
    matchprep reference info voters.index
    ```
    """
    with faults_in_words(as_json=as_json):
        _say(read_facts(index), index, as_json=as_json)


@reference.command()
def update(index: Index, people: From = None, as_json: options.Json = False) -> None:
    """Build an index anew if its file has changed, or matchprep has; else leave it as it is.

    **Examples**

    ```
    matchprep reference update voters.index
    ```
    """
    with faults_in_words(as_json=as_json):
        with progress(quiet=as_json) as on_stage:
            facts, built = update_reference(index, people, on_stage=on_stage)
        _say(facts, index, as_json=as_json, built=built)


@reference.command()
def verify(index: Index, as_json: options.Json = False) -> None:
    """Hold every file of an index against its digest, and its source against what it was.

    Exit codes: 0 whole and up to date, 1 damaged, stale or of another version.

    **Examples**

    ```
    matchprep reference verify voters.index
    ```
    """
    with faults_in_words(as_json=as_json):
        opened = ReferenceIndex.open(index)
        opened.verify()
        _say(opened.facts, index, as_json=as_json)


def _say(facts: IndexFacts, index: Path, *, as_json: bool, built: bool | None = None) -> None:
    document = _document(facts, index) | ({} if built is None else {"built": built})
    print_json(document) if as_json else _print(facts, index, built=built)


def _document(facts: IndexFacts, index: Path) -> dict[str, Any]:
    return {
        "command": "reference",
        "index": str(index),
        "version": facts.version,
        "current": facts.is_current,
        "stale": is_stale(facts),
        "made_by": facts.made_by,
        "source": {name: facts.source.get(name) for name in ("name", "size_bytes", "sha256")},
        "rows": facts.rows,
        "size_bytes": facts.size_bytes,
        "filled": dict(facts.filled),
        "blocks": dict(facts.blocks),
    }


def _print(facts: IndexFacts, index: Path, *, built: bool | None) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("Made of", Text(f"{facts.source.get('name')}, {facts.rows:,} people"))
    filled = [f"{name} {count / facts.rows:.0%}" for name, count in facts.filled.items() if count]
    table.add_row("Filled", Text(", ".join(filled)))
    common = sum(one["too_common"] for one in facts.blocks.values())
    keys = sum(one["keys"] for one in facts.blocks.values())
    table.add_row("Blocks", f"{keys:,} keys of {len(facts.blocks)} rules; {common:,} too common")
    state = "up to date" if facts.is_current and not is_stale(facts) else "out of date"
    table.add_row("State", {None: state, True: "built", False: f"{state}; left as it was"}[built])
    table.add_row("Index", Text(f"{index} ({facts.size_bytes / 1e6:,.0f} MB)", style="bold"))
    out.print()
    out.print(Padding(table, (0, 0, 1, 2)))
