"""Comparisons: how a list person `l` and a reference person `r` agree, field by field, in levels.

Each comparison is a list of levels, tried in order; the last one takes what is left. A pair that lacks
the value on either side is on level 0, `missing`, and says nothing. Levels belong to a *form* of the
evidence: a birth date against a birth date is one form, a year against a year another. Probabilities
are shares within a form, so that how much a list leaves out never counts for or against a person.
A form with one level says nothing either.

Every condition is plain SQL over the columns of FEATURES; similarities are Jaro-Winkler, 0 to 1. Values are
only held against each other for equality, so that numbers may stand for them; what looks into two values
is a measure, with a name of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MISSING = "missing"


@dataclass(frozen=True)
class Level:
    """One way two values agree or differ."""

    #: Name, in the words of the report.
    name: str
    #: SQL condition; the last level of a comparison is `TRUE`.
    when: str
    #: The kind of evidence that this level is a share of.
    form: str = "full"
    #: SQL for the number of reference people who share the value, where the level is an equality.
    sharers: str | None = None
    #: Of people who are not in the reference, the share whose value somebody there has. Everyone's first
    #: name is borne by others, too; a phone is handed on now and then, an email hardly ever.
    reach: float = 1.0

    @property
    def features(self) -> tuple[str, ...]:
        """The features without which nobody can be a sharer."""
        values = [SHARERS[name] for name in re.findall(r"l\.(\w+_sharers)", self.sharers or "")]
        return tuple(name for name in (values[0] if values else ()) if all(name in one for one in values))


@dataclass(frozen=True)
class Comparison:
    """The levels of one field."""

    name: str
    #: Features that both sides must have for the comparison to take place at all.
    needs: tuple[str, ...]
    #: SQL condition under which nothing can be said.
    missing: str
    levels: tuple[Level, ...]
    #: Features of which one is enough, where `needs` is empty.
    any_of: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The names of the levels by their numbers."""
        return [MISSING, *(level.name for level in self.levels)]


_SWAPPED = "(l.given = r.surname AND l.surname = r.given AND l.given <> r.given)"
_INITIAL_GIVEN = "(l.given = l.initial OR r.given = r.initial)"
_SAME_INITIAL = "l.initial = r.initial"
_INITIAL_MIDDLE = "(l.middle = l.middle_initial OR r.middle = r.middle_initial)"
_GIVEN_AGREES = (
    "(l.given = r.given OR l.given_canon = r.given_canon OR given_similarity >= 0.92"
    f" OR {_INITIAL_GIVEN} OR {_SWAPPED})"
)
_SAME_LINE = "(l.house = r.house AND l.street = r.street)"
_SAME_AREA = (
    "(l.zip = r.zip OR l.city = r.city"
    " OR ((l.zip IS NULL OR r.zip IS NULL) AND (l.city IS NULL OR r.city IS NULL)))"
)
_BOTH_UNITS = "(l.unit IS NOT NULL AND r.unit IS NOT NULL)"
_BOTH_DATES = "(l.month IS NOT NULL AND r.month IS NOT NULL AND l.day IS NOT NULL AND r.day IS NOT NULL)"
_NEAR_ZIP = "l.zip_area = r.zip_area"
_BOTH_ZIPS = "(l.zip IS NOT NULL AND r.zip IS NOT NULL)"
_BOTH_CITIES = "(l.city IS NOT NULL AND r.city IS NOT NULL)"

GIVEN = Comparison(
    "first_name",
    needs=("given",),
    missing="l.given IS NULL OR r.given IS NULL",
    levels=(
        Level("initial only", f"{_INITIAL_GIVEN} AND {_SAME_INITIAL}", "initial", "l.initial_sharers"),
        Level("other initial", _INITIAL_GIVEN, "initial"),
        Level("exact", "l.given = r.given", sharers="l.given_sharers"),
        Level("swapped with last name", _SWAPPED),
        Level("nickname", "l.given_canon = r.given_canon", sharers="l.given_canon_sharers"),
        Level("close spelling", "given_similarity >= 0.92"),
        Level(
            "uses middle name",
            "l.given = r.middle OR r.given = l.middle",
            sharers="l.given_sharers",
        ),
        Level(
            "similar",
            "given_similarity >= 0.82 OR given_begins OR l.given_sound = r.given_sound",
        ),
        Level("differs", "TRUE"),
    ),
)

SURNAME = Comparison(
    "last_name",
    needs=("surname",),
    missing="l.surname IS NULL OR r.surname IS NULL",
    levels=(
        Level("exact", "l.surname = r.surname", sharers="l.surname_sharers"),
        Level("swapped with first name", _SWAPPED, "swapped"),
        Level("close spelling", "surname_similarity >= 0.92"),
        Level(
            "part of a double name",
            "surname_part",
        ),
        Level("similar", "surname_similarity >= 0.84 OR l.surname_sound = r.surname_sound"),
        Level("other surname of a woman", "l.woman = 1 OR r.woman = 1"),
        Level("differs", "TRUE"),
    ),
)

