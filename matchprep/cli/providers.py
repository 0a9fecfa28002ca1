"""`matchprep providers`: what each provider accepts, in words."""

from __future__ import annotations

from typing import Annotated

import typer

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json


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
        from matchprep.report.rules import overview, print_overview, print_provider  # noqa: PLC0415
        from matchprep.rulebook import list_providers, load_rules  # noqa: PLC0415 - as in the other commands

        if provider is None:
            rules = [load_rules(name) for name in list_providers()]
            print_json(overview(rules)) if as_json else print_overview(rules, out)
        else:
            one = load_rules(provider)
            print_json(one.model_dump(mode="json", exclude_none=True)) if as_json else print_provider(one, out)
