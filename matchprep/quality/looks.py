"""What is looked for, and what to say of it. To look for one thing more, add a line to `LOOKS`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

import polars as pl

from matchprep.fields import Field
from matchprep.normalize import is_disposable, is_role, is_zip_in_state, typo_suggestion
from matchprep.normalize.text import BLANKS, blank_to_null, mend_mojibake

#: Nobody born longer ago is on a list.
OLDEST = 115

_IDENTIFIERS = tuple(Field)[tuple(Field).index(Field.VOTER_ID) :]
_NUMBERS = (Field.ID, Field.PHONE, Field.PHONE_LOCAL, Field.ZIP, *_IDENTIFIERS)
_NAMES = (Field.FULL_NAME, Field.FIRST_NAME_COMBINED, Field.FIRST_NAME)
_LONGEST_BLANK = max(map(len, BLANKS)) + 8


@dataclass(frozen=True)
class Place:
    """Where to look: one column of the list, and what was made of it.

    Args:
        text: The column as written.
        field: What it was taken for.
        names: The columns of CLEAN.
    """

    text: pl.Expr
    field: Field
    names: Collection[str]

    def clean(self, name: str) -> pl.Expr:
        """Give a column of CLEAN, null where the list cannot fill it."""
        return pl.col(name) if name in self.names else pl.lit(None)


@dataclass(frozen=True)
class Look:
    """One thing to look for.

    Args:
        rule: Its name: `mended.` where it was put right, `flagged.` where it was not.
        severity: As of the observation.
        says: What to say of it, behind the header of the column.
        do: What to do about it.
        where: True in the rows that have it.
        fields: The fields it may be found in; none: all of them, told together (but gender, where `unknown`
            is an answer).
    """

    rule: str
    severity: Literal["warning", "note"]
    says: str
    do: str
    where: Callable[[Place], pl.Expr]
    fields: tuple[Field, ...] = ()

    def concerns(self, field: Field) -> bool:
        """Say whether it may be found in the columns of a field."""
        return field in self.fields if self.fields else field is not Field.GENDER


def _beyond_ascii(text: pl.Expr) -> pl.Expr:
    """Leave out what is plain; the closer looks cost more."""
    return pl.when(text.str.contains(r"[^ -~]")).then(text)


def _ruined(place: Place) -> pl.Expr:
    odd = _beyond_ascii(place.text)
    return odd != mend_mojibake(odd)


def _invisible(place: Place) -> pl.Expr:
    return _beyond_ascii(place.text).str.contains(r"[\p{Cf}\u{a0}\u{2000}-\u{200a}\u{202f}\u{3000}]")


def _blank_word(place: Place) -> pl.Expr:
    short = pl.when(place.text.str.len_bytes() <= _LONGEST_BLANK).then(place.text)
    return short.str.contains(r"\S") & blank_to_null(short).is_null()


def _written(pattern: str) -> Callable[[Place], pl.Expr]:
    return lambda place: place.text.str.contains(pattern)


def _short_zip(place: Place) -> pl.Expr:
    return place.text.str.contains(r"^\s*[0-9]{3,4}(?:\.0+)?\s*$|^\s*[0-9]{3,4}-?[0-9]{4}\s*$")


def _serial(place: Place) -> pl.Expr:
    return place.text.str.contains(r"^\s*[0-9]{5}(?:\.[0-9]+)?\s*$") & place.clean("dob").is_not_null()


def _other_state(_place: Place) -> pl.Expr:
    return ~is_zip_in_state(pl.col(Field.ZIP), pl.col(Field.STATE))


def _local(place: Place) -> pl.Expr:
    return place.clean(Field.PHONE).str.contains(r"^\+1[0-9]{7}$") & ~place.clean("phone_valid")


#: A year of two digits behind day and month, or behind the name of a month.
_TWO_DIGIT_YEAR = (
    r"^\s*[0-9]{1,2}(?:[-/. ][0-9]{1,2}[-/. ]|[- /]?[A-Za-z]{3,9}[-, /]+)[0-9]{2}\s*$"
    r"|^\s*[A-Za-z]{3,9}\.? ?[0-9]{1,2},? ?'?[0-9]{2}\s*$"
)

LOOKS: tuple[Look, ...] = (
    Look("mended.blank_words", "note",
         "words that only say that nothing is known (N/A, unknown, -) count as empty", "", _blank_word),
    Look("mended.mojibake", "note",
         "letters that a wrong encoding had ruined (JosÃ©) were put right", "", _ruined),
    Look("mended.invisible", "note",
         "no-break spaces and invisible characters were taken out", "", _invisible),
    Look("flagged.scientific", "warning",
         "numbers in scientific notation (6.51E+09) have lost their last digits",
         "Export the column again as text; what was lost cannot be brought back.",
         _written(r"^\s*[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}\s*$"), _NUMBERS),
    Look("mended.decimal_zeros", "note",
         "the .0 that a spreadsheet put behind numbers was taken off", "",
         _written(r"^\s*\+?[0-9]{3,15}\.0+\s*$"), (Field.PHONE, Field.ZIP)),
    Look("mended.zip_zeros", "note",
         "ZIP codes that had lost their leading zeros got them back; the state agrees", "",
         lambda place: _short_zip(place) & place.clean(Field.ZIP).is_not_null(), (Field.ZIP,)),
    Look("flagged.zip_zeros", "warning",
         "ZIP codes of three or four digits were left out: no state beside them says that zeros are missing",
         "Export the column again as text, or add the state.",
         lambda place: _short_zip(place) & place.clean(Field.ZIP).is_null(), (Field.ZIP,)),
    Look("flagged.zip_not_in_state", "warning",
         "ZIP codes that do not lie in the state beside them",
         "One of the two is wrong: look the rows up, or leave one of the two empty.",
         _other_state, (Field.ZIP,)),
    Look("mended.date_serial", "note",
         "dates that a spreadsheet had turned into numbers were read as days since 1900", "",
         _serial, (Field.DOB,)),
    Look("flagged.two_digit_year", "warning",
         "years of two digits were taken for the latest that lie in the past",
         "Export the dates with four digits for the year.", _written(_TWO_DIGIT_YEAR), (Field.DOB,)),
    Look("flagged.partial_date", "note",
         "dates of which only the year, or year and month, are known",
         "Such rows match on the parts that they have.",
         lambda place: place.clean("dob").is_null() & place.clean("birth_year").is_not_null(), (Field.DOB,)),
    Look("flagged.implausible_age", "warning",
         f"births that lie more than {OLDEST} years back",
         "Often a filler or a slip in the century: look the rows up.",
         lambda place: place.clean("birth_year") < dt.datetime.now(tz=dt.UTC).year - OLDEST, (Field.DOB,)),
    Look("flagged.phone_local", "warning",
         "numbers without an area code",
         "Add the area code: nobody can be found by the last seven digits.", _local, (Field.PHONE,)),
    Look("flagged.phone_not_valid", "warning",
         "numbers that are possible but not assigned to anyone",
         "Often made up or mistyped: they will hardly match.",
         lambda place: place.clean(Field.PHONE).is_not_null() & ~place.clean("phone_valid") & ~_local(place),
         (Field.PHONE,)),
    Look("flagged.email_typo", "warning",
         "addresses whose domain is likely a slip (gmial.com); they were left as written",
         "Mend the domain where you are sure.",
         lambda place: typo_suggestion(place.clean(Field.EMAIL)).is_not_null(), (Field.EMAIL,)),
    Look("flagged.email_role", "warning",
         "addresses of an office (info@, sales@), not of a person",
         "Leave them out where people are to be matched.",
         lambda place: is_role(place.clean(Field.EMAIL)), (Field.EMAIL,)),
    Look("flagged.email_disposable", "warning",
         "addresses to throw away after use", "They will not match; another address may.",
         lambda place: is_disposable(place.clean(Field.EMAIL)), (Field.EMAIL,)),
    Look("flagged.two_people", "note",
         "two people in one field; the first of them is taken",
         "Give each a row of their own to match both.",
         _written(r"(?i)\p{L}\s+(?:and|&|\+)\s+\p{L}"), _NAMES),
)  # fmt: skip
