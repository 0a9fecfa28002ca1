r"""Many number patterns as one table: which of them a number matches is read off digit by digit.

The metadata of phonenumbers describe numbers by regular expressions of a small kind: digits, `\d`, `[...]`,
`(?:...|...)` and `{n}`. Matching a hundred of them one by one is what makes validity slow; as one automaton
they cost one array look-up a digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: A pattern still to be matched: a set of alternatives, each a chain of digit sets and nested alternatives.
Link = str | frozenset[tuple["Link", ...]]
Chain = tuple[Link, ...]
Rest = frozenset[Chain]

_DIGITS = "0123456789"
_TOKEN = re.compile(r"\\d|\d|\[[\d-]+\]|\(\?:|[()|?]|\{\d+(?:,\d+)?\}")


def parse(pattern: str) -> Rest:
    """Read a pattern of the metadata.

    Args:
        pattern: A regular expression of the kind described above.

    Returns:
        What it matches.

    Raises:
        ValueError: The pattern holds something else.
    """
    tokens = _TOKEN.findall(pattern)
    if "".join(tokens) != pattern:
        message = f"not a number pattern that can be tabulated: {pattern}"
        raise ValueError(message)
    rest, place = _alternatives(tokens, 0)
    if place != len(tokens):
        message = f"unbalanced brackets: {pattern}"
        raise ValueError(message)
    return rest


def _alternatives(tokens: list[str], place: int) -> tuple[Rest, int]:
    chains: list[Chain] = [()]
    while place < len(tokens) and tokens[place] != ")":
        mark = tokens[place]
        place += 1
        if mark == "|":
            chains.append(())
        elif mark in {"(?:", "("}:
            group, place = _alternatives(tokens, place)
            chains[-1] += (group,)
            place += 1
        elif mark == "?":
            *before, last = chains[-1]
            chains[-1] = (*before, frozenset({(last,), ()}))
        elif mark[0] == "{":
            *before, last = chains[-1]
            least, _, most = mark[1:-1].partition(",")
            optional = [frozenset({(last,), ()})] * (int(most or least) - int(least))
            chains[-1] = (*before, *[last] * int(least), *optional)
        else:
            chains[-1] += (_digit_set(mark),)
    return frozenset(chains), place


def _digit_set(mark: str) -> str:
    if mark == r"\d":
        return _DIGITS
    ranges = re.sub(r"(\d)-(\d)", lambda ends: _DIGITS[int(ends[1]) : int(ends[2]) + 1], mark)
    return "".join(sorted(set(ranges.strip("[]"))))


def _after(rest: Rest) -> list[Rest]:
    """Tell what is left to match after each digit."""
    heads: set[tuple[str, Chain]] = set()
    waiting = list(rest)
    while waiting:
        chain = waiting.pop()
        if not chain:
            continue
        head, tail = chain[0], chain[1:]
        if isinstance(head, str):
            heads.add((head, tail))
        else:
            waiting.extend((*option, *tail) for option in head)
    return [frozenset(tail for head, tail in heads if digit in head) for digit in _DIGITS]


def _is_over(rest: Rest) -> bool:
    """Tell whether nothing more needs to be matched."""
    return any(all(not isinstance(link, str) and _is_over(link) for link in chain) for chain in rest)


@dataclass(frozen=True)
class Automaton:
    """Patterns as a table.

    Args:
        steps: Next state for each state and digit; state 0 is the dead end, state 1 the beginning.
        matched: The names of the patterns that are matched in each state.
    """

    steps: npt.NDArray[np.int32]
    matched: tuple[frozenset[str], ...]

    def walk(self, digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
        """Walk numbers through the table.

        Args:
            digits: One number a row, all of one length, each digit 0 to 9.

        Returns:
            The state that each number ends in.
        """
        state = np.ones(len(digits), np.int32)
        for column in digits.T:
            state = self.steps[state, column]
        return state


class _Points:
    """All points in all patterns: what is left to match there, and where each digit leads."""

    def __init__(self) -> None:
        #: The pattern that is matched at each point; null where more is left.
        self._matched: list[str | None] = [None]
        #: The next point for each digit; point 0 is the dead end.
        self.after: list[tuple[int, ...]] = [(0,) * len(_DIGITS)]

    def add(self, name: str, rest: Rest) -> int:
        """Take in a pattern, and give its first point."""
        first = len(self._matched)
        numbers: dict[Rest, int] = {frozenset(): 0, rest: first}
        waiting = [rest]
        for one in waiting:  # grows while it is read
            left = _after(one)
            fresh = [some for some in dict.fromkeys(left) if some not in numbers]
            numbers |= {some: first + len(waiting) + place for place, some in enumerate(fresh)}
            waiting += fresh
            self.after.append(tuple(numbers[some] for some in left))
        self._matched += [name if _is_over(one) else None for one in waiting]
        return first

    def matched(self, points: Iterable[int]) -> frozenset[str]:
        """Name the patterns of which nothing more needs to be matched."""
        names = (self._matched[point] for point in points)
        return frozenset(name for name in names if name is not None)


def build(patterns: Mapping[str, str]) -> Automaton:
    """Turn patterns into one table.

    Args:
        patterns: Name -> pattern.

    Returns:
        The table.
    """
    # NOTE: each pattern is taken apart by itself before all are walked at once: what is left of one of them
    #  comes again in many states.
    points = _Points()
    start = frozenset(points.add(name, parse(pattern)) for name, pattern in patterns.items())
    numbers: dict[frozenset[int], int] = {frozenset(): 0, start: 1}
    steps = [[0] * 10]
    waiting = [start]
    for state in waiting:  # grows while it is read
        row = []
        for led in zip(*(points.after[point] for point in state), strict=True):
            left = frozenset(led) - {0}
            if left not in numbers:
                numbers[left] = len(numbers)
                waiting.append(left)
            row.append(numbers[left])
        steps.append(row)
    return Automaton(np.array(steps, np.int32), tuple(points.matched(state) for state in numbers))
