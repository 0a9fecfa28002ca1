"""Learning the weights of this list and this reference, without labels.

What strangers and families share is read off the reference itself, where every two rows are two people:
pairs drawn at random, pairs of one surname and address, and how many people share each value. What the
same person's rows share is learned by expectation-maximization on the counts of agreement patterns, over
whole list rows: each row is one of its candidates or none of them. The shipped probabilities stand in for
`STRENGTH` observations, so that a short list leans on them and a long one on itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matchprep.match.comparisons import Comparison
from matchprep.match.evidence import Evidence, Floats, Ints
from matchprep.match.weights import (
    FAMILY,
    HOME,
    KIN,
    MOVED,
    RELATIONS,
    SHARED_AT_HOME,
    STRANGER,
    Probabilities,
    estimated,
    level_counts,
    shipped,
)

#: How many observations the shipped probabilities are worth.
STRENGTH = 150.0
#: The same for what strangers share, of which there are very many pairs to look at.
CHANCE_STRENGTH = 20_000.0
#: Rounds of expectation-maximization at most, and the change of the match rate at which they end.
ROUNDS, SETTLED = 25, 2e-5


@dataclass(frozen=True)
class Model:
    """All that turns a pattern into a probability."""

    comparisons: tuple[Comparison, ...]
    #: One table a comparison: a row a level, a column a relation.
    tables: tuple[Floats, ...]
    #: Reference people who have each feature.
    filled: Mapping[str, int]
    list_rows: int
    reference_rows: int
    #: Share of list rows that are in the reference and can be found there.
    rate: float = 0.5
    #: Share of these that still live where the reference says.
    stayed: float = 0.85
    #: People of one's own family and address in the reference, on average.
    family: float = 0.5
    #: Relatives nearby.
    kin: float = 0.3

    def logs(self) -> list[Floats]:
        """Give log probabilities by comparison; where sharers are counted, strangers' come from there."""
        logs = []
        for comparison, table in zip(self.comparisons, self.tables, strict=True):
            values = Probabilities(comparison, table).logs()
            for n, level in enumerate(comparison.levels, start=1):
                if level.sharers:
                    values[n, STRANGER] = -np.log(max(min(self.filled[name] for name in level.features), 1))
            logs.append(values)
        return logs


def pattern_logs(model: Model, patterns: Ints) -> Floats:
    """Sum the log probabilities of each pattern's levels.

    Args:
        model: Where the probabilities are.
        patterns: A row a pattern, a column a comparison.

    Returns:
        A row a pattern, a column a relation.
    """
    total = np.zeros((len(patterns), len(RELATIONS)))
    for n, values in enumerate(model.logs()):
        total += values[patterns[:, n]]
    return total


def bayes_factors(model: Model, evidence: Evidence) -> tuple[Floats, Floats]:
    """Weigh each pair: the same person against all else.

    Args:
        model: The probabilities.
        evidence: The pairs.

    Returns:
        Natural logarithm of the Bayes factor of each pair; and of each pattern the share of `home` in
        "the same person".
    """
    logs = pattern_logs(model, evidence.patterns)
    home = logs[:, HOME] + np.log(model.stayed)
    same = np.logaddexp(home, logs[:, MOVED] + np.log1p(-model.stayed))
    people = np.log(max(model.reference_rows, 2))
    relatives = np.log(max(model.kin, 1e-9)) - people
    family = logs[:, FAMILY] + np.log(max(model.family, 1e-9)) - people
    stranger = logs[evidence.pattern, STRANGER] + evidence.rarity
    kin = _kin_logs(model, evidence.patterns)[evidence.pattern] + evidence.kin_rarity + relatives
    other = np.logaddexp(np.logaddexp(stranger, family[evidence.pattern]), kin)
    return same[evidence.pattern] - other, np.exp(home - same)


def _kin_logs(model: Model, patterns: Ints) -> Floats:
    """Weigh relatives who live apart: as strangers, but for surname and place."""
    total = np.zeros(len(patterns))
    for n, (comparison, values) in enumerate(zip(model.comparisons, model.logs(), strict=True)):
        column = KIN if comparison.name in SHARED_AT_HOME else STRANGER
        total += values[patterns[:, n], column]
    return total


def posterior(model: Model, evidence: Evidence, log_factor: Floats) -> Floats:
    """Give each pair's probability against all other candidates of its row and "none of these".

    Args:
        model: The rate of matches.
        evidence: The pairs.
        log_factor: What `bayes_factors` gave.

    Returns:
        Probabilities; those of one list row sum to less than 1.
    """
    odds = np.exp(np.minimum(log_factor, 600.0) + np.log(model.rate / max(model.reference_rows, 1)))
    return np.asarray(odds / (evidence.sums(odds) + (1.0 - model.rate)))


def fit(model: Model, evidence: Evidence, share: float = 1.0) -> Model:
    """Learn the rate of matches and what the same person's rows share.

    Args:
        model: Where to start: shipped probabilities, with what strangers and families share.
        evidence: The pairs of all list rows, or of a sample of them.
        share: The share of the list rows that the sample holds.

    Returns:
        The learned model.
    """
    if not len(evidence.pattern):
        return replace(model, rate=1e-6)
    rows = max(model.list_rows * share, 1.0)
    for _ in range(ROUNDS):
        log_factor, at_home = bayes_factors(model, evidence)
        same = posterior(model, evidence, log_factor)
        weights = np.bincount(evidence.pattern, weights=same, minlength=len(evidence.patterns))
        rate = float(np.clip((weights.sum() + 0.5) / (rows + 1.0), 1e-6, 1 - 1e-6))
        moved = abs(rate - model.rate)
        model = _maximized(model, evidence.patterns, weights, at_home, rate)
        if moved < SETTLED:
            break
    return model


def _maximized(model: Model, patterns: Ints, weights: Floats, at_home: Floats, rate: float) -> Model:
    """Take the expected counts for the new probabilities, shrunk toward the shipped ones."""
    home = level_counts(patterns, weights * at_home, model.comparisons)
    moved = level_counts(patterns, weights * (1 - at_home), model.comparisons)
    tables = []
    for comparison, old, at, away in zip(model.comparisons, model.tables, home, moved, strict=True):
        prior = shipped()[comparison.name].table
        new = old.copy()
        new[:, HOME] = estimated(at, prior[:, HOME], comparison, STRENGTH)
        new[:, MOVED] = estimated(away, prior[:, MOVED], comparison, STRENGTH)
        if comparison.name in SHARED_AT_HOME:
            new[:, FAMILY] = new[:, HOME]
        tables.append(new)
    stayed = (float(weights @ at_home) + 0.85 * STRENGTH) / (float(weights.sum()) + STRENGTH)
    return replace(model, tables=tuple(tables), rate=rate, stayed=float(np.clip(stayed, 0.01, 0.99)))


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
