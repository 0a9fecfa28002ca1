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

from matchprep.match.comparisons import birth, contacts, names, places
from matchprep.match.comparisons.level import SHARERS, Comparison, Level

__all__ = [
    "COMPARISONS",
    "GENERAL_FORMS",
    "MEASURED_WHERE",
    "MEASURES",
    "SHARERS",
    "Comparison",
    "Level",
    "active",
    "level_sql",
]

COMPARISONS: tuple[Comparison, ...] = (
    names.GIVEN, names.SURNAME, names.MIDDLE, names.SUFFIX, names.GENDER, birth.BIRTH,
    places.ADDRESS, places.UNIT, places.AREA, contacts.PHONE, contacts.EMAIL, contacts.IDENTIFIER,
)  # fmt: skip

#: What conditions ask of two values that are not equal: name -> SQL over one feature of either side.
MEASURES: dict[str, str] = {**names.MEASURES, **places.MEASURES, **contacts.MEASURES}

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
        >>> level_sql(contacts.IDENTIFIER).split(" THEN")[0]
        'CASE WHEN l.identifier IS NULL OR r.identifier IS NULL'
    """
    *tried, last = enumerate(comparison.levels, start=1)
    whens = " ".join(f"WHEN {level.when} THEN {number}" for number, level in tried)
    return f"CASE WHEN {comparison.missing} THEN 0 {whens} ELSE {last[0]} END"
