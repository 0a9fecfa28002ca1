"""The `people` namespace of Polars expressions, for notebooks: `pl.col("cell").people.phone()`.

The builders people want most, as methods. It is there as soon as matchprep is imported; each method is
documented at the builder of its name in `matchprep.normalize`.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from matchprep.normalize.address import full_address, street_address
from matchprep.normalize.date import birth_date, dob
from matchprep.normalize.date_order import Order
from matchprep.normalize.email import email
from matchprep.normalize.full_name import split_full_name
from matchprep.normalize.hashes import Algorithm, Encoding, hashed
from matchprep.normalize.name import first_name, last_name
from matchprep.normalize.nickname import nickname
from matchprep.normalize.person import gender
from matchprep.normalize.phone import is_valid_phone, phone
from matchprep.normalize.phonetic import phonetic
from matchprep.normalize.place import city, state
from matchprep.normalize.text import blank_to_null, fold
from matchprep.normalize.zips import zip_code


@pl.api.register_expr_namespace("people")
class People:
    """Expression builders as methods.

    Args:
        expr: The column.

    Example:
        >>> pl.select(pl.lit("St. Louis, MO").people.city()).item()
        'ST LOUIS'
    """

    def __init__(self, expr: pl.Expr) -> None:
        self._expr = expr

    def birth_date(self, *, order: Order = "mdy", today: dt.date | None = None) -> pl.Expr:
        """Read dates of birth, whole or in part."""
        return birth_date(self._expr, order=order, today=today)

    def blank_to_null(self) -> pl.Expr:
        """Bring what only says "nothing here" to null."""
        return blank_to_null(self._expr)

    def city(self) -> pl.Expr:
        """Bring the name of a city to upper-case."""
        return city(self._expr)

    def dob(self, *, order: Order = "mdy", today: dt.date | None = None) -> pl.Expr:
        """Read whole dates of birth."""
        return dob(self._expr, order=order, today=today)

    def email(self) -> pl.Expr:
        """Read an email address."""
        return email(self._expr)

    def first_name(self) -> pl.Expr:
        """Bring a given name to its display form."""
        return first_name(self._expr)

    def fold(self) -> pl.Expr:
        """Bring a name or a place to its match form, A to Z."""
        return fold(self._expr)

    def full_address(self) -> pl.Expr:
        """Split a one-line address."""
        return full_address(self._expr)

    def gender(self) -> pl.Expr:
        """Bring a gender to F, M or U."""
        return gender(self._expr)

    def hashed(self, algorithm: Algorithm = "sha256", *, encoding: Encoding = "hex") -> pl.Expr:
        """Hash text; empty text becomes null first."""
        return hashed(self._expr, algorithm, encoding=encoding)

    def is_valid_phone(self, *, region: str = "US") -> pl.Expr:
        """Say whether a telephone number lies in a range that is in use."""
        return is_valid_phone(self._expr, region=region)

    def last_name(self) -> pl.Expr:
        """Bring a surname to its display form."""
        return last_name(self._expr)

    def nickname(self) -> pl.Expr:
        """Bring a folded given name to its canonical name."""
        return nickname(self._expr)

    def phone(self, *, region: str = "US") -> pl.Expr:
        """Write a telephone number in E.164."""
        return phone(self._expr, region=region)

    def phonetic(self) -> pl.Expr:
        """Give the Soundex key of a folded name."""
        return phonetic(self._expr)

    def split_full_name(self) -> pl.Expr:
        """Split whole names into their parts."""
        return split_full_name(self._expr)

    def state(self) -> pl.Expr:
        """Bring a state to its two letters."""
        return state(self._expr)

    def street_address(self) -> pl.Expr:
        """Write the street line as the USPS does, whole and in parts."""
        return street_address(self._expr)

    def zip_code(self, *, state: pl.Expr | None = None) -> pl.Expr:
        """Read the five digits of a ZIP code."""
        return zip_code(self._expr, state=state)
