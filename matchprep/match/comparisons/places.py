"""How homes agree: the address, the unit in it, and the area where the address does not agree."""

from __future__ import annotations

from matchprep.match.comparisons.level import (
    DIFFERS,
    Comparison,
    Level,
    begins,
    both,
    lacks,
    same,
    similarity,
)

_SAME_LINE = "(l.house = r.house AND l.street = r.street)"
_SAME_AREA = f"(l.zip = r.zip OR l.city = r.city OR (({lacks('zip')}) AND ({lacks('city')})))"
_BOTH_ZIPS = both("zip")
_BOTH_CITIES = both("city")

ADDRESS = Comparison(
    "address",
    needs=("street",),
    missing=lacks("street"),
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
            f"({lacks('house')}) AND {same('street')}",
            "street",
        ),
        Level("other street", lacks("house"), "street"),
        Level("same street", same("street")),
        DIFFERS,
    ),
)

UNIT = Comparison(
    "unit",
    needs=("unit", "street"),
    missing=f"NOT coalesce({_SAME_LINE}, FALSE) OR (l.unit IS NULL AND r.unit IS NULL)",
    levels=(
        Level("exact", same("unit")),
        Level("differs", both("unit")),
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
        Level("same city or next ZIP", f"{_BOTH_ZIPS} AND (l.city = r.city OR {same('zip_area')})"),
        Level("same state", f"{_BOTH_ZIPS} AND l.state = r.state"),
        Level("differs", _BOTH_ZIPS),
        Level("same city", f"{_BOTH_CITIES} AND l.city = r.city", "city", "l.city_sharers"),
        Level("city close spelling", f"{_BOTH_CITIES} AND city_similarity >= 0.9", "city"),
        Level("other city, same state", f"{_BOTH_CITIES} AND l.state = r.state", "city"),
        Level("other city", _BOTH_CITIES, "city"),
        Level("state only", same("state"), "state", "l.state_sharers"),
        Level("other state", "l.state <> r.state", "state"),
        Level("unknown", "TRUE", "unknown"),
    ),
)

#: What looks into two values of one feature: name -> SQL.
MEASURES: dict[str, str] = {
    "street_similarity": similarity("street"),
    "house_near": f"({begins('house')} OR levenshtein(l.house, r.house) = 1)",
    "city_similarity": similarity("city"),
}
