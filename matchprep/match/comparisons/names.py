"""How names agree: first, last, middle, suffix; and gender, which a first name holds already."""

from __future__ import annotations

from matchprep.match.comparisons.level import (
    DIFFERS,
    Comparison,
    Level,
    begins,
    exact,
    lacks,
    same,
    similarity,
)

_SWAPPED = "(l.given = r.surname AND l.surname = r.given AND l.given <> r.given)"
_INITIAL_GIVEN = "(l.given = l.initial OR r.given = r.initial)"
_INITIAL_MIDDLE = "(l.middle = l.middle_initial OR r.middle = r.middle_initial)"
_GIVEN_AGREES = (
    "(l.given = r.given OR l.given_canon = r.given_canon OR given_similarity >= 0.92"
    f" OR {_INITIAL_GIVEN} OR {_SWAPPED})"
)

GIVEN = Comparison(
    "first_name",
    needs=("given",),
    missing=lacks("given"),
    levels=(
        Level("initial only", f"{_INITIAL_GIVEN} AND {same('initial')}", "initial", "l.initial_sharers"),
        Level("other initial", _INITIAL_GIVEN, "initial"),
        exact("given"),
        Level("swapped with last name", _SWAPPED),
        Level("nickname", same("given_canon"), sharers="l.given_canon_sharers"),
        Level("close spelling", "given_similarity >= 0.92"),
        Level("uses middle name", "l.given = r.middle OR r.given = l.middle", sharers="l.given_sharers"),
        Level("similar", "given_similarity >= 0.82 OR given_begins OR l.given_sound = r.given_sound"),
        DIFFERS,
    ),
)

SURNAME = Comparison(
    "last_name",
    needs=("surname",),
    missing=lacks("surname"),
    levels=(
        exact("surname"),
        Level("swapped with first name", _SWAPPED, "swapped"),
        Level("close spelling", "surname_similarity >= 0.92"),
        Level("part of a double name", "surname_part"),
        Level("similar", "surname_similarity >= 0.84 OR l.surname_sound = r.surname_sound"),
        Level("other surname of a woman", "l.woman = 1 OR r.woman = 1"),
        DIFFERS,
    ),
)

MIDDLE = Comparison(
    "middle_name",
    needs=("middle",),
    missing=lacks("middle"),
    levels=(
        Level("same initial", f"{_INITIAL_MIDDLE} AND {same('middle_initial')}", "initial"),
        Level("other initial", _INITIAL_MIDDLE, "initial"),
        Level("exact", same("middle")),
        Level("close spelling", "middle_similarity >= 0.88"),
        DIFFERS,
    ),
)

SUFFIX = Comparison(
    "name_suffix",
    needs=("suffix",),
    missing="FALSE",
    levels=(
        Level("none", "l.suffix IS NULL AND r.suffix IS NULL"),
        Level("on one side only", lacks("suffix")),
        Level("exact", same("suffix"), "both"),
        Level("differs", "TRUE", "both"),
    ),
)

#: Gender says nothing anew where the first names agree: they hold it already.
GENDER = Comparison(
    "gender",
    needs=("gender",),
    missing=lacks("gender"),
    levels=(
        Level("exact, as the first name", f"l.gender = r.gender AND {_GIVEN_AGREES}", "named"),
        Level("differs, though the first name agrees", _GIVEN_AGREES, "named"),
        Level("exact", same("gender")),
        DIFFERS,
    ),
)

#: What looks into two values of one feature: name -> SQL.
MEASURES: dict[str, str] = {
    "given_similarity": similarity("given"),
    "given_begins": f"({begins('given')})",
    "surname_similarity": similarity("surname"),
    "surname_part": (
        f"(least(length(l.surname), length(r.surname)) >= 4 AND ({begins('surname')}"
        " OR ends_with(l.surname, r.surname) OR ends_with(r.surname, l.surname)))"
    ),
    "middle_similarity": similarity("middle"),
}
