"""Explanations: the candidates of one list row, field by field, like a balance sheet.

What is in the sheet adds up: the evidence of all fields, in bits, is the match weight. A field counts by
what it adds to the fields above it. After first name and last name, an address that one's family shares
says that somebody of this family is meant, and little about who; so its line is short where family is
what speaks against the match.
"""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from matchprep.errors import UsageError
from matchprep.fields import Field
from matchprep.match import plan
from matchprep.match.blocks import Hasher
from matchprep.match.coded import coded
from matchprep.match.digests import opened
from matchprep.match.dirt import slips
from matchprep.match.engine import Engine
from matchprep.match.evidence import Floats
from matchprep.match.features import FEATURES, features
from matchprep.match.matches import Matches
from matchprep.match.matching import Known, match_people, reference_of
from matchprep.match.model import Model
from matchprep.match.persons import Arrays, links_sql, relation_logs
from matchprep.match.reference import Reference, sharers
from matchprep.match.weights import FAMILY, HOME, KIN, MOVED, STRANGER
from matchprep.tables import ROW_ID

#: Comparison -> the features that show what was compared, where these are not the ones it needs.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "dob": ("year", "month", "day"),
    "address": ("house", "street"),
    "unit": ("unit",),
}
#: Evidence that a probability cannot hold any more.
SURE = 1e-7


@dataclass(frozen=True)
class Line:
    """What one field says."""

    field: str
    level: str
    #: For (above 0) or against the same person, as the base-2 logarithm of a likelihood ratio.
    bits: float
    #: Reference people who share the value, where that counts.
    sharers: int | None
    #: The values of list and reference; null unless they were asked for.
    values: tuple[str | None, str | None] | None = dataclasses.field(default=None, repr=False)

    @property
    def words(self) -> str:
        """What the bits mean."""
        size = abs(self.bits)
        if size < 0.5:
            return "says little"
        strength = "strongly " if size >= 8 else "" if size >= 3 else "weakly "
        return f"speaks {strength}{'for' if self.bits > 0 else 'against'}"


@dataclass(frozen=True)
class Candidate:
    """One reference person, weighed."""

    rank: int
    reference_id: str = dataclasses.field(repr=False)
    probability: float
    is_match: bool
    #: The fields that were compared, in order; their bits add up to `bits`.
    lines: tuple[Line, ...]
    #: Fields that one side or both lack.
    missing: tuple[str, ...]
    #: All fields together: the match weight.
    bits: float
    #: That others of the household are, or are not, in the reference; null where it cannot be told.
    household: float | None


@dataclass(frozen=True)
class Explanation:
    """A list row and its candidates. No value of a person is in it unless asked for, but ids."""

    row_id: int
    rows: int
    reference_rows: int
    #: Before any field is looked at: the odds that one reference person is the one of the list, in bits.
    prior: float
    threshold: float
    #: Probability that the person is not in the reference at all.
    nobody: float
    candidates: tuple[Candidate, ...]


def explain_row(
    clean: pl.LazyFrame | pl.DataFrame,
    reference: Known,
    row: int | str,
    *,
    most: int = 3,
    show_values: bool = False,
) -> Explanation:
    """Explain how one list row was matched, with the weights that the whole list gave.

    Args:
        clean: CLEAN of the list.
        reference: CLEAN of the reference, or an index of it.
        row: The list's own id of a row, or else its 1-based number.
        most: Candidates to explain at most, best first.
        show_values: Hold the values of both sides, too.

    Returns:
        The candidates, each with what every field says.

    Raises:
        InputError: The list has no rows, or no field in common with the reference.
        ReferenceIndexError: The reference has no rows or no usable field.
        UsageError: The list has no such row, or `most` is not 1 to 10.
    """
    people = clean.lazy()
    row_id = find_row(people, row)
    known = reference_of(reference, threads=os.cpu_count() or 1)
    matches = match_people(people, known, max_matches=most)
    pairs = matches.pairs.filter(pl.col(ROW_ID) == row_id)
    model = matches.model
    prior = float(np.log2(model.rate / (1 - model.rate) / model.reference_rows))
    present = matches.presence.filter(pl.col(ROW_ID) == row_id)["probability"].item()
    sheets = Sheets(
        matches, _compared(people, known, row_id, pairs["reference_id"], model), prior, 1 - present
    )
    return Explanation(
        row_id=row_id,
        rows=matches.rows,
        reference_rows=matches.reference_rows,
        prior=prior,
        threshold=matches.threshold,
        nobody=max(0.0, 1.0 - present),
        candidates=tuple(sheets.candidate(pairs[n], n + 1, show_values) for n in range(pairs.height)),
    )


def find_row(people: pl.LazyFrame, row: int | str) -> int:
    """Find a row by the list's own id, or else by its number.

    Args:
        people: CLEAN.
        row: The id or the number.

    Returns:
        Its `row_id`.

    Raises:
        UsageError: There is no such row.
    """
    number = int(row) if str(row).isdecimal() else None
    wanted = [pl.col(ROW_ID) == number] if number is not None else []
    if Field.ID in people.collect_schema() and isinstance(row, str):
        wanted.insert(0, pl.col(Field.ID) == row)
    for one in wanted:
        found = people.filter(one).select(ROW_ID).head(1).collect()
        if found.height:
            return int(found.item())
    raise UsageError(
        "the list has no row of this id or number",
        where="row",
        hint="Row 1 is the first below the header; rows that could not be read have no place here.",
    )


