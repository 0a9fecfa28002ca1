"""`matchprep lookup`: what a provider can be asked before, and besides, a submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.table import Table

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json
from matchprep.cli.facts import facts_table, plain, written
from matchprep.cli.sandbox import sandbox_for
from matchprep.pipeline.asking import Found, known_look_ups, look_up
from matchprep.providers import LookUp

#: So many entries are shown when nobody says how many.
SHOWN = 50
#: One entry of so few facts still stands as a table's only line.
_FEW = 4
_TERM = {"search": "[TERM]", "filter": "[TERM]", "id": "ID", "number": "ID"}


def lookup(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="Whom to ask.")],
    what: Annotated[
        str | None, typer.Argument(metavar="[WHAT]", help="What to look up; what there is, when left out.")
    ] = None,
    term: Annotated[
        str | None, typer.Argument(metavar="[TERM]", help="What to search for, or the id of the one thing.")
    ] = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, help="So many entries at the most; 0 for all.")
    ] = SHOWN,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Ask a local server that plays the provider; no account needed.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Look up what a provider offers: interests, places, columns, credits, audiences.

    Nothing is changed and nothing costs. Without WHAT, it lists what can be looked up.

    Exit codes: 0 found or not, 2 usage or settings, 3 the provider, 4 a fault of matchprep.

    **Examples**

    ```
    matchprep lookup statsocial
    matchprep lookup statsocial affinities "running shoes" --limit 20
    matchprep lookup statsocial credits --sandbox
    matchprep lookup iqm data-partners --json
    ```
    """
    with faults_in_words(as_json=as_json):
        if what is None:
            known = known_look_ups(provider)
            if as_json:
                print_json(
                    [{"what": name, "says": one.says, "takes": one.takes} for name, one in known.items()]
                )
            else:
                print_known(provider, known)
            return
        known_look_ups(provider)  # refuses before a sandbox is started
        with sandbox_for(provider) if sandbox else nullcontext() as address:
            found = look_up(provider, what, term, most=limit or None, sandbox=address)
        if as_json:
            print_json({"what": found.name, "entries": list(found.entries), "more": found.more})
        else:
            print_found(found)


def print_known(provider: str, known: Mapping[str, LookUp]) -> None:
    """Print what can be looked up, one a line.

    Args:
        provider: The provider's id.
        known: Its look-ups, by name.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim underline")
    table.add_column("What", no_wrap=True)
    table.add_column("Takes", no_wrap=True)
    table.add_column("What it gives")
    for name, one in known.items():
        table.add_row(plain(name.replace(" ", "-")), plain(_TERM[one.takes]), plain(one.says))
    out.print()
    out.print(Padding(table, (0, 0, 1, 2)))
    out.print(
        plain(f"  As in: matchprep lookup {provider} {next(iter(known)).replace(' ', '-')}"), style="dim"
    )


def print_found(found: Found) -> None:
    """Print what was found: one thing by its facts, several as a table.

    Args:
        found: What was found.
    """
    if not found.entries:
        out.print("  Nothing was found.")
        return
    several = len(found.entries) > 1 or len(found.entries[0]) <= _FEW
    table = _table(found.entries) if several else facts_table(found.entries[0])
    out.print()
    out.print(Padding(table, (0, 0, 1, 2)))
    if found.more:
        out.print(f"  The first {len(found.entries)}; there are more: --limit 0 shows all.", style="dim")


def _table(entries: Sequence[Mapping[str, Any]]) -> Table:
    """Set entries below one another, a column for each name that any of them has."""
    names = list(dict.fromkeys(name for one in entries for name in one))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim underline")
    for place, name in enumerate(names):
        table.add_column(plain(name), overflow="fold", no_wrap=place == 0)
    for one in entries:
        table.add_row(*(plain(written(one[name]) if name in one else "") for name in names))
    return table
