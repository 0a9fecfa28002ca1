"""The components of sequences: runs of tokens that carry one label, as `usaddress.tag` joins them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import usaddress

from matchprep.normalize.address.growing import Growing

Places = npt.NDArray[np.int64]
Labels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

#: The types of addresses, by number; the last one means that a label came twice and nothing is known.
TYPES: Final = ("Street Address", "Intersection", "PO Box", "Ambiguous", None)
_STREET, _CORNER, _BOX, _AMBIGUOUS, _REPEATED = range(5)


def snake_case(label: str) -> str:
    """Write a label of usaddress as the name of a column.

    Args:
        label: Such as `USPSBoxGroupID`.

    Returns:
        The name.

    Example:
        >>> snake_case("USPSBoxGroupID")
        'usps_box_group_id'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=USPS)(?=B)", "_", label).lower()


class Components:
    """The names of components: the labels, and those of streets once more for the second street of a corner.

    Args:
        labels: The labels of the address model, by number.
    """

    def __init__(self, labels: Iterable[str]) -> None:
        self.labels = (*labels, *(label for label in usaddress.LABELS if label not in set(labels)))
        self.of_street = np.array(["StreetName" in label for label in self.labels])
        names = [snake_case(label) for label in self.labels]
        #: Component number -> column name; those of a second street follow the plain ones in the same order.
        self.names = (*names, *(f"second_{name}" for name in names))
        order = (*usaddress.LABELS, *(label for label in self.labels if label not in usaddress.LABELS))
        plain = tuple(snake_case(label) for label in order)
        #: The columns, in the order in which usaddress lists its labels.
        self.columns = (*plain, *(f"second_{snake_case(label)}" for label in order if "StreetName" in label))

    def number(self, label: str) -> int:
        """Give the number of a label.

        Args:
            label: As usaddress spells it.

        Returns:
            Its number.
        """
        return self.labels.index(label)


class Runs:
    """The components of each distinct sequence, in order.

    Args:
        components: What they are called.
    """

    def __init__(self, components: Components) -> None:
        self.components = components
        #: For each sequence: its first run, how many runs it has, what type of address it is.
        self.begin, self.count, self.type = Growing(np.int64), Growing(np.int64), Growing(np.uint8)
        #: For each run: its component, and the places of its first and last token in the sequence.
        self.component, self.first, self.last = Growing(np.uint8), Growing(np.int32), Growing(np.int32)

    def extend(self, labels: Labels, count: Places) -> None:
        """Take in sequences.

        Args:
            labels: The labels of their tokens, one sequence after another.
            count: How many tokens each sequence has.
        """
        if not len(count):
            return
        sequence = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(labels)) - (np.cumsum(count) - count)[sequence]
        component = self._second_streets(labels, step)
        starts = step == 0
        starts[1:] |= component[1:] != component[:-1]
        run = np.flatnonzero(starts)
        runs = np.bincount(sequence[run], minlength=len(count))
        kind = self._types(labels, component, sequence, runs)
        runs[kind == _REPEATED] = 0
        run = run[kind[sequence[run]] != _REPEATED]
        stops = np.ones_like(starts)
        stops[:-1] = starts[1:]
        stop = np.flatnonzero(stops)
        self.component.extend(component[run])
        self.first.extend(step[run].astype(np.int32))
        self.last.extend(step[stop[kind[sequence[stop]] != _REPEATED]].astype(np.int32))
        self.begin.extend(np.cumsum(runs) - runs + len(self.component) - len(run))
        self.count.extend(runs)
        self.type.extend(kind)

    def _second_streets(self, labels: Labels, step: Places) -> Labels:
        """Tell the parts of a second street, which come after a separator, from those of the first."""
        separator = labels == self.components.number("IntersectionSeparator")
        seen = np.cumsum(separator)
        before = (seen - separator)[step == 0]
        second = (seen > before[np.cumsum(step == 0) - 1]) & self.components.of_street[labels]
        shift: Labels = second.astype(np.uint8) * np.uint8(len(self.components.labels))
        return labels + shift

    def _types(self, labels: Labels, component: Labels, sequence: Places, runs: Places) -> Labels:
        """Tell the type of each sequence, as `usaddress.tag` does."""
        size = len(runs)
        kinds = np.zeros(size, np.uint64)
        np.bitwise_or.at(kinds, sequence, np.uint64(1) << component.astype(np.uint64))
        number, corner, box = (
            np.bincount(sequence[labels == self.components.number(label)], minlength=size) > 0
            for label in ("AddressNumber", "IntersectionSeparator", "USPSBoxID")
        )
        conditions = [np.bitwise_count(kinds) != runs, number & ~corner, corner & ~number, box]
        return np.select(conditions, [_REPEATED, _STREET, _CORNER, _BOX], _AMBIGUOUS).astype(np.uint8)
