"""The model: from levels and counts to the probability that two rows are one person.

For a list row the model weighs each candidate against all others and against "none of these":

    same person      rate x P(levels | home or moved) / reference rows
    somebody else    P(levels | stranger) + P(levels | family) x family / rows + P(levels | kin) x kin / rows

`family` is how many of one's own family and address the reference holds, on average. It is another
number for people who are in the reference than for those who are not, so a found family is evidence of
its own: where whole households are in the reference or are not, it speaks for the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matchprep.match.comparisons import Comparison
from matchprep.match.evidence import Evidence, Floats, Ints
from matchprep.match.weights import (
    FAMILY,
    HOME,
    KIN,
    LEAST,
    MOVED,
    RELATIONS,
    SHARED_AT_HOME,
    STRANGER,
    Probabilities,
)

#: A Bayes factor above this is as good as any; it also keeps numbers finite.
MOST = 1e250


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
    #: Others of one's own family and address in the reference, for those who are in it themselves.
    family: float = 0.5
    #: The same for those who are not.
    family_of_absent: float = 0.5
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


@dataclass(frozen=True)
class Weighed:
    """Pairs with their weights."""

    #: Of each pair: that it is the same person.
    probability: Floats
    #: Of each pair: the Bayes factor of the same person against all else.
    factor: Floats
    #: Of each pair that is not the same person: that it is of the same family and address.
    family: Floats
    #: Of each pattern: the share of `home` in "the same person".
    at_home: Floats


def weigh(model: Model, evidence: Evidence) -> Weighed:
    """Weigh every pair against all other candidates of its row and "none of these".

    Args:
        model: The probabilities.
        evidence: The pairs.

    Returns:
        Probabilities, those of one row summing to less than 1, and what they were made of.
    """
    logs = _pattern_logs(model, evidence.patterns)
    home, moved = np.exp(logs[:, HOME]) * model.stayed, np.exp(logs[:, MOVED]) * (1 - model.stayed)
    family = (np.exp(logs[:, FAMILY]) / max(model.reference_rows, 1))[evidence.pattern]
    kin = np.exp(logs[evidence.pattern, KIN] + evidence.kin_rarity) * model.kin / max(model.reference_rows, 1)
    apart = np.exp(logs[evidence.pattern, STRANGER] + evidence.rarity) + kin
    other, other_if_absent = apart + model.family * family, apart + model.family_of_absent * family
    factor = np.minimum((home + moved)[evidence.pattern] / other, MOST)
    more_family = model.family - model.family_of_absent
    presence = np.exp(evidence.sums(np.log(other / other_if_absent)) - more_family)
    odds = factor * presence * (model.rate / max(model.reference_rows, 1))
    probability = odds / (evidence.sums(odds) + (1.0 - model.rate))
    return Weighed(probability, factor, model.family * family / other, home / (home + moved))


def _pattern_logs(model: Model, patterns: Ints) -> Floats:
    """Sum the log probabilities of each pattern's levels: a row a pattern, a column a relation.

    Relatives who live apart are as strangers, but for surname and place, and now and then they bear one
    first name, as father and son do.
    """
    total = np.zeros((len(patterns), len(RELATIONS)))
    for n, (comparison, values) in enumerate(zip(model.comparisons, model.logs(), strict=True)):
        if comparison.name == "first_name":
            values[:, KIN] = values[:, FAMILY]
        elif comparison.name not in SHARED_AT_HOME:
            values[:, KIN] = values[:, STRANGER]
        total += values[patterns[:, n]]
    return np.asarray(np.maximum(total, 50 * np.log(LEAST)))
