"""`matchprep providers`: what each provider accepts, in words."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json
from matchprep.rulebook import ProviderRules, describe, list_providers, load_rules


def providers(
    provider: Annotated[str | None, typer.Argument(metavar="[ID]", help="One provider, in full.")] = None,
    as_json: options.Json = False,
) -> None:
    """Say what the providers accept: fields, formats, file limits.

    **Examples**

    ```
    matchprep providers
    matchprep providers iqm
    ```
    """
    with faults_in_words(as_json=as_json):
        if provider is None:
            known = [load_rules(name) for name in list_providers()]
            if as_json:
                print_json([{"id": one.provider, "name": one.name, "about": one.about} for one in known])
            else:
                print_overview(known)
        else:
            rules = load_rules(provider)
            if as_json:
                print_json(rules.model_dump(mode="json", exclude_none=True, by_alias=True))
            else:
                print_provider(rules)


def print_overview(known: list[ProviderRules]) -> None:
    """Print one line a provider.

    Args:
        known: The providers.
    """
    table = Table(box=None, padding=(0, 2, 1, 0), header_style="dim underline")
    table.add_column("Id", style="bold")
    table.add_column("Provider")
    table.add_column("What it does")
    for one in known:
        table.add_row(one.provider, one.name, one.about)
    out.print()
    out.print(Padding(table, (0, 0, 0, 2)))
    out.print(Text("  matchprep providers ID tells all that one accepts.", style="dim"))


def print_provider(rules: ProviderRules) -> None:
    """Print all that one provider accepts.

    Args:
        rules: The provider.
    """
    out.print()
    out.print(Padding(Text(rules.name, style="bold"), (0, 0, 0, 2)))
    for section in describe(rules):
        out.print(Padding(Text(section.title, style="bold underline"), (1, 0, 0, 2)))
        lines = Table.grid(padding=(0, 1, 0, 0))
        for line in section.lines:
            lines.add_row("-", Text(line))
        out.print(Padding(lines, (0, 0, 0, 2)))