@dataclass(frozen=True)
class Compared:
    """A list row and its candidates, by features, levels and rarities."""

    listed: pl.DataFrame
    candidates: pl.DataFrame
    levels: Arrays

    def values(self, features_: Sequence[str], place: int) -> tuple[str | None, str | None]:
        """Give what was compared, of the list and of a candidate."""
        rows = (self.listed[0], self.candidates[place])
        texts = (" ".join(str(row[name].item()) for name in features_ if row[name].item()) for row in rows)
        listed, known = (text or None for text in texts)
        return listed, known


def _compared(people: pl.LazyFrame, known: Reference, row_id: int, ids: pl.Series, model: Model) -> Compared:
    """Compare one row with its candidates, field by field."""
    one = opened(people.filter(pl.col(ROW_ID) == row_id), known.people)
    listed, rows = features(one, row="list_row").collect(), _named(known, ids)
    coded_row = coded(one)
    counted = sharers(
        known, Hasher(coded_row), coded_row.in_words_of(known.people), frozenset(known.people.filled)
    )
    sharing = pl.DataFrame({name: counts.astype(np.int64) for name, counts in counted.items()})
    pairs = rows.select("reference_row").join(listed.select("list_row"), how="cross")
    tables = {"people": pl.concat([listed, sharing], how="horizontal"), "reference": rows, "links": pairs}
    with tempfile.TemporaryDirectory(prefix="matchprep-") as folder, Engine(Path(folder)) as engine:
        for name, table in tables.items():
            table.write_parquet(Path(folder) / f"{name}.parquet")
            engine.scan(name, Path(folder) / f"{name}.parquet")
        return Compared(listed, rows, engine.arrays(links_sql(model.comparisons, "links")))


def _named(known: Reference, ids: pl.Series) -> pl.DataFrame:
    """Give the features of the reference people of some ids; of several of one id, the first."""
    every = known.ids(np.arange(known.people.rows, dtype=np.uint32)).alias("reference_id").to_frame()
    rows = every.with_row_index("reference_row").filter(pl.col("reference_id").is_in(ids.implode()))
    rows = rows.unique("reference_id", keep="first").sort("reference_row")
    written = {
        name: pl.Series(known.people.written(name, rows["reference_row"].to_numpy()), dtype=kind)
        for name, kind in FEATURES.items()
    }
    return rows.with_columns(**written)


@dataclass(frozen=True)
class Sheets:
    """Makes the balance sheets of one list row."""

    matches: Matches
    compared: Compared
    prior: float
    nobody: float

    def candidate(self, pair: pl.DataFrame, rank: int, show_values: bool) -> Candidate:  # noqa: FBT001
        """Weigh one candidate, field by field."""
        model, arrays = self.matches.model, self.compared.levels
        place = self.compared.candidates["reference_id"].index_of(pair["reference_id"].item()) or 0
        fields = range(len(model.comparisons))
        levels = [int(arrays[f"level_{n}"][place]) for n in fields]
        rarity = [float(arrays[f"rarity_{n}"][place]) for n in fields]
        bits = evidence_by_field(model, levels, rarity)
        lines, missing = [], []
        for n, comparison in enumerate(model.comparisons):
            if not levels[n]:
                missing.append(comparison.name)
                continue
            counted = comparison.levels[levels[n] - 1].sharers is not None
            shown = SHOWN.get(comparison.name, comparison.needs or comparison.any_of)
            lines.append(
                Line(
                    field=comparison.name,
                    level=comparison.words[levels[n]],
                    bits=float(bits[n]),
                    sharers=round(float(np.exp(rarity[n]))) if counted else None,
                    values=self.compared.values(shown, place) if show_values else None,
                )
            )
        weight, probability = float(pair["match_weight"].item()), float(pair["probability"].item())
        told = self.nobody > SURE and probability > SURE
        return Candidate(
            rank=rank,
            reference_id=pair["reference_id"].item(),
            probability=probability,
            is_match=pair["is_match"].item(),
            lines=tuple(lines),
            missing=tuple(missing),
            bits=weight,
            household=float(np.log2(probability / self.nobody)) - self.prior - weight if told else None,
        )


def evidence_by_field(model: Model, levels: Sequence[int], rarity: Sequence[float]) -> Floats:
    """Take the match weight of a pair apart: what each field adds to those before it.

    Args:
        model: The learned model.
        levels: The level of each comparison, 0 for missing.
        rarity: The logarithm of how many people share what agrees, by comparison.

    Returns:
        Bits by comparison; their sum is the match weight.
    """
    start = np.zeros(len(relation_logs(model)[0][0]))
    start[[HOME, MOVED]] = np.log([model.stayed, 1 - model.stayed])
    start[[FAMILY, KIN]] = np.log(np.array([model.family, model.kin]) / model.reference_rows)
    steps, slipped = [start], 0
    for n, (comparison, values) in enumerate(zip(model.comparisons, relation_logs(model), strict=True)):
        row = values[levels[n]].copy()
        row[STRANGER] += rarity[n]
        row[KIN] += rarity[n] * (comparison.name not in plan.KIN_SHARES)
        if slips(comparison)[levels[n]]:
            row[[HOME, MOVED]] += np.log1p(slipped / model.care)
            slipped += 1
        steps.append(row)
    running = np.cumsum(steps, axis=0)
    same = np.logaddexp(running[:, HOME], running[:, MOVED])
    other = np.logaddexp.reduce(running[:, [FAMILY, KIN, STRANGER]], axis=1)
    bits = np.diff(same - other) / np.log(2)
    bits[0] += (same[0] - other[0]) / np.log(2)
    return np.asarray(bits)
