"""Comparing pairs by numbers: the same conditions as in the plan, over places of texts instead of texts.

The features of both people of a pair are looked up by row. What looks into two texts, a *measure*, is
taken only of pairs whose texts differ, and where other features let it matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from matchprep.match.blocks import Rows
from matchprep.match.coded import Codes, Flags, People
from matchprep.match.comparisons import MEASURED_WHERE, MEASURES, SHARERS, Comparison
from matchprep.match.engine import Engine
from matchprep.match.evidence import Floats, Ints
from matchprep.match.gates import LEAST, can_matter
from matchprep.match.plan import compared_sql

#: Pairs compared at a time: their features stay small beside everything else.
CHUNK = 100_000
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
class Pairs:
    """Pairs of people: a row of either side each."""

    left: Side
    right: Side
    left_rows: Rows = field(repr=False)
    right_rows: Rows = field(repr=False)

    def part(self, some: slice) -> Pairs:
        """Give some of the pairs."""
        return replace(self, left_rows=self.left_rows[some], right_rows=self.right_rows[some])

    def codes(self, column: str) -> Codes:
        """Give `l_<feature>` or `r_<feature>` of each pair."""
        if column.startswith("l_"):
            return self.left.feature(column[2:], self.left_rows)
        return self.right.feature(column[2:], self.right_rows)

    def texts(self, feature: str, places: npt.NDArray[np.integer]) -> dict[str, pa.Array]:
        """Give the texts of a feature of some pairs, all of which have it on both sides."""
        return {
            f"l_{feature}": self.left.people.texts(feature, self.left_rows[places]),
            f"r_{feature}": self.right.people.texts(feature, self.right_rows[places]),
        }

    def could_matter(self, feature: str, places: npt.NDArray[np.integer]) -> Flags:
        """Say of which of these pairs a measure of a feature could tell; all have it on both sides."""
        one, other = self.left.people, self.right.people
        return can_matter(
            feature,
            one.looks(feature),
            other.looks(feature),
            one.codes[feature][self.left_rows[places]],
            other.codes[feature][self.right_rows[places]],
        )


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


def compare_pairs(engine: Engine, comparisons: Sequence[Comparison], pairs: Pairs) -> Compared:
    """Compare pairs of people.

    Args:
        engine: The database.
        comparisons: The active comparisons.
        pairs: The pairs; the features of the left side hold how many people share each value.

    Returns:
        For each pair, in order.
    """
    count = len(pairs.left_rows)
    if not comparisons or not count:
        nothing = np.zeros(count)
        return Compared(nothing.astype(np.int64), nothing, nothing)
    sql = compared_sql(comparisons, "pairs", {"number": "number"}, written)

    def compare(some: slice) -> dict[str, npt.NDArray[np.generic]]:
        return engine.over("pairs", _table(engine, sql, pairs.part(some)), sql)

    # NOTE: the database would run a table of this size on one thread, and the look-ups are none of its.
    with ThreadPoolExecutor(engine.threads) as pool:
        parts = list(pool.map(compare, (slice(start, start + CHUNK) for start in range(0, count, CHUNK))))
    code, rarity, kin_rarity = (
        np.concatenate([part[name] for part in parts]) for name in ("code", "rarity", "kin_rarity")
    )
    return Compared(code.astype(np.int64), rarity.astype(np.float64), kin_rarity.astype(np.float64))


def _table(engine: Engine, sql: str, pairs: Pairs) -> pa.Table:
    """Look up all that the query asks of some pairs."""
    names = dict.fromkeys(re.findall(r"\b[lr]_\w+", sql))
    codes = {name: pairs.codes(name) for name in names}
    columns: dict[str, pa.Array] = {"number": pa.array(np.arange(len(pairs.left_rows), dtype=np.int32))}
    columns |= {name: _nullable(codes[name]) for name in names}
    asked = set(re.findall(r"\w+", sql))
    for feature, measures in _MEASURES_OF.items():
        wanted = [name for name in measures if name in asked]
        if not wanted:
            continue
        one, other = codes[f"l_{feature}"], codes[f"r_{feature}"]
        ask = (one != other) & (one >= 0) & (other >= 0)
        if feature in MEASURED_WHERE:
            must = MEASURED_WHERE[feature]
            ask &= (codes[f"l_{must}"] == codes[f"r_{must}"]) & (codes[f"l_{must}"] >= 0)
        columns |= _measured(engine, pairs, feature, wanted, ask)
    return pa.table(columns)


def _measured(
    engine: Engine, pairs: Pairs, feature: str, names: Sequence[str], ask: Flags
) -> dict[str, pa.Array]:
    """Take the measures of one feature of the pairs that ask for it; null for the others.

    What a gate holds back is as unlike as can be: no level tells it from what it is.
    """
    places = np.flatnonzero(ask)
    if feature in LEAST:
        places = places[pairs.could_matter(feature, places)]
    if not len(places):
        return {name: _unlike(name, ask) for name in names}
    number = pa.array(np.arange(len(places), dtype=np.int32))
    texts = pa.table({"number": number, **pairs.texts(feature, places)})
    spelled = ", ".join(f"{written(MEASURES[name])} AS {name}" for name in names)
    found = engine.over("texts", texts, f"SELECT number, {spelled} FROM texts")
    columns = {}
    for name in names:
        values = np.zeros(len(ask), dtype=found[name].dtype)
        values[places] = found[name]
        columns[name] = pa.array(values, mask=~ask)
    return columns


def _unlike(name: str, ask: Flags) -> pa.Array:
    kind = np.float64 if name.endswith("_similarity") else np.bool_
    return pa.array(np.zeros(len(ask), dtype=kind), mask=~ask)


def _nullable(codes: Codes) -> pa.Array:
    """Give numbers to the database without a copy, missing ones as null."""
    there = np.packbits(codes >= 0, bitorder="little")
    values = np.ascontiguousarray(codes)
    buffers = [pa.py_buffer(there), pa.py_buffer(values)]
    return pa.Array.from_buffers(pa.from_numpy_dtype(codes.dtype), len(codes), buffers)


def pattern_counts(codes: Ints) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Count how often each pattern occurs."""
    different, counts = np.unique(codes, return_counts=True)
    return different, counts.astype(np.float64)
