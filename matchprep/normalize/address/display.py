"""The display form of addresses: as people write them on an envelope, not in the capitals of the USPS.

Steps of `address_display`, word by word, in this order:

1. Directionals (`NW`), routes (`RR`, `US`), military units (`PSC`), boxes (`PO`), initials and numbers with
   letters behind them (`4B`) stay in capitals.
2. Ordinals are in lower case (`4th`).
3. All else begins with a capital, and goes on with one after a hyphen, an apostrophe, a slash and `Mc`.
"""

from __future__ import annotations

from itertools import chain

import polars as pl

from matchprep.normalize.address.usps import standard_forms

_ABBREVIATIONS = ("APO", "CMR", "DPO", "FM", "FPO", "PH", "PO", "PSC", "US")
_ORDINAL = r"^[0-9]*(?:1ST|2ND|3RD|[0-9]TH)$"
_MIXED = r"^(?:[0-9]+[A-Z]+|[A-Z][0-9].*|[A-Z])$"


def address_display(expr: pl.Expr) -> pl.Expr:
    """Write an address for people to read.

    Args:
        expr: Street lines or cities, as `street_address` gives them.

    Returns:
        The same words in capitals and small letters.

    Nulls: null stays null.

    Example:
        >>> pl.select(address_display(pl.lit("12 NW MCKAY 4TH ST APT 4B"))).item()
        '12 NW McKay 4th St Apt 4B'
    """
    word = pl.element()
    upper = word.str.to_uppercase()
    capitals = upper.is_in(_capitals()) | upper.str.contains(_MIXED)
    mc = upper.str.contains("^MC[A-Z]{3,}$")
    title = word.str.to_titlecase()
    written = (
        pl.when(upper.str.contains(_ORDINAL))
        .then(word.str.to_lowercase())
        .when(capitals)
        .then(upper)
        .when(mc)
        .then(pl.lit("Mc") + word.str.slice(2).str.to_titlecase())
        .otherwise(title)
    )
    # NOTE: in small letters this one is two characters, and what follows the second would begin a word.
    dotless = expr.str.replace_all("İ", "I", literal=True)
    return dotless.str.split(" ").list.eval(written).list.join(" ")


def _capitals() -> list[str]:
    tables = (standard_forms(table).values() for table in ("directionals", "routes"))
    return sorted({*_ABBREVIATIONS, *chain.from_iterable(tables)})
