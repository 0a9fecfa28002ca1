"""Where a reference cannot answer: no number, but the reason and what to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from matchprep.estimate.coverage import Coverage

#: A reference of fewer people stands for nobody's universe.
LEAST_REFERENCE = 50
#: Rows of the list that must live where the reference can answer.
LEAST_HERE = 30
#: Expected matches that a sample must have found.
LEAST_FOUND = 5.0
#: Half the width of an interval beyond which a number would only look like one.
WIDEST = 0.15
#: The same of a sample, were half of the rows matches. A larger sample can be had, so more is asked: within
#: this, errors are about 2 points on average. What was found must not count: where it decided, samples that
#: by chance hold few of the list would be answered, and those that hold many would not.
WIDEST_OF_SAMPLE = 0.08
#: Rows of states that the reference hardly has, and people that make a state more than an oversight.
MANY_AWAY, FEW_THERE = 0.05, 0.001
#: So many states are named.
MOST_NAMED = 6


@dataclass(frozen=True)
class NoAnswer:
    """Why there is no number."""

    reason: str
    do: str


def no_answer(
    *, reference_rows: int, here: float, found: float, most: float, half: float, coverage: Coverage
) -> NoAnswer | None:
    """Say why a reference cannot answer, where it cannot.

    Args:
        reference_rows: Its people.
        here: Rows of the list that live where it can answer.
        found: Matches expected among them.
        most: Rows that could match.
        half: Half the width of the interval.
        coverage: What the reference is.

    Returns:
        The reason; null where there is an answer.
    """
    if reference_rows < LEAST_REFERENCE:
        return NoAnswer(
            f"the reference is too small: {reference_rows:,} people",
            f"Use a reference of at least {LEAST_REFERENCE} people; one of the provider's size is best.",
        )
    if coverage.states and here < LEAST_HERE:
        return NoAnswer(
            f"the reference holds {', '.join(coverage.states)} only, where {here:,.0f} rows of the list live",
            "Use a reference of the states that the list lives in.",
        )
    if coverage.fraction < 1 and found < LEAST_FOUND:
        return NoAnswer(
            f"a sample of {coverage.fraction:.3g} of the universe holds too few of the list:"
            f" {found:,.0f} expected matches, and at least {LEAST_FOUND:.0f} are needed",
            f"Use a sample {LEAST_FOUND / max(found, 1.0):,.0f} times as large, or a longer list.",
        )
    spread = 3 * math.sqrt(found)
    if coverage.fraction < 1 and found - spread > most * coverage.fraction:
        return NoAnswer(
            f"the reference is no sample of {coverage.fraction:.3g}: it has {found / most:.0%} of the list,"
            " which would be more than all of it in the universe",
            "Say what the reference is: --coverage whole, or a larger fraction.",
        )
    return _too_wide(half, here, coverage)


def _too_wide(half: float, here: float, coverage: Coverage) -> NoAnswer | None:
    says = "the answer would be too wide to be one: give or take {:.0f} points{}"
    by_chance = _by_chance(coverage.fraction, here)
    if by_chance > WIDEST_OF_SAMPLE:
        times = (by_chance / WIDEST_OF_SAMPLE) ** 2
        return NoAnswer(
            says.format(by_chance * 100, ", by chance alone"),
            f"Use a reference that covers more of the universe: a sample about {times:.1f} times as large;"
            " or a longer list.",
        )
    if half > WIDEST and not coverage.is_whole:
        return NoAnswer(says.format(half * 100, ""), "Use a reference that covers more of the universe.")
    return None


def _by_chance(fraction: float, rows: float) -> float:
    """Give half the width that 90 % intervals owe to a sample, were half of the rows matches."""
    return NormalDist().inv_cdf(0.95) * math.sqrt(0.5 * (1 - fraction) / (fraction * max(rows, 1.0)))


def notes(states: Mapping[str, int], listed: Mapping[str, int], coverage: Coverage) -> list[str]:
    """Warn where the reference seems to be less than was said.

    Args:
        states: People of the reference by state.
        listed: Rows of the list by state.
        coverage: What the user said.

    Returns:
        Sentences.
    """
    people, rows = sum(states.values()), sum(listed.values())
    if not people or not rows:
        return []
    if coverage.states:
        other = sum(count for state, count in states.items() if state not in coverage.states) / people
        says = (
            f"{other:.0%} of the people of the reference live in other states than"
            f" {', '.join(coverage.states)}: it may cover more than was said."
        )
        return [says] if other >= MANY_AWAY else []
    there = sorted(state for state, count in states.items() if count >= FEW_THERE * people)
    away = sum(count for state, count in listed.items() if state not in there)
    few = len(there) <= MOST_NAMED
    names = ",".join(there) if few else f"{len(there)} states"
    says = (
        f"{away / rows:.0%} of the rows live in states of which the reference has hardly anybody (it has"
        f" {names}). If the provider knows these states, say what the reference covers with --coverage"
        f" {names if few else 'state:...'}."
    )
    return [says] if away / rows >= MANY_AWAY else []
