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

    type: Literal["entries", "words", "text", "integer", "boolean", "filter"]
    required: bool = False
    one_of: tuple[str, ...] = Described(default=(), description="What it, or each word of it, may be.")
    numbers: tuple[int, ...] = Described(default=(), description="The numbers it may be.")
    within: tuple[int, int] | None = None
    matches: str | None = Described(default=None, description="A regular expression for the whole word.")
    aliases: tuple[str, ...] = Described(default=(), description="Other names that its documents use.")
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
    any_of: tuple[str, ...] = Described(default=(), description="At least one of these slots must be there.")
    any_true: tuple[str, ...] = Described(
        default=(), description="At least one of these slots should be true."
    )


class Said(Named):
    """A rule on every parameter, or on the first."""

    do: str = Described(min_length=8)
    value: Operation | None = None


class AudienceGrammar(Cited):
    """What an audience document may say."""

    list: str = Described(description="The entry of the document that holds the list.")
    operation: Said
    one_kind: Said
    first_operation: Said
    kinds: dict[str, Kind] = Described(min_length=1)
