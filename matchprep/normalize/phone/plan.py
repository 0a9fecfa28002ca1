"""The North American numbering plan: what phonenumbers' metadata say of every number of it, as a table.

Twenty-five regions share country code 1. phonenumbers asks them in turn whether a number is theirs, by its
leading digits or, for most, by its type; a number is valid where the region it belongs to knows a type for
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType

from matchprep.normalize.phone.automaton import Automaton, build

COUNTRY_CODE = 1

#: The order in which phonenumbers asks for the type of a number.
_TYPES = {
    "premium_rate": PhoneNumberType.PREMIUM_RATE,
    "toll_free": PhoneNumberType.TOLL_FREE,
    "shared_cost": PhoneNumberType.SHARED_COST,
    "voip": PhoneNumberType.VOIP,
    "personal_number": PhoneNumberType.PERSONAL_NUMBER,
    "pager": PhoneNumberType.PAGER,
    "uan": PhoneNumberType.UAN,
    "voicemail": PhoneNumberType.VOICEMAIL,
    "fixed_line": PhoneNumberType.FIXED_LINE,
    "mobile": PhoneNumberType.MOBILE,
}


@dataclass(frozen=True)
class NumberingPlan:
    """The plan as a table.

    Args:
        automaton: Walks national numbers to a state.
        types: The type of the numbers that end in each state, by length; `UNKNOWN` where none.
    """

    automaton: Automaton
    types: dict[int, npt.NDArray[np.int8]]

    def number_types(self, digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.int8]:
        """Tell the types of national numbers.

        Args:
            digits: One number a row, each digit 0 to 9.

        Returns:
            As `phonenumbers.number_type` gives them.
        """
        return self.types[digits.shape[1]][self.automaton.walk(digits)]


def _type_in(matched: frozenset[str], metadata: PhoneMetadata, length: int) -> int:
    """Tell the type of a number in one region, given the patterns that it matches."""

    def matches(kind: str) -> bool:
        description = getattr(metadata, kind)
        if description is None or description.national_number_pattern not in matched:
            return False
        return not description.possible_length or length in description.possible_length

    if not matches("general_desc"):
        return PhoneNumberType.UNKNOWN
    kind = next((kind for kind in _TYPES if matches(kind)), None)
    if kind is None or (kind == "mobile" and metadata.same_mobile_and_fixed_line_pattern):
        return PhoneNumberType.UNKNOWN
    if kind == "fixed_line" and (metadata.same_mobile_and_fixed_line_pattern or matches("mobile")):
        return PhoneNumberType.FIXED_LINE_OR_MOBILE
    return int(_TYPES[kind])


def _leading(metadata: PhoneMetadata) -> str:
    """Write the leading digits of a region as a pattern of a whole number: later digits do not matter."""
    return rf"(?:{metadata.leading_digits})\d{{0,7}}"


def _type_of(matched: frozenset[str], regions: list[PhoneMetadata], length: int) -> int:
    """Tell the type of a number in the region that it belongs to."""
    for metadata in regions:
        kind = _type_in(matched, metadata, length)
        if metadata.leading_digits is not None:
            if _leading(metadata) in matched:
                return kind
        elif kind != PhoneNumberType.UNKNOWN:
            return kind
    return PhoneNumberType.UNKNOWN


@cache
def north_american_plan() -> NumberingPlan:
    """Build the table from the metadata of the installed phonenumbers.

    Returns:
        The plan; built once a process, in about a twentieth of a second.
    """
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[COUNTRY_CODE]
    found = [PhoneMetadata.metadata_for_region(code) for code in codes]
    regions = [metadata for metadata in found if metadata is not None]
    patterns = {_leading(metadata) for metadata in regions if metadata.leading_digits is not None}
    for metadata in regions:
        descriptions = [getattr(metadata, kind) for kind in ("general_desc", *_TYPES)]
        patterns |= {about.national_number_pattern for about in descriptions if about is not None}
    automaton = build({pattern: pattern for pattern in sorted(patterns - {None})})
    types = {}
    for length in (7, 10):
        known = {matched: _type_of(matched, regions, length) for matched in set(automaton.matched)}
        types[length] = np.array([known[matched] for matched in automaton.matched], np.int8)
    return NumberingPlan(automaton, types)


@cache
def dials_as_expected(region: str) -> bool:
    """Tell whether numbers without a plus sign are read in a region as the vectorized grammar reads them.

    Args:
        region: Two letters.

    Returns:
        True where 1 is the trunk prefix, nothing but 1, and 011 leads abroad.
    """
    if region not in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[COUNTRY_CODE]:
        return False
    metadata = PhoneMetadata.metadata_for_region(region)
    return bool(
        metadata is not None
        and metadata.general_desc is not None
        and metadata.national_prefix_for_parsing == "1"
        and metadata.national_prefix_transform_rule is None
        and metadata.international_prefix == "011"
        and max(metadata.general_desc.possible_length) == 10
    )
