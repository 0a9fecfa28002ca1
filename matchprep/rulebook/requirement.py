"""The requirement algebra: which fields must be there together.

    zip                                   the field is there
    all_of: [first_name, last_name]       each of them
    any_of: [email, phone]                at least one of them
    none_of: [full_name]                  not one of them
    at_least: {n: 2, of: [...]}           at least so many of them
    at_most: {n: 1, of: [...]}            at most so many of them

Requirements nest. In the place of a list, `required fields`, `optional fields` and `matching
fields` stand for the fields of the selection that play that role.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations, islice
from typing import Annotated, Any, Literal

from pydantic import Discriminator, GetJsonSchemaHandler, Tag, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from matchprep.fields import Field
from matchprep.rulebook.part import FieldName, Part

#: Fields named by the role they play instead of one by one.
Group = Literal["required fields", "optional fields", "matching fields"]

#: Rule files are small, yet alternatives multiply; so many of the shortest are enough to advise.
_MOST = 256

_OPERATORS = ("field", "all_of", "any_of", "none_of", "at_least", "at_most")


def _kind(value: Any) -> str:
    return "group" if isinstance(value, str) else "list"


Members = Annotated[
    Annotated["tuple[Requirement, ...]", Tag("list")] | Annotated[Group, Tag("group")], Discriminator(_kind)
]


class Counted(Part):
    """So many of some."""

    n: int
    of: Members


class Requirement(Part):
    """One node of the algebra; exactly one of its parts is set."""

    field: FieldName | None = None
    all_of: Members | None = None
    any_of: Members | None = None
    none_of: Members | None = None
    at_least: Counted | None = None
    at_most: Counted | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, data: Any) -> Any:
        return {"field": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _exactly_one(self) -> Requirement:
        named = [name for name in _OPERATORS if getattr(self, name) is not None]
        if len(named) != 1:
            raise PydanticCustomError(
                "requirement",
                "a requirement is one field or one of {operators}; found {found}",
                {
                    "operators": ", ".join(_OPERATORS[1:]),
                    "found": " and ".join(named) or "none",
                    "hint": "Nest: all_of: [zip, {any_of: [email, phone]}].",
                },
            )
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Let an editor accept and complete a bare field name too."""
        described = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"enum": sorted(Field), "type": "string"}, dict(described)]}

    def fields(self) -> Iterator[Field]:
        """List the fields that this requirement names itself, depth first."""
        if self.field is not None:
            yield self.field
        for members in _members(self):
            if not isinstance(members, str):
                for member in members:
                    yield from member.fields()


def _members(node: Requirement) -> Iterator[Members]:
    counted = [part.of for part in (node.at_least, node.at_most) if part]
    for members in (node.all_of, node.any_of, node.none_of, *counted):
        if members is not None:
            yield members


def resolve(node: Requirement, groups: Mapping[str, Collection[Field]]) -> Requirement:
    """Write the groups out, so that only fields are left.

    Args:
        node: The requirement.
        groups: The fields of each group, as the selection has them.

    Returns:
        The same requirement without groups.
    """

    def members(old: Members) -> tuple[Requirement, ...]:
        if isinstance(old, str):
            return tuple(Requirement(field=field) for field in groups.get(old, ()))
        return tuple(resolve(member, groups) for member in old)

    def counted(old: Counted) -> Counted:
        return Counted(n=old.n, of=members(old.of))

    lists = {name: getattr(node, name) for name in ("all_of", "any_of", "none_of")}
    counts = {name: getattr(node, name) for name in ("at_least", "at_most")}
    written: dict[str, object] = {name: members(old) for name, old in lists.items() if old is not None}
    written |= {name: counted(old) for name, old in counts.items() if old is not None}
    return node.model_copy(update=written)


def listed(members: Members | None) -> tuple[Requirement, ...]:
    """Give the members of a resolved requirement.

    Args:
        members: What stands after all_of, any_of, none_of or of.

    Returns:
        The members; none for what is not there or is still a group.
    """
    return () if members is None or isinstance(members, str) else members


def holds(node: Requirement, present: Collection[Field]) -> bool:
    """Say whether a set of fields satisfies a resolved requirement.

    Args:
        node: The requirement, without groups.
        present: The fields that are there.

    Returns:
        Whether it does.

    Example:
        >>> combo = Requirement.model_validate({"any_of": ["email", {"all_of": ["last_name", "zip"]}]})
        >>> holds(combo, {Field.LAST_NAME, Field.ZIP})
        True
    """
    if node.field is not None:
        return node.field in present
    if node.all_of is not None:
        return all(holds(member, present) for member in listed(node.all_of))
    if node.any_of is not None:
        return any(holds(member, present) for member in listed(node.any_of))
    if node.none_of is not None:
        return not any(holds(member, present) for member in listed(node.none_of))
    count = node.at_least or node.at_most
    assert count is not None  # noqa: S101 - exactly one part is set
    met = sum(holds(member, present) for member in listed(count.of))
    return met >= count.n if node.at_least else met <= count.n


def shortest(node: Requirement, present: Collection[Field]) -> tuple[frozenset[Field], ...]:
    """Name the smallest sets of further fields that would satisfy a requirement.

    Args:
        node: The requirement, without groups.
        present: The fields that are there already.

    Returns:
        The smallest sets, in the order of the rule file; one empty set when nothing is missing, and
        none at all when adding fields cannot help.
    """
    ways = _ways(node, present)
    least = min((len(way) for way in ways), default=0)
    return tuple(dict.fromkeys(way for way in ways if len(way) == least))


def _ways(node: Requirement, present: Collection[Field]) -> list[frozenset[Field]]:
    if node.field is not None:
        return [frozenset() if node.field in present else frozenset({node.field})]
    if node.any_of is not None:
        return [way for member in listed(node.any_of) for way in _ways(member, present)]
    if node.all_of is not None:
        return _together([_ways(member, present) for member in listed(node.all_of)])
    if node.at_least is not None:
        members = [_ways(member, present) for member in listed(node.at_least.of)]
        several = islice(combinations(members, node.at_least.n), _MOST)
        return [way for some in several for way in _together(list(some))]
    return [frozenset()] if holds(node, present) else []


def _together(parts: list[list[frozenset[Field]]]) -> list[frozenset[Field]]:
    ways: list[frozenset[Field]] = [frozenset()]
    for part in parts:
        ways = sorted((one | other for one in ways for other in part), key=len)[:_MOST]
    return ways
