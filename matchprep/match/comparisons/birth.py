"""How births agree: dates, or years where a side has no more."""

from __future__ import annotations

from matchprep.match.comparisons.level import Comparison, Level, both, lacks, same

_BOTH_DATES = both("month", "day")

BIRTH = Comparison(
    "dob",
    needs=("year",),
    missing=lacks("year"),
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
        Level("exact year", same("year"), "year", "l.year_sharers"),
        Level("one year apart", "abs(l.year - r.year) = 1", "year"),
        Level("a few years apart", "abs(l.year - r.year) <= 10", "year"),
        Level("other year", "TRUE", "year"),
    ),
)
