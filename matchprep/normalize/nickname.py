"""Nicknames and spellings of given names brought to one canonical name.

The table is `data/nicknames.yaml`; anyone may add a line to it.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from matchprep.files import package_table
from matchprep.normalize.gate import looked_up


@cache
def nicknames() -> dict[str, str]:
    """Read the table of nicknames.

    Returns:
        Folded nickname or spelling -> folded canonical name; canonical names themselves are not in it.
    """
    lines: dict[str, str] = package_table("matchprep.normalize", "data/nicknames.yaml")
    return {short: name for name, shorts in lines.items() for short in shorts.split()}


def nickname(expr: pl.Expr) -> pl.Expr:
    """Bring a folded given name to its canonical name.

    Args:
        expr: A given name in match form, as `fold` gives it.

    Returns:
        The canonical name where the table knows one, and else the name itself.

    Nulls: null stays null.

    Example:
        >>> pl.select(nickname(pl.lit("BOBBY"))).item()
        'ROBERT'
    """
    return looked_up(expr, nicknames(), others=True)
