"""The plain words for fields, and sentences about requirements."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from matchprep.fields import Field
from matchprep.rulebook.requirement import Requirement, listed

_WORDS = {
    Field.ID: "identifier",
    Field.STATE: "state",
    Field.ZIP: "ZIP code",
    Field.ZIP4: "ZIP+4 digits",
    Field.ADDRESS: "street address",
    Field.ADDRESS2: "second address line",
    Field.FULL_ADDRESS: "full address (street, city, ZIP and state)",
    Field.PHONE: "phone number",
    Field.EMAIL: "email address",
    Field.PHONE_HASH: "hashed phone number",
    Field.EMAIL_HASH: "hashed email address",
    Field.DOB: "date of birth",
    Field.VOTER_ID: "state voter ID",
    Field.VOTERBASE_ID: "TargetSmart voterbase ID",
    Field.SMARTVAN_ID: "SmartVAN ID",
    Field.EXACT_TRACK: "ExactTrack ID",
    Field.LAL_VOTER_ID: "L2 voter ID",
    Field.I360_ID: "i360 ID",
    Field.ARISTOTLE_ID: "Aristotle ID",
    Field.NPI: "NPI number",
    Field.PERSONAL_ID: "personal identity number",
    Field.AAID: "Android advertising ID",
    Field.IDFA: "Apple advertising ID",
    Field.SS_ID: "StatSocial ID",
    Field.TWITTER_ID: "Twitter ID",
    Field.TWITTER_USER: "Twitter screen name",
    Field.CINT_ID: "Cint ID",
    Field.MA_ID: "MA ID",
    Field.RAMP_ID: "RampID",
}

_UNREADABLE = {
    Field.PHONE: "phone is not a possible number",
    Field.EMAIL: "email is not an address",
    Field.ZIP: "ZIP code is not five digits",
    Field.STATE: "state is not a state of the United States",
    Field.DOB: "date of birth is not a date",
    Field.NPI: "NPI number is not ten digits with a valid check digit",
}


def words(field: Field) -> str:
    """Name a field as an analyst would.

    Args:
        field: The field.

    Returns:
        A noun, in the singular.
    """
    return _WORDS.get(field, field.value.replace("_", " "))


def unreadable(field: Field) -> str:
    """Say that something is written in a field, and that it cannot be read.

    Args:
        field: The field.

    Returns:
        A clause.
    """
    return _UNREADABLE.get(field, f"{words(field)} cannot be read")


def series(parts: Iterable[str], joint: str = "and") -> str:
    """Join words as a sentence does.

    Args:
        parts: The words.
        joint: The last joint.

    Returns:
        "a", "a and b", "a, b and c".
    """
    *others, last = [*parts] or ["nothing"]
    return f"{', '.join(others)} {joint} {last}" if others else last


def ways(sets: Iterable[Collection[Field]]) -> str:
    """Say which sets of fields would do.

    Args:
        sets: Each of them would do.

    Returns:
        "ZIP code and state, or else street address".
    """
    return ", or else ".join(series(words(field) for field in Field if field in way) for way in sets)


def sentence(node: Requirement) -> str:
    """Say what a resolved requirement asks for.

    Args:
        node: The requirement, without groups.

    Returns:
        A noun phrase.
    """
    if node.field is not None:
        return words(node.field)
    if node.all_of is not None:
        return series(_nested(listed(node.all_of))) if listed(node.all_of) else "nothing"
    if node.any_of is not None:
        if isinstance(node.any_of, str):
            return f"any of the {node.any_of}"
        parts = [sentence(member) for member in listed(node.any_of)]
        plain = all(member.field for member in listed(node.any_of))
        return series(parts, "or") if plain else "; or ".join(parts)
    if node.none_of is not None:
        return f"no {series((sentence(member) for member in listed(node.none_of)), 'or')}"
    return _count_sentence(node)


def _count_sentence(node: Requirement) -> str:
    counted, word = (node.at_least, "at least") if node.at_least else (node.at_most, "at most")
    if counted is None or not listed(counted.of):
        return "any field"
    return f"{word} {counted.n} of {series((sentence(member) for member in listed(counted.of)), 'or')}"


def _nested(members: tuple[Requirement, ...]) -> list[str]:
    plain = [sentence(member) for member in members if member.field is not None]
    return [*plain, *(f"({sentence(member)})" for member in members if member.field is None)]
