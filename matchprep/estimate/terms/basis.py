"""The figures that every provider's terms are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from matchprep.check import Checked
from matchprep.estimate.estimate import Estimate
from matchprep.estimate.reference import Reference, attributes_of
from matchprep.fields import Field
from matchprep.match import ColumnShare
from matchprep.match.agreements import BITS
from matchprep.rulebook import ProviderRules

#: Probability from which a further candidate is one that a provider would give.
LEAST_FURTHER = 0.01


@dataclass(frozen=True)
class Key:
    """A kind of value that is looked up: how often the list has it, and how many are known."""

    total: int
    unique: int
    #: Of the different values: those that the reference knows.
    known: float


@dataclass(frozen=True)
class Basis:
    """A forecast in figures. No value of a person is in it."""

    rows: int
    match_rate: float
    matched: float
    unique: float
    #: Wire name of a column -> its shares.
    columns: Mapping[str, ColumnShare]
    keys: Mapping[Field, Key]
    #: Further candidates of matched rows, at most `max_matches - 1` a row.
    max_matches: int
    further: float
    #: The type of identifier that is uploaded, where the profile settles one.
    upload_type: str | None
    #: What the reference tells of those who matched; a row a person.
    people: pl.DataFrame = field(repr=False)


def basis_of(
    estimate: Estimate,
    clean: pl.LazyFrame | pl.DataFrame,
    reference: Reference,
    rules: ProviderRules,
    checked: Checked,
    *,
    max_matches: int = 1,
) -> Basis | None:
    """Work out the figures of an estimate.

    Args:
        estimate: The estimate at the provider.
        clean: CLEAN of the list.
        reference: What it was matched against.
        rules: The provider.
        checked: The list held against its rules.
        max_matches: Matches of one row that are asked for.

    Returns:
        The figures; null where there is no forecast.
    """
    forecast, at, pairs = estimate.forecast, estimate.at, estimate.matches.pairs
    if forecast is None or at is None:
        return None
    carried = forecast.expected_matches / at.expected_matches if at.expected_matches else 1.0
    taken = pairs.filter("is_match")
    columns = {rules.fields[one.field].wire: one for one in at.columns if one.field in rules.fields}
    return Basis(
        rows=estimate.rows,
        match_rate=forecast.match_rate,
        matched=forecast.expected_matches,
        unique=forecast.unique_matches,
        columns=columns,
        keys=_keys(estimate, clean.lazy(), checked, carried),
        max_matches=max_matches,
        further=_further(pairs, max_matches) * carried,
        upload_type=str(kind) if (kind := rules.profiles[checked.profile].sets.get("type")) else None,
        people=attributes_of(reference, taken["reference_id"]),
    )


def _further(pairs: pl.DataFrame, most: int) -> float:
    if "rank" not in pairs.columns:
        return 0.0
    more = pairs.filter(pl.col("rank").is_between(2, most), pl.col("probability") >= LEAST_FURTHER)
    return float(more.join(pairs.filter("is_match"), on="row_id", how="semi").height)


def _keys(estimate: Estimate, clean: pl.LazyFrame, checked: Checked, carried: float) -> dict[Field, Key]:
    """Count the values of each field sent that are looked up one by one."""
    found = estimate.matches.agreements
    names = clean.collect_schema().names()
    fields = [one for one in (*checked.required, *checked.optional) if one in names and one in BITS]
    if found is None or not fields:
        return {}
    counts = checked.kept.select(
        *(pl.col(one).count().alias(f"{one} total") for one in fields),
        *(pl.col(one).drop_nulls().n_unique().alias(f"{one} unique") for one in fields),
    ).collect()
    keys = {}
    for one in fields:
        if one not in found.judged:
            continue
        agreeing = np.unique(found.row[(found.agree & BITS[one]) != 0])
        total, unique = (int(counts[f"{one} {what}"][0]) for what in ("total", "unique"))
        known = min(len(agreeing) / total * carried, 1.0) * unique if total else 0.0
        keys[one] = Key(total, unique, known)
    return keys