MIDDLE = Comparison(
    "middle_name",
    needs=("middle",),
    missing="l.middle IS NULL OR r.middle IS NULL",
    levels=(
        Level(
            "same initial",
            f"{_INITIAL_MIDDLE} AND l.middle_initial = r.middle_initial",
            "initial",
        ),
        Level("other initial", _INITIAL_MIDDLE, "initial"),
        Level("exact", "l.middle = r.middle"),
        Level("close spelling", "middle_similarity >= 0.88"),
        Level("differs", "TRUE"),
    ),
)

SUFFIX = Comparison(
    "name_suffix",
    needs=("suffix",),
    missing="FALSE",
    levels=(
        Level("none", "l.suffix IS NULL AND r.suffix IS NULL"),
        Level("on one side only", "l.suffix IS NULL OR r.suffix IS NULL"),
        Level("exact", "l.suffix = r.suffix", "both"),
        Level("differs", "TRUE", "both"),
    ),
)

#: Gender says nothing anew where the first names agree: they hold it already.
GENDER = Comparison(
    "gender",
    needs=("gender",),
    missing="l.gender IS NULL OR r.gender IS NULL",
    levels=(
        Level("exact, as the first name", f"l.gender = r.gender AND {_GIVEN_AGREES}", "named"),
        Level("differs, though the first name agrees", _GIVEN_AGREES, "named"),
        Level("exact", "l.gender = r.gender"),
        Level("differs", "TRUE"),
    ),
)

BIRTH = Comparison(
    "dob",
    needs=("year",),
    missing="l.year IS NULL OR r.year IS NULL",
    levels=(
        Level(
            "exact",
            f"{_BOTH_DATES} AND l.year = r.year AND l.month = r.month AND l.day = r.day",
            sharers="l.birth_sharers",
        ),
        Level(
            "day and month swapped",
            f"{_BOTH_DATES} AND l.year = r.year AND l.month = r.day AND l.day = r.month",
        ),
        Level(
            "one part differs",
            f"{_BOTH_DATES} AND (l.year = r.year AND (l.month = r.month OR l.day = r.day)"
            " OR l.month = r.month AND l.day = r.day)",
        ),
        Level("same year", f"{_BOTH_DATES} AND l.year = r.year"),
        Level("differs", _BOTH_DATES),
        Level("exact year", "l.year = r.year", "year", "l.year_sharers"),
        Level("one year apart", "abs(l.year - r.year) = 1", "year"),
        Level("a few years apart", "abs(l.year - r.year) <= 10", "year"),
        Level("other year", "TRUE", "year"),
    ),
)

ADDRESS = Comparison(
    "address",
    needs=("street",),
    missing="l.street IS NULL OR r.street IS NULL",
    levels=(
        Level(
            "exact",
            f"{_SAME_LINE} AND {_SAME_AREA}",
            sharers="CASE WHEN l.zip = r.zip THEN l.place_sharers ELSE l.line_sharers END",
        ),
        Level("same line, other place", _SAME_LINE, sharers="l.line_sharers"),
        Level(
            "close spelling",
            "(l.house = r.house AND street_similarity >= 0.86) OR (l.street = r.street AND house_near)",
        ),
        Level(
            "same street, number missing",
            "(l.house IS NULL OR r.house IS NULL) AND l.street = r.street",
            "street",
        ),
        Level("other street", "l.house IS NULL OR r.house IS NULL", "street"),
        Level("same street", "l.street = r.street"),
        Level("differs", "TRUE"),
    ),
)

UNIT = Comparison(
    "unit",
    needs=("unit", "street"),
    missing=f"NOT coalesce({_SAME_LINE}, FALSE) OR (l.unit IS NULL AND r.unit IS NULL)",
    levels=(
        Level("exact", "l.unit = r.unit"),
        Level("differs", _BOTH_UNITS),
        Level("on one side only", "TRUE", "one side"),
    ),
)

#: The area says nothing anew where the whole address agrees.
AREA = Comparison(
    "place",
    needs=(),
    any_of=("zip", "city", "state"),
    missing=f"coalesce({_SAME_LINE} AND {_SAME_AREA}, FALSE)",
    levels=(
        Level("exact", f"{_BOTH_ZIPS} AND l.zip = r.zip", sharers="l.zip_sharers"),
        Level("same city or next ZIP", f"{_BOTH_ZIPS} AND (l.city = r.city OR {_NEAR_ZIP})"),
        Level("same state", f"{_BOTH_ZIPS} AND l.state = r.state"),
        Level("differs", _BOTH_ZIPS),
        Level("same city", f"{_BOTH_CITIES} AND l.city = r.city", "city", "l.city_sharers"),
        Level("city close spelling", f"{_BOTH_CITIES} AND city_similarity >= 0.9", "city"),
        Level("other city, same state", f"{_BOTH_CITIES} AND l.state = r.state", "city"),
        Level("other city", _BOTH_CITIES, "city"),
        Level("state only", "l.state = r.state", "state", "l.state_sharers"),
        Level("other state", "l.state <> r.state", "state"),
        Level("unknown", "TRUE", "unknown"),
    ),
)

