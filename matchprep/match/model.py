"""The model: from levels and counts to the probability that two rows are one person.

For a list row the model weighs each candidate against all others and against "none of these":

    same person      rate x P(levels | home or moved) / reference rows
    somebody else    P(levels | stranger) + P(levels | family) x family / rows + P(levels | kin) x kin / rows

`family` is how many of one's own family and address the reference holds, on average. It is another
number for people who are in the reference, at this address or another, than for those who are not, so a
found family is evidence of its own: where whole households are in the reference or are not, it speaks for
the row; and who has moved has left the family behind. Slips of one person come in heaps (`dirt.py`): a second
one is more probable than the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np

from matchprep.match.comparisons import Comparison
from matchprep.match.dirt import CARE, heaped
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
    #: Others of one's own family and address in the reference, for those who are there themselves.
    family: float = 0.5
    #: The same for those who have moved: of their new address.
    family_of_moved: float = 0.05
    #: The same for those who are not in the reference.
    family_of_absent: float = 0.5
    #: Relatives nearby.
    kin: float = 0.3
    #: How alike people are in care; infinite where slips come one by one.
    care: float = CARE
    #: Share of the list's values that the reference has at all, by feature; 1 where not said.
    known: Mapping[str, float] = field(default_factory=dict)

    def logs(self) -> list[Floats]:
        """Give log probabilities by comparison; where sharers are counted, strangers' come from there.

        A stranger whom the reference lacks shows a certain name as often as the reference has it, but
        for typing errors: these befall strangers as they befall anyone, and make names that nobody has.
        """
        logs = []
        for comparison, table in zip(self.comparisons, self.tables, strict=True):
            values = Probabilities(comparison, table).logs()
            for n, level in enumerate(comparison.levels, start=1):
                if level.sharers:
                    filled = max(min(self.filled[name] for name in level.features), 1)
                    known = np.prod([self.known.get(name, 1.0) for name in level.features])
                    values[n, STRANGER] = np.log(level.reach * known / filled)
            logs.append(values)
        return logs


@dataclass(frozen=True)
class Weighed:
    """Pairs with their weights."""

    #: Of each pair: that it is the same person.
    probability: Floats
    #: Of each pair: the Bayes factor of the same person against all else.
    factor: Floats
    #: Of each pair: the odds of one family and address against all else but the same person, where
    #: the reference holds one other person of a family.
    family_odds: Floats
    #: Of each pair: the share of `home` in "the same person".
    at_home: Floats
    #: Of each pair: whether its list row was held against any address, 1 or else 0.
    placed: Floats

    def family(self, number: float) -> Floats:
        """Give for each pair that is not the same person the probability of one family and address.

        Args:
            number: Others of a family in the reference.
        """
        odds = number * self.family_odds
        return np.asarray(odds / (1 + odds))


def weigh(model: Model, evidence: Evidence) -> Weighed:
    """Weigh every pair against all other candidates of its row and "none of these".

    Args:
        model: The probabilities.
        evidence: The pairs.

    Returns:
        Probabilities, those of one row summing to less than 1, and what they were made of.
    """
    of_pattern = _of_patterns(model, evidence.patterns)
    weighed = Weighed(*(np.empty(len(evidence.pattern)) for _ in fields(Weighed)))
    first = 0
    for part in evidence.parts:
        some = slice(first, first := first + len(part.pattern))
        for one, values in zip(fields(Weighed), _weighed(model, part, *of_pattern), strict=True):
            getattr(weighed, one.name)[some] = values
    return weighed


def _of_patterns(model: Model, patterns: Ints) -> tuple[Floats, ...]:
    """Give of each pattern its probability by relation, and whether two addresses were compared."""
    shares, rows = np.exp(_pattern_logs(model, patterns)), max(model.reference_rows, 1)
    places = [n for n, comparison in enumerate(model.comparisons) if comparison.name == "address"]
    compared = patterns[:, places[0]] > 0 if places else np.zeros(len(patterns))
    return (
        shares[:, HOME] * model.stayed,
        shares[:, MOVED] * (1 - model.stayed),
        shares[:, FAMILY] / rows,
        shares[:, KIN] * (model.kin / rows),
        shares[:, STRANGER].copy(),
        compared.astype(np.float64),
    )


def _weighed(model: Model, evidence: Evidence, *of_pattern: Floats) -> tuple[Floats, ...]:
    """Weigh the pairs of some list rows: what `Weighed` holds, in its order."""
    home, moved, family, kin, stranger, compared = (table[evidence.pattern] for table in of_pattern)
    apart = stranger * evidence.commonness + kin * evidence.kin_commonness
    relatives = (model.family, model.family_of_moved, model.family_of_absent)
    other, other_if_moved, other_if_absent = (apart + number * family for number in relatives)
    factor = np.minimum((home + moved) / other, MOST)
    placed = np.minimum(evidence.sums(compared), 1.0)
    at_home = np.minimum(home / other, MOST)
    at_home *= _others(evidence, other / other_if_absent, placed * (model.family - model.family_of_absent))
    away = np.minimum(moved / other_if_moved, MOST)
    away *= _others(
        evidence, other_if_moved / other_if_absent, placed * (model.family_of_moved - model.family_of_absent)
    )
    odds = (at_home + away) * (model.rate / max(model.reference_rows, 1))
    probability = odds / (evidence.sums(odds) + (1.0 - model.rate))
    return probability, factor, family / apart, at_home / (at_home + away), placed


def _others(evidence: Evidence, ratio: Floats, more: Floats) -> Floats:
    """Weigh the other people of a row's family that were found, and those that should have been."""
    return np.exp(evidence.sums(np.log(ratio)) - more)


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
    total[:, [HOME, MOVED]] += heaped(model.comparisons, patterns, model.care)[:, None]
    return np.asarray(np.maximum(total, 50 * np.log(LEAST)))
