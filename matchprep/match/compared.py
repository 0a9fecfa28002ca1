"""Comparing pairs by numbers: the same conditions as in the plan, over places of texts instead of texts.

The features of both people of a pair are looked up by row. What looks into two texts, a *measure*, is
taken only of pairs whose texts differ, and where other features let it matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from matchprep.match.blocks import Rows
from matchprep.match.coded import Codes, Flags, People
from matchprep.match.comparisons import MEASURED_WHERE, MEASURES, SHARERS, Comparison
from matchprep.match.engine import Engine
from matchprep.match.evidence import Floats, Ints
from matchprep.match.plan import compared_sql

#: Pairs compared at a time: their features stay small beside everything else.
CHUNK = 200_000
#: Measured feature -> its measures.
_MEASURES_OF: Mapping[str, tuple[str, ...]] = {
    feature: tuple(name for name, sql in MEASURES.items() if f"l.{feature}," in sql)
    for feature in dict.fromkeys(re.findall(r"l\.(\w+)", " ".join(MEASURES.values())))
}


@dataclass(frozen=True)
class Side:
    """One side of pairs: its people, and their features in words that both sides share."""

    people: People
    #: Feature -> places, where they had to be translated.
    features: Mapping[str, Codes] = field(default_factory=dict)

    def feature(self, name: str, rows: Rows) -> Codes:
        """Give a feature of some rows."""
        if name in self.features:
            return self.features[name][rows]
        if name in SHARERS:
            return np.zeros(len(rows), dtype=np.int32)
        return self.people.feature(name, rows)


@dataclass(frozen=True)
class Compared:
    """What comparing pairs gave: for each pair its pattern as a number, and how rare what agrees is."""

    code: Ints
    rarity: Floats
    kin_rarity: Floats


def written(sql: str) -> str:
    """Write a condition for a table of pairs: `l.given` is its column `l_given`.

    Example:
        >>> written("l.given = r.given")
        'l_given = r_given'
    """
    return re.sub(r"\b([lr])\.(\w+)", r"\1_\2", sql)


def compare_pairs(
    engine: Engine, comparisons: Sequence[Comparison], left: Side, right: Side, left_rows: Rows, right_rows: Rows
) -> Compared:
    """Compare pairs of people.

    Args:
        engine: The database.
        comparisons: The active comparisons.
        left: The list; its features hold how many reference people share each value.
        right: The reference.
        left_rows: The list's row of each pair.
        right_rows: The reference's row of each pair.

    Returns:
        For each pair, in order.
    """
    if not comparisons or not len(left_rows):
        nothing = np.zeros(len(left_rows))
        return Compared(nothing.astype(np.int64), nothing, nothing)
    sql = compared_sql(comparisons, "pairs", {"number": "number"}, written)
    parts = []
    for start in range(0, len(left_rows), CHUNK):
        some = slice(start, start + CHUNK)
        table = _table(engine, sql, left, right, left_rows[some], right_rows[some])
        parts.append(engine.over("pairs", table, sql))
    code, rarity, kin = (np.concatenate([part[name] for part in parts]) for name in ("code", "rarity", "kin_rarity"))
    return Compared(code.astype(np.int64), rarity.astype(np.float64), kin.astype(np.float64))


def _table(engine: Engine, sql: str, left: Side, right: Side, left_rows: Rows, right_rows: Rows) -> pa.Table:
    """Look up all that the query asks of some pairs."""
    columns: dict[str, pa.Array] = {"number": pa.array(np.arange(len(left_rows), dtype=np.int32))}
    looked_up: dict[str, Codes] = {}

    def codes(name: str) -> Codes:
        if name not in looked_up:
            side, rows = (left, left_rows) if name[0] == "l" else (right, right_rows)
            looked_up[name] = side.feature(name[2:], rows)
        return looked_up[name]

    for name in dict.fromkeys(re.findall(r"\b[lr]_\w+", sql)):
        columns[name] = _nullable(codes(name))
    asked = set(re.findall(r"\w+", sql))
    for feature, names in _MEASURES_OF.items():
        wanted = [name for name in names if name in asked]
        if wanted:
            one, other = codes(f"l_{feature}"), codes(f"r_{feature}")
            ask = (one != other) & (one >= 0) & (other >= 0)
            if feature in MEASURED_WHERE:
                must = MEASURED_WHERE[feature]
                ask &= (codes(f"l_{must}") == codes(f"r_{must}")) & (codes(f"l_{must}") >= 0)
            columns |= dict(_measured(engine, feature, wanted, left, right, left_rows, right_rows, ask))
    return pa.table(columns)


def _measured(
    engine: Engine,
    feature: str,
    names: Sequence[str],
    left: Side,
    right: Side,
    left_rows: Rows,
    right_rows: Rows,
    ask: Flags,
) -> Iterator[tuple[str, pa.Array]]:
    """Take the measures of one feature of the pairs that ask for it; null for the others."""
    places = np.flatnonzero(ask)
    texts = pa.table(
        {
            "number": pa.array(np.arange(len(places), dtype=np.int32)),
            f"l_{feature}": left.people.texts(feature, left_rows[places]),
            f"r_{feature}": right.people.texts(feature, right_rows[places]),
        }
    )
    spelled = ", ".join(f"{written(MEASURES[name])} AS {name}" for name in names)
    found = engine.over("texts", texts, f"SELECT number, {spelled} FROM texts") if len(places) else {}
    for name in names:
        values = np.zeros(len(ask), dtype=found[name].dtype if found else np.float64)
        if found:
            values[places] = found[name]
        yield name, pa.array(values, mask=~ask)


def _nullable(codes: Codes) -> pa.Array:
    """Give numbers to the database without a copy, missing ones as null."""
    there = np.packbits(codes >= 0, bitorder="little")
    return pa.Array.from_buffers(
        pa.from_numpy_dtype(codes.dtype), len(codes), [pa.py_buffer(there), pa.py_buffer(np.ascontiguousarray(codes))]
    )


def pattern_counts(codes: Ints) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Count how often each pattern occurs."""
    different, counts = np.unique(codes, return_counts=True)
    return different, counts.astype(np.float64)