PHONE = Comparison(
    "phone",
    needs=("phone",),
    missing="l.phone IS NULL OR r.phone IS NULL",
    levels=(
        Level("exact", "l.phone = r.phone", sharers="l.phone_sharers", reach=0.1),
        Level("same but for the area code", "phone_local"),
        Level("close", "phone_near"),
        Level("differs", "TRUE"),
    ),
)

EMAIL = Comparison(
    "email",
    needs=("email",),
    missing="l.email IS NULL OR r.email IS NULL",
    levels=(
        Level("exact", "l.email = r.email", sharers="l.email_sharers", reach=0.02),
        Level("same user, other host", "email_user"),
        Level("close spelling", "email_similarity >= 0.96"),
        Level("differs", "TRUE"),
    ),
)

IDENTIFIER = Comparison(
    "voter_id",
    needs=("identifier",),
    missing="l.identifier IS NULL OR r.identifier IS NULL",
    levels=(
        Level("exact", "l.identifier = r.identifier", sharers="l.identifier_sharers", reach=0.01),
        Level("differs", "TRUE"),
    ),
)

COMPARISONS: tuple[Comparison, ...] = (
    GIVEN, SURNAME, MIDDLE, SUFFIX, GENDER, BIRTH, ADDRESS, UNIT, AREA, PHONE, EMAIL, IDENTIFIER,
)  # fmt: skip

#: What conditions ask of two values that are not equal: name -> SQL over one feature of either side.
MEASURES: dict[str, str] = {
    "given_similarity": "jaro_winkler_similarity(l.given, r.given)",
    "given_begins": "(starts_with(l.given, r.given) OR starts_with(r.given, l.given))",
    "surname_similarity": "jaro_winkler_similarity(l.surname, r.surname)",
    "surname_part": (
        "(least(length(l.surname), length(r.surname)) >= 4 AND (starts_with(l.surname, r.surname)"
        " OR starts_with(r.surname, l.surname) OR ends_with(l.surname, r.surname)"
        " OR ends_with(r.surname, l.surname)))"
    ),
    "middle_similarity": "jaro_winkler_similarity(l.middle, r.middle)",
    "street_similarity": "jaro_winkler_similarity(l.street, r.street)",
    "house_near": (
        "(starts_with(l.house, r.house) OR starts_with(r.house, l.house)"
        " OR levenshtein(l.house, r.house) = 1)"
    ),
    "city_similarity": "jaro_winkler_similarity(l.city, r.city)",
    "phone_near": (
        "CASE WHEN length(l.phone) = length(r.phone) THEN hamming(l.phone, r.phone) = 1 ELSE FALSE END"
    ),
    "phone_local": "right(l.phone, 7) = right(r.phone, 7)",
    "email_user": "split_part(l.email, '@', 1) = split_part(r.email, '@', 1)",
    "email_similarity": "jaro_winkler_similarity(l.email, r.email)",
}

#: Functions of the measures that not every engine has: name -> what to register there under this name.
GENERAL_FORMS: dict[str, str] = {
    "jaro_winkler_similarity": (
        "Winkler, String Comparator Metrics and Enhanced Decision Rules, 1990: Jaro's similarity, raised by"
        " a tenth of what is missing for each of the first four letters that agree; 0 to 1."
    ),
    "hamming": "How many places of two texts of one length differ.",
}

#: Measured feature -> the feature that must agree for the measure to be asked.
MEASURED_WHERE: dict[str, str] = {"street": "house", "house": "street"}

#: How many reference people share a value: name -> the features that make up the value.
SHARERS: dict[str, tuple[str, ...]] = {
    "initial_sharers": ("initial",),
    "given_sharers": ("given",),
    "given_canon_sharers": ("given_canon",),
    "surname_sharers": ("surname",),
    "birth_sharers": ("year", "month", "day"),
    "year_sharers": ("year",),
    "place_sharers": ("house", "street", "zip"),
    "line_sharers": ("house", "street"),
    "zip_sharers": ("zip",),
    "city_sharers": ("city",),
    "state_sharers": ("state",),
    "phone_sharers": ("phone",),
    "email_sharers": ("email",),
    "identifier_sharers": ("identifier",),
}


def active(comparisons: tuple[Comparison, ...], shared: frozenset[str]) -> tuple[Comparison, ...]:
    """Leave out the comparisons for which one side has nothing.

    Args:
        comparisons: All of them.
        shared: Features that both the list and the reference have.

    Returns:
        Those that can say something, in order.
    """
    return tuple(
        comparison
        for comparison in comparisons
        if shared.issuperset(comparison.needs) and (not comparison.any_of or shared & set(comparison.any_of))
    )


def level_sql(comparison: Comparison) -> str:
    """Write a comparison as a CASE that gives the number of the level, 0 for missing.

    Example:
        >>> level_sql(IDENTIFIER).split(" THEN")[0]
        'CASE WHEN l.identifier IS NULL OR r.identifier IS NULL'
    """
    *tried, last = enumerate(comparison.levels, start=1)
    whens = " ".join(f"WHEN {level.when} THEN {number}" for number, level in tried)
    return f"CASE WHEN {comparison.missing} THEN 0 {whens} ELSE {last[0]} END"
