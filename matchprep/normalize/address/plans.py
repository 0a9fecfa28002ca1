"""What of an address goes where in the line that the USPS would write, worked out once for each sequence.

A plan is a list of pieces: tokens (by their step in the sequence) and constants (`PO BOX`), each with the
table that knows its standard form; and for each column the range of pieces that make it up. Ranges overlap:
`address` holds the house number, the street and the unit.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from matchprep.normalize.address.growing import Growing
from matchprep.normalize.address.runs import Components
from matchprep.normalize.address.units import SIGN, UNIT, Marks, loose_units
from matchprep.normalize.buffers import Mask, Places

Labels = npt.NDArray[np.uint8]
Tables = npt.NDArray[np.int8]

#: The tables of standard forms, by number; see `Forms`.
TABLES: Final = ("plain", "directionals", "suffixes", "highways", "units", "units_alone")
_PLAIN, _UNITS = TABLES.index("plain"), TABLES.index("units")
#: Constant pieces, by number.
CONSTANTS: Final = ("PO BOX", "BOX", "&", "#")
_PO_BOX, _BOX_NAME, _AND, _NUMBER_SIGN = range(len(CONSTANTS))

#: The columns, by number.
COLUMNS: Final = ("address", "house_number", "street", "unit", "po_box", "city", "state", "zip")

#: Where a piece stands in the line: a route before its box, a box before a unit. Beyond `_OTHER` it is not in
#: the line.
(_ROUTE, _NAME, _BOX, _HOUSE, _STREET, _UNIT, _OTHER, _SPARE_BOX, _CITY, _STATE, _ZIP, _NOWHERE) = range(12)

_SECTIONS: Final = {
    "AddressNumberPrefix": _HOUSE,
    "AddressNumber": _HOUSE,
    "AddressNumberSuffix": _HOUSE,
    "StreetNamePreModifier": _STREET,
    "StreetNamePreDirectional": _STREET,
    "StreetNamePreType": _STREET,
    "StreetName": _STREET,
    "StreetNamePostType": _STREET,
    "StreetNamePostModifier": _STREET,
    "StreetNamePostDirectional": _STREET,
    "IntersectionSeparator": _STREET,
    "SubaddressType": _UNIT,
    "SubaddressIdentifier": _UNIT,
    "OccupancyType": _UNIT,
    "OccupancyIdentifier": _UNIT,
    "USPSBoxGroupType": _ROUTE,
    "USPSBoxGroupID": _ROUTE,
    "USPSBoxType": _NAME,
    "USPSBoxID": _BOX,
    "BuildingName": _OTHER,
    "LandmarkName": _OTHER,
    "CornerOf": _OTHER,
    "PlaceName": _CITY,
    "StateName": _STATE,
    "ZipCode": _ZIP,
    "ZipPlus4": _ZIP,
}
_FORMS: Final = {
    "StreetNamePreDirectional": "directionals",
    "StreetNamePostDirectional": "directionals",
    "StreetNamePostType": "suffixes",
    "StreetNamePreType": "highways",
    "SubaddressType": "units",
    "OccupancyType": "units",
    "OccupancyIdentifier": "units_alone",
}
#: Labels under which units are found.
_HIDE_UNITS: Final = {"Recipient", "BuildingName", "LandmarkName", "PlaceName", "NotAddress"}


class Plans:
    """The plan of each distinct sequence.

    Args:
        components: The labels.
        whole: Whether the addresses have city, state and ZIP; in street lines, what looks like these is part
            of the line where nothing else is.
    """

    def __init__(self, components: Components, *, whole: bool) -> None:
        labels = components.labels
        self._whole = whole
        self._section = np.array([_SECTIONS.get(label, _NOWHERE) for label in labels], np.uint8)
        self._table = np.array([TABLES.index(_FORMS.get(label, "plain")) for label in labels], np.int8)
        self._is_type = np.array([label in {"OccupancyType", "SubaddressType"} for label in labels])
        self._hides_units = np.array([label in _HIDE_UNITS for label in labels])
        self._is_suffix = np.array([label == "StreetNamePostType" for label in labels])
        self._names_kind = np.array([label.endswith(("PostType", "PreType")) for label in labels])
        self._separator = components.number("IntersectionSeparator")
        #: For each sequence its first piece, how many it has, and whether it lies on a route.
        self.begin, self.count, self.on_route = Growing(np.int64), Growing(np.int64), Growing(np.bool_)
        #: For each sequence and column: the first piece and the one after the last, counted from `begin`.
        self.ranges = Growing(np.int32)
        #: For each piece: its step in the sequence; its table, or -1 less the number of a constant.
        self.step, self.table = Growing(np.int64), Growing(np.int8)

    def extend(self, labels: Labels, count: Places, marks: Marks) -> None:
        """Take in sequences.

        Args:
            labels: The labels of their tokens, one sequence after another.
            count: How many tokens each sequence has.
            marks: What each token is beside its label; see `units`.
        """
        if not len(count):
            return
        sequence = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(labels)) - (np.cumsum(count) - count)[sequence]
        section, routed, units = self._sections(labels, marks, sequence, len(count))
        if not self._whole:
            self._keep_street_whole(labels, section, sequence, len(count))
        signs, words = marks & SIGN > 0, units & (marks & UNIT > 0)
        typed = _any(self._is_type[labels] | words, sequence, len(count))
        section[signs & ((section != _UNIT) | typed[sequence])] = _NOWHERE
        table = self._table[labels].copy()
        # NOTE: of two suffixes in a row only the last is abbreviated (Publication 28, section 231).
        followed = self._is_suffix[labels[1:]] & (step[1:] > 0)
        table[:-1][self._is_suffix[labels[:-1]] & followed] = _PLAIN
        table[words] = _UNITS
        table[signs] = -1 - _NUMBER_SIGN
        table[labels == self._separator] = -1 - _AND
        boxes = np.flatnonzero(_any(section == _BOX, sequence, len(count)))
        names = np.where(routed[boxes], -1 - _BOX_NAME, -1 - _PO_BOX).astype(np.int8)
        kept = section != _NOWHERE
        self._append(
            np.concatenate([sequence[kept], boxes]),
            np.concatenate([section[kept], np.full(len(boxes), _NAME, np.uint8)]),
            np.concatenate([step[kept], np.zeros(len(boxes), np.int64)]),
            np.concatenate([table[kept], names]),
            routed,
        )

    def _sections(
        self, labels: Labels, marks: Marks, sequence: Places, size: int
    ) -> tuple[Labels, Mask, Mask]:
        """Tell where each token stands, whether a box is reached by a route, and which tokens are units."""
        section = self._section[labels]
        street = _any((section == _HOUSE) | (section == _STREET), sequence, size)
        box = _any(section == _BOX, sequence, size) & ~street
        place = np.arange(len(labels))
        _lead_to_box(section, sequence, place, size)
        first = {name: np.full(size, len(labels)) for name in (_UNIT, _NAME, _BOX)}
        for name, firsts in first.items():
            np.minimum.at(firsts, sequence[section == name], place[section == name])
        unit_leads = first[_UNIT] < np.minimum(first[_NAME], first[_BOX])
        route = _any(section == _ROUTE, sequence, size)
        routed = box & (route | unit_leads)
        bare = ~(street | box | route)[sequence]
        in_street = street[sequence]
        units = in_street & loose_units(
            marks,
            sequence,
            loose=self._hides_units[labels],
            place=section == _CITY,
            line=(section == _STREET) | (section == _UNIT),
        )
        section[routed[sequence] & (section == _UNIT)] = _ROUTE
        section[in_street & (section == _BOX)] = _SPARE_BOX
        section[(in_street & ((section == _ROUTE) | (section == _OTHER))) | (section == _NAME)] = _NOWHERE
        if not self._whole:
            section[bare & (section >= _CITY)] = _OTHER
        section[units] = _UNIT
        return section, routed, units

    def _keep_street_whole(self, labels: Labels, section: Labels, sequence: Places, size: int) -> None:
        """Take what looks like a city for the rest of a street without type (`9 San Path`), in place."""
        after = np.zeros(len(section), np.bool_)
        after[1:] = (section[:-1] == _STREET) & (section[1:] == _CITY) & (sequence[1:] == sequence[:-1])
        typed = _any(self._names_kind[labels] | (section == _STATE) | (section == _ZIP), sequence, size)
        section[(section == _CITY) & (_any(after, sequence, size) & ~typed)[sequence]] = _STREET

    def _append(self, sequence: Places, section: Labels, step: Places, table: Tables, routed: Mask) -> None:
        """Put pieces in order and note the ranges of the columns."""
        order = np.argsort(sequence * 12 + section, kind="stable")  # steps are in order
        count = np.bincount(sequence, minlength=len(routed))
        held = np.bincount(sequence * 12 + section, minlength=12 * len(routed)).reshape(-1, 12)
        stop = np.cumsum(held, axis=1)
        start = stop - held
        street = held[:, _HOUSE] + held[:, _STREET] > 0
        nothing = np.full(len(routed), _NOWHERE)
        chosen = {
            "house_number": np.where(routed, _BOX, _HOUSE),
            "street": np.where(street, _STREET, _ROUTE),
            "unit": np.full(len(routed), _UNIT),
            "po_box": np.where(street, _SPARE_BOX, np.where(routed, nothing, _BOX)),
            "city": np.full(len(routed), _CITY),
            "state": np.full(len(routed), _STATE),
            "zip": np.full(len(routed), _ZIP),
        }
        rows = np.arange(len(routed))
        ranges = np.zeros((len(routed), len(COLUMNS), 2), np.int64)
        ranges[:, 0, 1] = stop[:, _OTHER]
        for number, column in enumerate(COLUMNS[1:], start=1):
            ranges[:, number, 0], ranges[:, number, 1] = (
                start[rows, chosen[column]],
                stop[rows, chosen[column]],
            )
        self.begin.extend(np.cumsum(count) - count + len(self.step))
        self.count.extend(count)
        self.on_route.extend(held[:, _ROUTE] > 0)
        self.ranges.extend(ranges.reshape(-1).astype(np.int32))
        self.step.extend(step[order])
        self.table.extend(table[order])


def _lead_to_box(section: Labels, sequence: Places, place: Places, size: int) -> None:
    """Take a box that another one follows for a military unit (`CMR 450 BOX 123`), in place."""
    before = np.full(size, len(section))
    np.minimum.at(before, sequence[section == _BOX], place[section == _BOX])
    later = (section == _NAME) & (place > before[sequence])
    last = np.full(size, -1)
    np.maximum.at(last, sequence[later], place[later])
    section[((section == _NAME) | (section == _BOX)) & (place < last[sequence])] = _ROUTE


def _any(chosen: Mask, sequence: Places, size: int) -> Mask:
    """Tell which sequences have a token that is chosen."""
    return np.bincount(sequence[chosen], minlength=size) > 0
