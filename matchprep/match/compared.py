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

from matchprep.match.blocks import Rows, different
from matchprep.match.coded import Codes, Flags, People
from matchprep.match.comparisons import MEASURED_WHERE, MEASURES, SHARERS, Comparison
from matchprep.match.engine import Engine
from matchprep.match.evidence import Floats, Ints
from matchprep.match.features import DERIVED
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

    def feature(self, name: str, rows: Rows, base: Codes | None = None) -> Codes:
        """Give a feature of some rows; by the feature that it derives of, where that was looked up."""
        if name in self.features:
            return self.features[name][rows]
        if name in SHARERS:
            return np.zeros(len(rows), dtype=np.int32)
        return self.people.feature(name, rows) if base is None else self.people.derived(name, base)


@dataclass(frozen=True)
class Pairs:
    """Pairs of people: a row of either side each."""

    left: Side
    right: Side
    left_rows: Rows = field(repr=False)
    right_rows: Rows = field(repr=False)

    def at(self, some: slice | Ints | Flags) -> Pairs:
        """Give some of the pairs."""
        return replace(self, left_rows=self.left_rows[some], right_rows=self.right_rows[some])

    def codes(self, column: str, base: Codes | None = None) -> Codes:
        """Give `l_<feature>` or `r_<feature>` of each pair."""
        if column.startswith("l_"):
            return self.left.feature(column[2:], self.left_rows, base)
        return self.right.feature(column[2:], self.right_rows, base)

    def texts(self, feature: str, places: npt.NDArray[np.integer]) -> dict[str, pa.Array]:
        """Give the texts of a feature of some pairs, all of which have it on both sides."""
        return {
            f"l_{feature}": self.left.people.texts(feature, self.left_rows[places]),
            f"r_{feature}": self.right.people.texts(feature, self.right_rows[places]),
        }

    def could_matter(self, feature: str, places: npt.NDArray[np.integer]) -> Flags:
        """Say of which of these pairs a measure of a feature could tell; all have it on both sides."""
        one, left = self.left.people.looked_at(feature, self.left_rows[places])
        other, right = self.right.people.looked_at(feature, self.right_rows[places])
        return can_matter(feature, one, other, left, right)


@dataclass(frozen=True)
class Compared:
    """What comparing pairs gave: patterns, and for each pair which of them it shows and how rare that is."""

    #: Numbers that stand for patterns, each once, ascending.
    codes: Ints
    #: For each pair the place of its pattern among these.
    pattern: Ints
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
        nothing = np.zeros(count, dtype=np.int64)
        return Compared(different(nothing), nothing, nothing.astype(np.float64), nothing.astype(np.float64))
    sql = compared_sql(comparisons, "given", {"number": "number"}, written)

    def compare(some: slice) -> Compared:
        found = engine.over(_table(engine, sql, pairs.at(some)), sql)
        numbers = found["code"].astype(np.int64)
        codes = different(numbers)
        rarities = (found[name].astype(np.float64, copy=False) for name in ("rarity", "kin_rarity"))
        return Compared(codes, np.searchsorted(codes, numbers), *rarities)

    # NOTE: the database would run a table of this size on one thread, and the look-ups are none of its.
    with ThreadPoolExecutor(engine.threads) as pool:
        return _joined(
            list(pool.map(compare, (slice(start, start + CHUNK) for start in range(0, count, CHUNK))))
        )


def _joined(parts: Sequence[Compared]) -> Compared:
    """Put parts of pairs together."""
    codes = different(np.concatenate([part.codes for part in parts]))
    return Compared(
        codes,
        np.concatenate([np.searchsorted(codes, part.codes)[part.pattern] for part in parts]),
        np.concatenate([part.rarity for part in parts]),
        np.concatenate([part.kin_rarity for part in parts]),
    )


def _table(engine: Engine, sql: str, pairs: Pairs) -> pa.Table:
    """Look up all that the query asks of some pairs."""
    names = sorted(set(re.findall(r"\b[lr]_\w+", sql)), key=lambda name: (name[2:] in DERIVED, name))
    codes: dict[str, Codes] = {}
    for name in names:  # what others derive of comes first
        base, _ = DERIVED.get(name[2:], ("", ""))
        codes[name] = pairs.codes(name, codes.get(name[:2] + base))
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
    found = engine.over(texts, f"SELECT number, {spelled} FROM given")
    columns = {}
    for name in names:
        values = np.zeros(len(ask), dtype=found[name].dtype)
        values[places] = found[name]
        columns[name] = _where(ask, values)
    return columns


def _unlike(name: str, ask: Flags) -> pa.Array:
    kind = np.float64 if name.endswith("_similarity") else np.bool_
    return _where(ask, np.zeros(len(ask), dtype=kind))


def _where(there: Flags, values: npt.NDArray[np.generic]) -> pa.Array:
    """Give values to the database without a copy, null where there are none."""
    kind = pa.from_numpy_dtype(values.dtype)
    if values.dtype == np.bool_:
        values = np.packbits(values.view(np.uint8), bitorder="little")
    buffers = [pa.py_buffer(np.packbits(there, bitorder="little")), pa.py_buffer(values)]
    return pa.Array.from_buffers(kind, len(there), buffers)


def _nullable(codes: Codes) -> pa.Array:
    """Give numbers to the database without a copy, missing ones as null."""
    return _where(codes >= 0, np.ascontiguousarray(codes))
