"""Making the guesses of a list agree: one address, one column a field, no part beside its whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from matchprep.columns.aliases import Alias
from matchprep.columns.content import Content
from matchprep.columns.model import Suggestion
from matchprep.fields import Field

#: Fields that several columns may give, one after the other.
SEVERAL = frozenset({Field.PHONE, Field.EMAIL, Field.PHONE_HASH, Field.EMAIL_HASH})
#: Fields that several columns may make up together.
JOINED = frozenset({Field.HOUSE_NUMBER, Field.STREET, Field.UNIT})
_STREETS = frozenset({Field.FULL_ADDRESS, Field.ADDRESS, Field.STREET, Field.PO_BOX})
_PLACES = _STREETS | {
    Field.ADDRESS2, Field.HOUSE_NUMBER, Field.UNIT, Field.CITY, Field.STATE, Field.ZIP, Field.ZIP4,
    Field.LATITUDE, Field.LONGITUDE,
}  # fmt: skip
#: Which address is taken where a list has several.
_SCOPES = ("residence", "", "registration", "mailing", "work")


@dataclass(frozen=True)
class Guess:
    """What one column seems to be.

    Args:
        column: The header.
        alias: What it stands for, or null.
        scope: Which address, phone or email it is.
        number: Which of several.
        why: The reason in words.
        confidence: From 0 to 1.
    """

    column: str
    alias: Alias | None = None
    scope: str = ""
    number: int = 0
    why: str = ""
    confidence: float = 0.0

    @classmethod
    def none(cls, column: str, why: str) -> Guess:
        """A column that is left alone."""
        return cls(column, why=why)

    @property
    def field(self) -> Field | None:
        """The field, or null."""
        return self.alias.field if self.alias else None

    @property
    def part(self) -> int:
        """Which part of a field it is."""
        return self.alias.part if self.alias else 0

    def turned(self, field: Field, why: str) -> Guess:
        """The same column, taken for another field because of its values."""
        rank = self.alias.rank if self.alias else 99
        return replace(self, alias=Alias(field, 1 if field is Field.STREET else 0, rank), why=why)

    def left(self, why: str) -> Guess:
        """The same column, left alone."""
        return Guess.none(self.column, why)


Step = Callable[[list[Guess], Mapping[str, Content]], list[Guess]]


def agree(guesses: Sequence[Guess], contents: Mapping[str, Content]) -> list[Suggestion]:
    """Make the guesses of a list agree with each other.

    Args:
        guesses: One a column.
        contents: What each column holds.

    Returns:
        One suggestion a column, in the same order.
    """
    settled = list(guesses)
    for step in _STEPS:
        settled = step(settled, contents)
    return [Suggestion(one.column, one.field, one.why, one.confidence) for one in settled]


def _one_address(guesses: list[Guess], contents: Mapping[str, Content]) -> list[Guess]:
    """Of several addresses take one: the first by rank, unless another is twice as full."""
    streets = _of(guesses, _STREETS)
    fullness = {
        scope: max(
            (contents[one.column].filled for one in streets if one.scope == scope),
            default=-1.0,
        )
        for scope in _SCOPES
    }
    present = [scope for scope in _SCOPES if fullness[scope] >= 0]
    if not present:
        return guesses
    chosen = present[0]
    for scope in present[1:]:
        if fullness[scope] > 2 * fullness[chosen]:
            chosen = scope
    taken = {chosen} | {scope for scope in _SCOPES if scope not in present}

    def settle(one: Guess) -> Guess:
        if one.field not in _PLACES or one.scope in taken:
            return one
        return one.left(f"{_called(one.scope)}; the {_called(chosen)} is used")

    return [settle(one) for one in guesses]


def _called(scope: str) -> str:
    return f"{scope} address" if scope else "other address"


def _name_or_first_name(guesses: list[Guess], contents: Mapping[str, Content]) -> list[Guess]:
    """Beside a surname `name` is a first name; beside first and last name it is not needed."""
    fields = {one.field for one in guesses}
    if Field.LAST_NAME not in fields:
        return guesses

    def settle(one: Guess) -> Guess:
        if one.field is not Field.FULL_NAME:
            return one
        if Field.FIRST_NAME in fields or Field.FIRST_NAME_COMBINED in fields:
            return one.left("first and last name have columns of their own")
        if contents[one.column].share("two_words") < 0.5:
            return one.turned(
                Field.FIRST_NAME, "its values are single names, and the surname has its own column"
            )
        return one

    return [settle(one) for one in guesses]


def _street_or_line(guesses: list[Guess], contents: Mapping[str, Content]) -> list[Guess]:
    """Tell a street line from a street name: by the house number that stands in it or beside it."""
    numbered = any(one.field is Field.HOUSE_NUMBER and contents[one.column].filled for one in guesses)
    has_line = any(one.field is Field.ADDRESS for one in guesses)

    def settle(one: Guess) -> Guess:
        starts = contents[one.column].share("number_first")
        if one.field is Field.ADDRESS and numbered and starts < 0.3:
            return one.turned(Field.STREET, "it holds the street; the house number has its own column")
        if one.field is Field.STREET and one.part == 1 and not numbered and not has_line and starts >= 0.5:
            return one.turned(Field.ADDRESS, "its values begin with house numbers")
        return one

    return [settle(one) for one in guesses]


def _line_or_parts(guesses: list[Guess], contents: Mapping[str, Content]) -> list[Guess]:
    """A whole beside its parts: take the fuller, the line when both are equally full."""
    whole, line, street, number = (
        _filled(guesses, contents, field)
        for field in (Field.FULL_ADDRESS, Field.ADDRESS, Field.STREET, Field.HOUSE_NUMBER)
    )
    dropped: set[Field] = set()
    if min(line, street, number) >= 0:
        dropped = {Field.HOUSE_NUMBER, Field.STREET} if line >= 0.9 * street else {Field.ADDRESS}
    if whole >= 0 and max(line, street) >= 0.5 * whole:
        dropped |= {Field.FULL_ADDRESS}
    reason = "the same address stands in other columns"
    return [one.left(reason) if one.field in dropped else one for one in guesses]


def _filled(guesses: Iterable[Guess], contents: Mapping[str, Content], field: Field) -> float:
    return max((contents[one.column].filled for one in _of(guesses, {field})), default=-1.0)


def _area_codes(guesses: list[Guess], contents: Mapping[str, Content]) -> list[Guess]:
    """An area code and a local number belong together; without the other neither is a phone."""
    del contents
    fields = {one.field for one in guesses}
    if {Field.PHONE_AREA_CODE, Field.PHONE_LOCAL} <= fields:
        return guesses

    def settle(one: Guess) -> Guess:
        if one.field is Field.PHONE_AREA_CODE:
            return one.left("an area code without a local number beside it")
        return one.turned(Field.PHONE, one.why) if one.field is Field.PHONE_LOCAL else one

    return [settle(one) for one in guesses]


def _identifiers_identify(guesses: list[Guess], contents: Mapping[str, Content]) -> list[Guess]:
    def settle(one: Guess) -> Guess:
        content = contents[one.column]
        if one.field is Field.ID and (content.unique < 0.9 or content.filled < 0.9):
            return one.left("its header names an identifier, but its values repeat or are missing")
        return one

    return [settle(one) for one in guesses]


def _one_column_a_field(guesses: list[Guess], contents: Mapping[str, Content]) -> list[Guess]:
    """Of several columns of one field take the better; of parts that are joined one a part."""
    best: dict[tuple[Field, int], Guess] = {}

    def worth(one: Guess) -> tuple[float, ...]:
        rank = one.alias.rank if one.alias else 99
        content = contents[one.column]
        return (content.filled > 0, one.confidence >= 0.8, -_SCOPES.index(one.scope), -rank, content.filled)

    for one in guesses:
        if one.field is None or one.field in SEVERAL:
            continue
        slot = (one.field, one.part)
        if slot not in best or worth(one) > worth(best[slot]):
            best[slot] = one

    def settle(one: Guess) -> Guess:
        if one.field is None or one.field in SEVERAL or best[one.field, one.part] is one:
            return one
        return one.left(f"{best[one.field, one.part].column} is taken for {one.field} already")

    return [settle(one) for one in guesses]


def _of(guesses: Iterable[Guess], fields: Collection[Field | None]) -> list[Guess]:
    return [one for one in guesses if one.field in fields]


#: In this order.
_STEPS: tuple[Step, ...] = (
    _street_or_line,
    _one_address,
    _name_or_first_name,
    _line_or_parts,
    _area_codes,
    _identifiers_identify,
    _one_column_a_field,
)
