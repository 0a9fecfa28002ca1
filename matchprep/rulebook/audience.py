"""The grammar of an audience document: a list of parameters, each an operation and one kind."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Described

from matchprep.rulebook.part import Cited, Named, Part

Operation = Literal["OR", "AND", "NOT"]
First = Literal["allowed", "needs permission", "never"]


class Item(Part):
    """What the entries of a list are, where they are mappings."""

    keys: tuple[str, ...] = Described(min_length=1, description="Every key that an entry may have.")
    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = Described(default=(), description="At least one of these must be there.")


class Slot(Named):
    """One entry of a kind, as `ranges` of `age`."""

    type: Literal["entries", "words", "text", "integer", "boolean", "mapping"]
    required: bool = False
    one_of: tuple[str, ...] = Described(default=(), description="What it, or each word of it, may be.")
    numbers: tuple[int, ...] = Described(default=(), description="The numbers it may be.")
    within: tuple[int, int] | None = None
    item: Item | None = None
    first: First = "allowed"
    operations: tuple[Operation, ...] = ("OR", "AND", "NOT")
    do: str = Described(min_length=8)


class Kind(Named):
    """One kind of parameter: where it may stand, and what it holds."""

    first: First = "allowed"
    operations: tuple[Operation, ...] = Described(
        default=("OR", "AND", "NOT"), description="Its operations where it is not the first parameter."
    )
    do: str = Described(min_length=8)
    slots: dict[str, Slot] = Described(min_length=1)
    exactly_one_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()


class AudienceGrammar(Cited):
    """What an audience document may say."""

    first_operation: Operation = "OR"
    kinds: dict[str, Kind] = Described(min_length=1)
