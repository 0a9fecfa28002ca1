"""Learning the weights of this list and this reference, without labels.

What strangers and families share is read off the reference itself, where every two rows are two people:
pairs drawn at random, pairs of one surname and address, and how many people share each value. What the
same person's rows share is learned by expectation-maximization on the counts of agreement patterns, over
whole list rows: each row is one of its candidates or none of them. The shipped probabilities stand in for
`STRENGTH` observations, so that a short list leans on them and a long one on itself.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchprep.match.blocks import mixed
from matchprep.match.evidence import Evidence, Floats, Ints
from matchprep.match.model import Model, Weighed, weigh
from matchprep.match.weights import (
    FAMILY,
    HOME,
    MOVED,
    SHARED_AT_HOME,
    STRANGER,
    estimated,
    level_counts,
    shipped,
)

#: How many observations the shipped probabilities are worth.
STRENGTH = 150.0
#: The same for what strangers share, of which there are very many pairs to look at.
CHANCE_STRENGTH = 20_000.0
#: The same, in list rows, for how many of a family the reference holds.
FAMILY_STRENGTH = 50.0
#: Rounds of expectation-maximization at most, and the change of the match rate at which they end.
ROUNDS, SETTLED = 30, 4e-5
#: Pairs with which most rounds are gone through, and rounds with all pairs after that.
FEW, LAST_ROUNDS = 40_000, 5


def fit(
    model: Model,
    evidence: Evidence,
    share: float = 1.0,
    *,
    known: Floats | None = None,
    strength: float = STRENGTH,
) -> Model:
    """Learn the rate of matches and what the same person's rows share.

    Args:
        model: Where to start: shipped probabilities, with what strangers and families share.
        evidence: The pairs of all list rows, or of a sample of them.
        share: The share of the list rows that the sample holds.
        known: Of each pair: 1 where it is known to be the same person, 0 where not, NaN where that is
            unknown; by default of all.
        strength: How many observations the shipped probabilities are worth.

    Returns:
        The learned model.
    """
    if not len(evidence.pattern):
        return replace(model, rate=1e-6)
    usual = model.family
    for part, of_part, rounds in _courses(evidence, known):
        for _ in range(rounds):
            before = model
            weighed = weigh(model, part)
            if known is not None:
                weighed = replace(weighed, probability=np.where(np.isnan(known), weighed.probability, known))
            rows = max(model.list_rows * share * of_part, 1.0)
            model = _maximized(model, part, weighed, rows=rows, usual=usual, strength=strength)
            if abs(model.rate - before.rate) + abs(model.stayed - before.stayed) < SETTLED:
                break
    return model


def _courses(evidence: Evidence, known: Floats | None) -> list[tuple[Evidence, float, int]]:
    """Let many pairs only finish what some of them began: evidence, its share of the rows, rounds."""
    # NOTE: the evidence may be a sample by these keys already; hashed once more they draw anew.
    few, share = replace(evidence, sample_key=mixed(evidence.sample_key)).sample(FEW)
    if known is not None or share > 0.5:
        return [(evidence, 1.0, ROUNDS)]
    return [(few, share, ROUNDS), (evidence, 1.0, LAST_ROUNDS)]


def _maximized(
    model: Model, evidence: Evidence, weighed: Weighed, *, rows: float, usual: float, strength: float
) -> Model:
    """Take the expected counts for the new probabilities, shrunk toward the shipped ones."""
    weights = np.bincount(evidence.pattern, weights=weighed.probability, minlength=len(evidence.patterns))
    matches = float(weights.sum())
    home = level_counts(evidence.patterns, weights * weighed.at_home, model.comparisons)
    moved = level_counts(evidence.patterns, weights * (1 - weighed.at_home), model.comparisons)
    tables = []
    for comparison, old, at, away in zip(model.comparisons, model.tables, home, moved, strict=True):
        prior = shipped()[comparison.name].table
        new = old.copy()
        new[:, HOME] = estimated(at, prior[:, HOME], comparison, strength)
        new[:, MOVED] = estimated(away, prior[:, MOVED], comparison, strength)
        if comparison.name in SHARED_AT_HOME:
            new[:, FAMILY] = new[:, HOME]
        tables.append(new)
    stayed = (float(weights @ weighed.at_home) + 0.85 * strength) / (matches + strength)
    present = evidence.sums(weighed.probability)
    found = float(weighed.family @ (present - weighed.probability))
    found_of_absent = float(weighed.family @ (1 - present))
    return replace(
        model,
        tables=tuple(tables),
        rate=float(np.clip((matches + 0.5) / (rows + 1.0), 1e-6, 1 - 1e-6)),
        stayed=float(np.clip(stayed, 0.01, 0.99)),
        family=(found + usual * FAMILY_STRENGTH) / (matches + FAMILY_STRENGTH),
        family_of_absent=(found_of_absent + usual * FAMILY_STRENGTH) / (rows - matches + FAMILY_STRENGTH),
    )


def with_reference(model: Model, *, chance: tuple[Ints, Floats], families: tuple[Ints, Floats]) -> Model:
    """Read off the reference what strangers and families share.

    Args:
        model: With the shipped probabilities.
        chance: Patterns of pairs drawn at random and how often each occurs.
        families: The same for pairs of one surname and address.

    Returns:
        The model with those columns estimated.
    """
    strangers = level_counts(*chance, model.comparisons)
    relatives = level_counts(*families, model.comparisons)
    tables = []
    for comparison, old, by_chance, at_home in zip(
        model.comparisons, model.tables, strangers, relatives, strict=True
    ):
        new = old.copy()
        new[:, STRANGER] = estimated(by_chance, old[:, STRANGER], comparison, CHANCE_STRENGTH)
        if comparison.name not in SHARED_AT_HOME:
            new[:, FAMILY] = estimated(at_home, old[:, FAMILY], comparison, STRENGTH)
        tables.append(new)
    return replace(model, tables=tuple(tables))


def unseen(probability: Floats, found_by: Ints) -> float:
    """Estimate how many matches no blocking rule found, from those that only one or two rules found.

    Args:
        probability: Of each pair: that it is the same person.
        found_by: Of each pair: how many rules found it.

    Returns:
        Expected number of matches outside the candidates; a lower bound where rules depend on each other.

    Source: A. Chao, Nonparametric estimation of the number of classes in a population, 1984; the form
        without bias for few observations.
    """
    once, twice = float(probability[found_by == 1].sum()), float(probability[found_by == 2].sum())
    return once * max(once - 1.0, 0.0) / (2.0 * (twice + 1.0))
