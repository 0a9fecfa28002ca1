"""United States postal addresses: their parts as usaddress labels them, their forms as the USPS writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

import polars as pl
import usaddress
import yaml

from matchprep.normalize.address.components import components
from matchprep.normalize.address.tagger import address_tagger

LABELS = tuple(usaddress.LABELS)
COMPONENTS = pl.Struct(
    {name: pl.String for name in address_tagger().components.columns}
    | {"address_type": pl.String, "repeated": pl.Boolean}
)
STREET_ADDRESS = pl.Struct(dict.fromkeys(("address", "house_number", "street", "unit", "po_box"), pl.String))
FULL_ADDRESS = pl.Struct(
    dict.fromkeys(
        ("address", "house_number", "street", "unit", "po_box", "city", "state", "zip", "zip4"), pl.String
    )
)


@cache
def _forms(section: str) -> Mapping[str, str]:
    table = yaml.safe_load(resources.files(__package__).joinpath("usps.yaml").read_text("utf-8"))[section]
    return {written: form for form, others in table.items() for written in (form, *others)}


def _each(values: pl.Series, read: Callable[[str], dict[str, str | None]], dtype: pl.Struct) -> pl.Series:
    distinct = values.drop_nulls().unique()
    parts = pl.Series([read(value) for value in distinct], dtype=dtype)
    return values.replace_strict(distinct, parts, default=None, return_dtype=dtype)


def _words(value: str, labels: tuple[str, ...]) -> list[tuple[str, str]]:
    tokens = [(re.sub(r"[.,;()]", "", token).upper(), label) for token, label in usaddress.parse(value)]
    return [(token, label) for token, label in tokens if label in labels]


NUMBER = ("AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix")
STREET = tuple(label for label in LABELS if label.startswith("StreetName")) + ("IntersectionSeparator",)
UNIT = ("SubaddressType", "SubaddressIdentifier", "OccupancyType", "OccupancyIdentifier")
BOX = ("USPSBoxGroupType", "USPSBoxGroupID", "USPSBoxType", "USPSBoxID")


def _written(words: list[tuple[str, str]]) -> str | None:
    out = []
    for word, label in words:
        if "Directional" in label:
            out.append(_forms("directionals").get(word, word))
        elif label in {"StreetNamePostType", "StreetNamePreType"}:
            out.append(_forms("suffixes").get(word, word))
        elif label in {"OccupancyType", "SubaddressType"}:
            out.append(_forms("units").get(word, word))
        else:
            out.append(word)
    return " ".join(out) or None


def _street(value: str) -> dict[str, str | None]:
    box = _words(value, ("USPSBoxID",))
    unit = _words(value, UNIT)
    if any(label == "OccupancyType" for _, label in unit):
        unit = [(word, label) for word, label in unit if word != "#"]
    parts = {
        "house_number": _written(_words(value, NUMBER)),
        "street": _written(_words(value, STREET)),
        "unit": _written(unit),
        "po_box": _written(box),
    }
    line = [f"PO BOX {parts['po_box']}" if box else None, parts["house_number"], parts["street"], parts["unit"]]
    return parts | {"address": " ".join(part for part in line if part) or None}


def _full(value: str) -> dict[str, str | None]:
    state = _written(_words(value, ("StateName",)))
    code = re.match(r"(\d{5})(?:-?(\d{4}))?$", _written(_words(value, ("ZipCode", "ZipPlus4"))) or "")
    return _street(value) | {
        "city": _written(_words(value, ("PlaceName",))),
        "state": _forms("states").get(state or ""),
        "zip": code[1] if code else None,
        "zip4": code[2] if code else None,
    }


def address_components(expr: pl.Expr) -> pl.Expr:
    """Split addresses into the components of usaddress, exactly as `usaddress.tag` does.

    Args:
        expr: Addresses, a street line or the whole address in one line.

    Returns:
        A struct: one string a label of usaddress in snake case (`address_number`, `street_name`, ...; those of the second
        street of a corner begin with `second_`); `address_type` (`Street Address`, `PO Box`, `Intersection`, `Ambiguous`);
        `repeated`, true where usaddress raises `RepeatedLabelError`: then every string is null.

    Nulls: null gives null; an empty address has no components and is `Ambiguous`.
    """
    return expr.map_batches(
        lambda s: components(s, address_tagger(), COMPONENTS), return_dtype=COMPONENTS, is_elementwise=True
    )


def street_address(expr: pl.Expr) -> pl.Expr:
    """Write the street line of addresses as the USPS does, whole and in parts."""
    return expr.map_batches(
        lambda s: _each(s, _street, STREET_ADDRESS), return_dtype=STREET_ADDRESS, is_elementwise=True
    )


def full_address(expr: pl.Expr) -> pl.Expr:
    """Write one-line addresses as the USPS does, whole and in parts, down to the ZIP+4."""
    return expr.map_batches(
        lambda s: _each(s, _full, FULL_ADDRESS), return_dtype=FULL_ADDRESS, is_elementwise=True
    )
