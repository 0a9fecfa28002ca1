"""Addresses of the United States: their parts as usaddress labels them, their forms as the USPS writes them.

The labels are those of usaddress's own model, on every address, but found without its loop over addresses:
the model sees a token only as one of some hundred classes, so each distinct sequence of classes is labelled
once and remembered. The forms are those of USPS Publication 28; its tables are in `usps.yaml`, where
spellings can be added.
"""

from __future__ import annotations

from functools import partial

import polars as pl

from matchprep.normalize.address.components import components
from matchprep.normalize.address.display import address_display
from matchprep.normalize.address.postal import postal
from matchprep.normalize.address.tagger import address_tagger

__all__ = [
    "COMPONENTS",
    "FULL_ADDRESS",
    "STREET_ADDRESS",
    "address_components",
    "address_display",
    "full_address",
    "street_address",
]

_LINE = ("address", "house_number", "street", "unit", "po_box")
_PLACE = ("city", "state", "zip", "zip4")

#: What `street_address` gives.
STREET_ADDRESS = pl.Struct(dict.fromkeys(_LINE, pl.String))
#: What `full_address` gives.
FULL_ADDRESS = pl.Struct(dict.fromkeys((*_LINE, *_PLACE), pl.String))
#: What `address_components` gives.
COMPONENTS = pl.Struct(
    dict.fromkeys((*address_tagger().components.columns, "address_type"), pl.String)
    | {"repeated": pl.Boolean}
)

# Each reader is one object, so that Polars can tell equal expressions.
_components = partial(components, tagger=address_tagger(), dtype=COMPONENTS)
_street = partial(postal, tagger=address_tagger(), dtype=STREET_ADDRESS, whole=False)
_full = partial(postal, tagger=address_tagger(), dtype=FULL_ADDRESS, whole=True)


def address_components(expr: pl.Expr) -> pl.Expr:
    """Split addresses into the components of usaddress, exactly as `usaddress.tag` does.

    Args:
        expr: Addresses: a street line, or the whole address in one line.

    Returns:
        A struct: one string a label of usaddress in snake case (`address_number`, `street_name`, ...; those
        of the second street of a corner begin with `second_`); `address_type` (`Street Address`, `PO Box`,
        `Intersection`, `Ambiguous`); `repeated`, true where usaddress raises `RepeatedLabelError`, and then
        all else is null.

    Nulls: null gives null; an empty address has no components and is `Ambiguous`.
    Source: usaddress, `tag`.
    """
    return expr.map_batches(_components, return_dtype=COMPONENTS, is_elementwise=True)


def street_address(expr: pl.Expr) -> pl.Expr:
    """Write the street line of addresses as the USPS does, whole and in parts.

    Args:
        expr: Street lines; a city and what follows it are left out where they are written there.

    Returns:
        A struct of strings: `address` (`123 N MAIN ST APT 4`), `house_number` (`123`), `street` (`N MAIN
        ST`), `unit` (`APT 4`), `po_box` (`12` of `PO BOX 12`). On rural routes and in military units, the box
        is the house number and the route the street (`18` and `RR 2` of `RR 2 BOX 18`).

        Every letter and digit of the line is in one of them, but for what is left out where there is a
        street: recipients (`c/o John Smith`), names of buildings and landmarks, `corner of`, a route or
        military unit beside the street, city, state, ZIP and country; what usaddress says is no address;
        and the words for a box, which is `PO BOX` or `BOX` however it was written.

    Nulls: a part that is not there is null; so is all of an empty address.
    Source: USPS Publication 28, Postal Addressing Standards.
    """
    return expr.map_batches(_street, return_dtype=STREET_ADDRESS, is_elementwise=True)


def full_address(expr: pl.Expr) -> pl.Expr:
    """Write addresses in one line as the USPS does, whole and in parts, down to the ZIP+4.

    Args:
        expr: Addresses: street line, city, state, ZIP.

    Returns:
        The struct of `street_address`, and `city` (upper-case), `state` (two letters), `zip`, `zip4`.

    Nulls: a part that is not there, a state that is none and a ZIP that is none are null.
    Source: USPS Publication 28, Postal Addressing Standards.
    """
    return expr.map_batches(_full, return_dtype=FULL_ADDRESS, is_elementwise=True)
