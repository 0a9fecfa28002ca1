"""Blocking: which pairs are worth comparing. Named exact keys, one hash join each, joined by UNION.

A rule finds the reference people who share its key with a list person. Where more than `cap` of them
do, the key says too little; they must then also share the rule's `refine` key, and a key that is still
too common is skipped. How many keys were refined and skipped is counted and reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from matchprep.match.features import either_way, key

#: Most reference people that one key may bring a list person.
CAP = 40


@dataclass(frozen=True)
class Rule:
    """One way in which the two rows of a person find each other."""

    name: str
    #: Features that both sides must have.
    needs: frozenset[str]
    #: The key, over FEATURES.
    key: pl.Expr
    #: Further features that must agree where the key alone is too common.
    refine: tuple[str, ...] = ()
    cap: int = CAP


def _c(name: str) -> pl.Expr:
    return pl.col(name)


_SURNAME_CANON = _c("surname_canon")
_NAMES = either_way(_c("given_canon"), _SURNAME_CANON)
#: Day and month in either order, so that swapped ones find each other.
_BIRTHDAY = pl.min_horizontal("month", "day").cast(pl.Int16) * 32 + pl.max_horizontal("month", "day")
_BORN = _c("year").cast(pl.Int32) * 1024 + pl.when(_c("month").is_not_null() & _c("day").is_not_null()).then(
    _BIRTHDAY
)
_NAME = ("given", "surname")
_DATE = ("year", "month", "day")
_LINE = ("house", "street")
_INITIAL = _c("given").str.slice(0, 1)


def _rule(
    name: str, needs: tuple[str, ...], *parts: pl.Expr, refine: tuple[str, ...] = (), cap: int = CAP
) -> Rule:
    return Rule(name, frozenset(needs), key(*parts), refine, cap)


RULES: tuple[Rule, ...] = (
    _rule("voter id", ("identifier",), _c("identifier")),
    _rule("email", ("email",), _c("email")),
    _rule("phone", ("phone",), _c("phone"), refine=("given_canon",)),
    _rule("birth date + last name by sound", ("surname", *_DATE), _BORN, _c("surname_sound"), refine=("given",)),
    _rule("birth date + first name", ("given", *_DATE), _BORN, _c("given_canon"), refine=("surname",)),
    _rule("birth date + ZIP", ("zip", *_DATE), _BORN, _c("zip"), refine=("given_sound",)),
    _rule("birth date + house number", ("house", *_DATE), _BORN, _c("house"), refine=("given_sound",)),
    _rule("names + birth year", (*_NAME, "year"), _NAMES, _c("year").cast(pl.String), refine=("zip",)),
    _rule("names + ZIP", (*_NAME, "zip"), _NAMES, _c("zip"), refine=("middle_initial",)),
    _rule("names + city", (*_NAME, "city"), _NAMES, _c("city"), refine=("middle_initial",)),
    _rule("names", _NAME, _NAMES, cap=12, refine=("middle_initial",)),
    _rule("address + first initial", (*_LINE, "given"), _c("house"), _c("street"), _INITIAL, refine=("surname",)),
    _rule("address + last name by sound", (*_LINE, "surname"), _c("house"), _c("street"), _c("surname_sound"), refine=("given",)),
    _rule("address", _LINE, _c("house"), _c("street"), cap=12, refine=("unit",)),
    _rule("house number + ZIP + first name by sound", ("house", "zip", "given"), _c("house"), _c("zip"), _c("given_sound"), refine=("surname",)),
    _rule("names by sound + ZIP", (*_NAME, "zip"), _c("given_sound"), _c("surname_sound"), _c("zip"), refine=("street",)),
    _rule("names by sound + birth year", (*_NAME, "year"), _c("given_sound"), _c("surname_sound"), _c("year").cast(pl.String), refine=("zip",)),
    _rule("birthday + last name + first initial", (*_NAME, *_DATE), _BORN % 1024, _c("surname"), _INITIAL, cap=20),
    _rule("first name + house number + birth year", ("given", "house", "year"), _c("given_canon"), _c("house"), _c("year").cast(pl.String), refine=("street",)),
    _rule("first name + street", ("given", "street"), _c("given_canon"), _c("street"), cap=12, refine=("house",)),
    _rule("last name + street", ("surname", "street"), _c("surname"), _c("street"), cap=12, refine=("initial",)),
    _rule("last name + ZIP", ("surname", "zip"), _c("surname"), _c("zip"), cap=12, refine=("initial",)),
    _rule("last name + birth year", ("surname", "year"), _c("surname"), _c("year").cast(pl.String), cap=12, refine=("initial",)),
    _rule("first name + ZIP + birth year", ("given", "zip", "year"), _c("given_canon"), _c("zip"), _c("year").cast(pl.String), cap=12, refine=("middle_initial",)),
    _rule("first name + ZIP + last initial", (*_NAME, "zip"), _c("given_canon"), _c("zip"), _c("surname").str.slice(0, 1), cap=12, refine=("middle_initial",)),
    _rule("last name", ("surname",), _c("surname"), cap=8, refine=("initial", "middle_initial")),
    _rule("names by sound", _NAME, _c("given_sound"), _c("surname_sound"), cap=8, refine=("city",)),
    _rule("birth date", _DATE, _BORN, cap=8, refine=("city",)),
    _rule("last name + house number", ("surname", "house"), _c("surname"), _c("house"), cap=12, refine=("given",)),
)  # fmt: skip
