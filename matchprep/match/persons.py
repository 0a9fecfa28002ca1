"""Persons out of pairs of one list: learning what one person's rows share, and grouping by it.

A list may hold a person any number of times, so a pair is weighed by itself, not against other candidates;
and what pairs alone cannot tell, the company of rows does (`groups.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.match import plan
from matchprep.match.comparisons import Comparison, level_sql
from matchprep.match.evidence import Evidence, Floats, Ints
from matchprep.match.groups import Links, connected, grouped
from matchprep.match.learn import FAMILY_STRENGTH, ROUNDS, SETTLED, STRENGTH
from matchprep.match.model import Model, weigh
from matchprep.match.steps import LEAST_RELATIVES
from matchprep.match.weights import (
    FAMILY,
    HOME,
    KIN,
    MOVED,
    SHARED_AT_HOME,
    STRANGER,
    estimated,
    level_counts,
    shipped,
)

Arrays = Mapping[str, npt.NDArray[np.generic]]

#: Others of one's own family in the list and other rows of one's own, before anything was learned.
USUAL_FAMILY, USUAL_COPIES = 0.3, 0.3
#: Rows of the largest bunch that all pairs are compared of.
BUNCH = 100
#: Probabilities at which rows may belong together; the next one where the last left bunches too large.
LOOSE = (0.01, 0.1, 0.5, 0.9, 0.99)
#: How often rows are grouped; each time the groups teach the weights of the next.
LESSONS = 2
#: Relations that a pair is weighed by, against strangers.
RELATED = [HOME, MOVED, FAMILY, KIN]
#: The form of a level that says all there is to say.
FULLEST = "full"
#: Digits kept, so that the order of a sum cannot be seen in the answer.
DIGITS = 9


def rate_of(copies: float) -> float:
    """Give the rate at which a model, asked of one pair, has the odds of `copies` among all rows."""
    return copies / (1 + copies)


def alone(evidence: Evidence) -> Evidence:
    """Let each pair be weighed by itself."""
    return replace(evidence, list_row=np.arange(len(evidence.pattern)))


def learned(model: Model, evidence: Evidence, share: float, *, related: float) -> Model:
    """Learn what one person's rows and a family's rows share, by expectation-maximization on pairs.

    Args:
        model: Where to start.
        evidence: Pairs, or a sample of them.
        share: The share of all pairs that the sample holds.
        related: Others of one's surname in one's area beyond chance: rows of one's own, family and kin.

    Returns:
        The learned model; its `rate` stands for the number of other rows that a person has.
    """
    rows = max(model.list_rows * share, 1.0)
    pairs = alone(evidence)
    for _ in range(ROUNDS):
        before, weighed = model, weigh(model, pairs)
        same = weighed.probability
        stays = same * weighed.at_home
        parts = tuple(map(evidence.counted, (stays, same - stays, (1 - same) * weighed.family(model.family))))
        model = _maximized(
            model, [level_counts(evidence.patterns, part, model.comparisons) for part in parts]
        )
        stayed = (float(stays.sum()) + 0.85 * STRENGTH) / (float(same.sum()) + STRENGTH)
        copies = (2 * float(same.sum()) + 0.5) / (rows + 1.0)
        relatives = (2 * float(parts[2].sum()) + USUAL_FAMILY * FAMILY_STRENGTH) / (rows + FAMILY_STRENGTH)
        model = replace(
            model, rate=rate_of(copies), stayed=float(np.clip(stayed, 0.01, 0.99)),
            family=relatives, family_of_moved=relatives, family_of_absent=relatives,
            kin=max(related - copies - relatives, LEAST_RELATIVES),
        )  # fmt: skip
        if abs(model.rate - before.rate) + abs(model.stayed - before.stayed) < SETTLED:
            break
    return model


def _maximized(model: Model, counts: Sequence[Sequence[Floats]]) -> Model:
    """Take counted levels, by relation and comparison, for the new probabilities."""
    tables = [table.copy() for table in model.tables]
    for relation, levels in zip((HOME, MOVED, FAMILY), counts, strict=False):
        for comparison, new, seen in zip(model.comparisons, tables, levels, strict=True):
            prior = shipped()[comparison.name].table[:, relation]
            new[:, relation] = estimated(seen, prior, comparison, STRENGTH)
    for comparison, new in zip(model.comparisons, tables, strict=True):
        if comparison.name in SHARED_AT_HOME:
            new[:, FAMILY] = new[:, HOME]
    return replace(model, tables=tuple(tables))


def probabilities(model: Model, evidence: Evidence) -> Floats:
    """Give the probability of each pair that both rows are of one person."""
    return weigh(model, alone(evidence)).probability.round(DIGITS)


def persons(compared: Arrays, model: Model, least: float) -> tuple[Ints, Model]:
    """Group rows, learn what one person's rows share from these groups, and group them again.

    Pairs found by blocking share more than a person's rows do on the whole; those of a group do not.
    """
    columns = range(len(model.comparisons))
    levels = np.stack([compared[f"level_{n}"].astype(np.int64) for n in columns], axis=1)
    rarity = np.stack([compared[f"rarity_{n}"].astype(np.float64) for n in columns], axis=1)
    left, right = (compared[f"{side}_row"].astype(np.int64) for side in ("list", "reference"))
    for _ in range(LESSONS):
        links = _links(left, right, levels, rarity, model)
        group = grouped(model.list_rows, links, partial(odds, model), least)
        model = _taught(model, levels, links, (group[left] == group[right]).astype(np.float64))
    return group, model


def _links(left: Ints, right: Ints, levels: Ints, rarity: Floats, model: Model) -> Links:
    """Give the likelihood ratios of pairs, by field and relation."""
    ratios, full = [], []
    for n, (comparison, values) in enumerate(zip(model.comparisons, relation_logs(model), strict=True)):
        log = values[levels[:, n]][:, RELATED]
        log[:, RELATED.index(KIN)] += rarity[:, n] * (comparison.name not in plan.KIN_SHARES)
        ratios.append(np.exp(log - (values[levels[:, n], STRANGER] + rarity[:, n])[:, None]))
        forms = np.array([False, *(one.form == FULLEST for one in comparison.levels)])
        full.append(forms[levels[:, n]])
    return Links(left, right, np.stack(ratios, axis=1), levels > 0, np.stack(full, axis=1))


def _taught(model: Model, levels: Ints, links: Links, same: Floats) -> Model:
    """Learn from pairs of which it is known whether they are one person."""
    home, moved = (np.exp(np.log(links.ratios[:, :, n]).sum(axis=1)) for n in (0, 1))
    at_home = model.stayed * home / (model.stayed * home + (1 - model.stayed) * moved)
    parts = (same * at_home, same * (1 - at_home))
    pairs = float(same.sum())
    stayed = (float(parts[0].sum()) + 0.85 * STRENGTH) / (pairs + STRENGTH)
    copies = (2 * pairs + 0.5) / (model.list_rows + 1.0)
    model = _maximized(model, [level_counts(levels, part, model.comparisons) for part in parts])
    return replace(model, rate=rate_of(copies), stayed=float(np.clip(stayed, 0.01, 0.99)))


def bunched(rows: int, evidence: Evidence, probability: Floats) -> pl.DataFrame:
    """Give all pairs within each bunch of rows that hang together, loosely if the bunch stays small."""
    left, right = evidence.list_row, evidence.reference_row
    pairs, open_rows = [], np.ones(rows, dtype=bool)
    for least in LOOSE:
        links = (probability >= least) & open_rows[left] & open_rows[right]
        bunch = connected(rows, left[links], right[links])
        size = np.bincount(bunch, minlength=rows)[bunch]
        closed = np.flatnonzero(open_rows & (size > 1) & (size <= BUNCH))
        members = pl.DataFrame({"list_row": closed, "bunch": bunch[closed]})
        both = members.join(members.rename({"list_row": "reference_row"}), on="bunch")
        pairs.append(both.filter(pl.col("list_row") < pl.col("reference_row")).drop("bunch"))
        open_rows &= size > BUNCH
    pairs.append(pl.DataFrame({"list_row": left[links], "reference_row": right[links]}).filter(
        pl.Series(open_rows[left[links]])
    ))  # fmt: skip
    return pl.concat(pairs)


def links_sql(comparisons: Sequence[Comparison], links: str) -> str:
    """Write the query that compares pairs of the list field by field."""
    levels, outer = [], []
    for n, comparison in enumerate(comparisons):
        levels.append(f"{plan.spelled(level_sql(comparison))} AS level_{n}")
        levels += [
            f"{level.sharers} AS sharers_{n}_{position}"
            for position, level in enumerate(comparison.levels, start=1)
            if level.sharers
        ]
        outer.append(f"level_{n}, CAST({plan.rarity_sql(n, comparison)} AS DOUBLE) AS rarity_{n}")
    return f"""SELECT list_row, reference_row, {", ".join(outer)} FROM (
            SELECT p.list_row, p.reference_row, {", ".join(levels)}
            FROM {links} p JOIN people l ON l.list_row = p.list_row
            JOIN reference r ON r.reference_row = p.reference_row
        ) ORDER BY list_row, reference_row"""


def relation_logs(model: Model) -> list[Floats]:
    """Give log probabilities by comparison; relatives who live apart are as strangers but for their names."""
    logs = model.logs()
    for comparison, values in zip(model.comparisons, logs, strict=True):
        if comparison.name == "first_name":
            values[:, KIN] = values[:, FAMILY]
        elif comparison.name not in SHARED_AT_HOME:
            values[:, KIN] = values[:, STRANGER]
    return logs


def odds(model: Model, ratios: Floats) -> Floats:
    """Turn likelihood ratios by field and relation into the odds of one person.

    Args:
        model: The learned model.
        ratios: One row a pair, by field and relation.

    Returns:
        One number a pair.
    """
    home, moved, family, kin = np.exp(np.log(np.maximum(ratios, 1e-30)).sum(axis=1)).T
    same = model.stayed * home + (1 - model.stayed) * moved
    other = 1 + (model.family * family + model.kin * kin) / model.reference_rows
    return np.asarray(model.rate / (1 - model.rate) / model.reference_rows * same / other)
