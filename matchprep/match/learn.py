"""Learning the weights of this list and this reference, without labels.

What strangers and families share is read off the reference itself, where every two rows are two people:
pairs drawn at random, pairs of one surname and address, and how many people share each value. What the
same person's rows share is learned by expectation-maximization on the counts of agreement patterns, over
whole list rows: each row is one of its candidates or none of them. The shipped probabilities, made as dirty
as the list is (`dirt.py`), are each worth `EVENTS` events, so that a short list leans on them, most of all
for what is rare, and a long one on itself.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchprep.match.blocks import mixed
from matchprep.match.comparisons import Comparison
from matchprep.match.dirt import dirtied, dirtiness
from matchprep.match.evidence import Evidence, Floats, Ints
from matchprep.match.model import Model, Weighed, weigh
from matchprep.match.weights import (
    FAMILY,
    HOME,
    MOVED,
    SHARED_AT_HOME,
    STRANGER,
    adapted,
    estimated,
    level_counts,
    normalized,
)

#: How many observations the shipped probabilities are worth where so many are taken for each alike.
STRENGTH = 150.0
#: How many events of each level they are worth in matches.
EVENTS = 1.0
#: How many observations they are worth in pairs of strangers. There are very many of these to look at, but
#: drawn at random they share less than those whom a rule found: people whose phones differ by a digit live
#: in one place.
CHANCE_STRENGTH = 20_000.0
#: The same, in list rows, for how many of a family the reference holds.
FAMILY_STRENGTH = 50.0
#: Comparisons that tell people of one family apart.
OF_ONE = frozenset({"first_name", "middle_name", "name_suffix", "gender", "dob"})
#: The same for these, for each list row that is not in the reference, where everybody has a family there:
#: relatives of such rows look like people of the reference whose first name is wrong, the more the more such
#: rows there are, and only what is known beforehand says how many wrong ones there can be.
CAUTION = 2.0
#: Comparisons in which who has moved is like who has stayed. The matches of the former are unsure wherever a
#: slip adds to the move: by themselves they would teach that the moved make none.
ANYWHERE = OF_ONE | {"last_name"}
#: Share of matches at the same address beforehand, and how many matches that is worth: lists differ much.
USUALLY_STAYED, MOVING_STRENGTH = 0.75, 5.0
#: How many of a family are found at a new address, as a share of those at the old one.
MOVED_FAMILY = 0.1
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
    same, stays = weighed.probability, weighed.probability * weighed.at_home
    matches = float(same.sum())
    home, moved = (
        level_counts(evidence.patterns, evidence.counted(part), model.comparisons)
        for part in (stays, same - stays)
    )
    times, events = dirtiness(model.comparisons, home, moved), EVENTS * strength / STRENGTH
    caution = strength + CAUTION * min(usual, 1.0) * max(rows - matches, 0.0) if usual else 0.0
    tables = tuple(
        _taught(old, one, (at, away), dirtied(one, times), events=events, caution=caution)
        for one, old, at, away in zip(model.comparisons, model.tables, home, moved, strict=True)
    )
    usually = min(strength, MOVING_STRENGTH)
    stayed = (float(stays.sum()) + USUALLY_STAYED * usually) / (matches + usually)
    relatives = _relatives(model, evidence, weighed, rows=rows, usual=usual)
    return replace(
        model,
        tables=tables,
        rate=float(np.clip((matches + 0.5) / (rows + 1.0), 1e-6, 1 - 1e-6)),
        stayed=float(np.clip(stayed, 0.01, 0.99)),
        family=relatives[0],
        family_of_moved=relatives[1],
        family_of_absent=relatives[2],
    )


def _taught(
    old: Floats,
    comparison: Comparison,
    counts: tuple[Floats, Floats],
    prior: Floats,
    *,
    events: float,
    caution: float,
) -> Floats:
    """Give a comparison the shares that were counted in matches at the same address and at another one."""
    new = old.copy()
    together = comparison.name in ANYWHERE
    if together:
        prior[:, MOVED] = prior[:, HOME]
    for relation, own in zip((HOME, MOVED), counts, strict=True):
        seen = counts[0] + counts[1] if together else own
        new[:, relation] = adapted(seen, prior[:, relation], comparison, events)
        if comparison.name in OF_ONE and caution:
            bounded = estimated(seen, prior[:, relation], comparison, caution)
            against = prior[:, relation] < old[:, STRANGER]
            new[against, relation] = np.minimum(new[:, relation], bounded)[against]
    new = normalized(comparison, new)
    if comparison.name in SHARED_AT_HOME:
        new[:, FAMILY] = new[:, HOME]
    return new


def _relatives(
    model: Model, evidence: Evidence, weighed: Weighed, *, rows: float, usual: float
) -> list[float]:
    """Count how many of a family the reference holds for those at home, those who moved, and all others."""
    placed = weighed.placed
    same = weighed.probability * placed
    stays = same * weighed.at_home
    there, away = evidence.sums(stays), evidence.sums(same - stays)
    # Rows without any candidate are not seen; they have an address as often as the others.
    rows *= float(placed[evidence.starts].mean())
    counts = []
    for number, prior, present, own in (
        (model.family, usual, there, stays),
        (model.family_of_moved, usual * MOVED_FAMILY, away, same - stays),
        (model.family_of_absent, usual, placed - there - away, np.zeros_like(same)),
    ):
        # NOTE: `@` would share this out among threads, which costs more than the sum, and rounds otherwise.
        found = float((weighed.family(number) * (present - own)).sum())
        people = float(own.sum()) if own.any() else max(rows - float(same.sum()), 0.0)
        counts.append((found + prior * FAMILY_STRENGTH) / (people + FAMILY_STRENGTH))
    return counts


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
