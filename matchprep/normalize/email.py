"""Email addresses.

Steps of `email`, in this order:

1. `blank_to_null`, lower-case.
2. `mailto:` goes, and the address is taken out of `Name <address>`.
3. Quotes, commas and semicolons around it go, and dots behind it.
4. One @; before it 1 to 64 characters, dots only between others, a letter or digit among them; after it
   labels of letters, digits and inner hyphens, the last one of two letters or more; 254 in all.

An address is never corrected: `typo_suggestion` says what was probably meant. What providers do to an
address before they hash it is no part of its meaning: see `EMAIL_FORMS` in `hashes`.

Source: RFC 5321 for lengths; the forms people really have, not all that RFC 5322 admits.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from matchprep.files import package_table
from matchprep.normalize.gate import gated, looked_up
from matchprep.normalize.text import blank_to_null, empty_to_null

_ATEXT = r"[\p{L}\p{M}\p{N}!#$%&'*+/=?^_{|}~`-]"
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?"
_ADDRESS = rf"^{_ATEXT}+(?:\.{_ATEXT}+)*@(?:{_LABEL}\.)+(?:\p{{L}}[\p{{L}}\p{{M}}]+|xn--[a-z0-9-]+)$"
# NOTE: at most 64 characters before the @: three runs of 20 at most, and what joins them.
_PLAIN = (
    r"^[a-z0-9]{1,20}(?:[._+-][a-z0-9_]{1,20}){0,2}@(?:[a-z0-9]{1,30}[.-]){0,3}[a-z0-9]{1,30}\.[a-z]{2,24}$"
)


def email(expr: pl.Expr) -> pl.Expr:
    """Read an email address.

    Args:
        expr: Address as written.

    Returns:
        The address in lower case.

    Nulls: null stays null; null where it is not readable as an address.

    Example:
        >>> pl.select(email(pl.lit("Pat <Pat.Doe@Example.com>"))).item()
        'pat.doe@example.com'
    """
    return empty_to_null(gated(expr.str.strip_chars(" ").str.to_lowercase(), _read, unless=_PLAIN))


def _read(text: pl.Expr) -> pl.Expr:
    address = (
        blank_to_null(text)
        .str.to_lowercase()
        .str.replace(r"^.*<([^<>]*)>$", "$1")
        .str.replace(r"^mailto: ?", "")
    )
    address = address.str.strip_chars_start(" ,;:\"'<>").str.strip_chars_end(" .,;:\"'<>")
    local = address.str.extract(r"^([^@]*)@", 1)
    good = (
        address.str.contains(_ADDRESS)
        & local.str.contains(r"[\p{L}\p{N}]")
        & (local.str.len_bytes() <= 64)
        & (address.str.len_bytes() <= 254)
    )
    return pl.when(good).then(address).otherwise(pl.lit(""))


def email_domain(expr: pl.Expr) -> pl.Expr:
    """Take the domain out of an email address.

    Args:
        expr: Address, as `email` gives it.

    Returns:
        What stands behind the @.

    Nulls: null stays null; null where nothing stands there.
    """
    return expr.str.extract(r"@(.+)$", 1)


def is_role(expr: pl.Expr) -> pl.Expr:
    """Say whether an address belongs to an office, such as `info@`, and not to a person.

    Args:
        expr: Address, as `email` gives it.

    Returns:
        True or false.

    Nulls: null stays null.
    """
    return expr.str.extract(r"^([^@+]*)", 1).is_in(_facts()["roles"])


def is_disposable(expr: pl.Expr) -> pl.Expr:
    """Say whether an address is of a service that gives addresses to throw away.

    Args:
        expr: Address, as `email` gives it.

    Returns:
        True or false.

    Nulls: null stays null.
    """
    return email_domain(expr).is_in(_facts()["disposable"])


def typo_suggestion(expr: pl.Expr) -> pl.Expr:
    """Suggest the address that was meant where the domain is a known slip.

    Args:
        expr: Address, as `email` gives it.

    Returns:
        Another address.

    Nulls: null where nothing is suggested.

    Example:
        >>> pl.select(typo_suggestion(pl.lit("pat@gmial.com"))).item()
        'pat@gmail.com'
    """
    meant = looked_up(email_domain(expr), _typos())
    return expr.str.extract(r"^([^@]*@)", 1) + meant


@cache
def _facts() -> Mapping[str, list[str]]:
    table = _table()
    return {kind: str(table[kind]).split() for kind in ("roles", "disposable")}


@cache
def _typos() -> Mapping[str, str]:
    typos = _table()["typos"]
    if not isinstance(typos, dict):
        return {}
    return {typo: meant for meant, written in typos.items() for typo in str(written).split()}


def _table() -> Mapping[str, object]:
    table: Mapping[str, object] = package_table("matchprep.normalize", "data/emails.yaml")
    return table
