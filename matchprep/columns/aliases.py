"""The table of aliases: which field a header names, which part of it, and which address it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from matchprep.columns.spelling import key, words
from matchprep.fields import Field
from matchprep.files import package_table


class Alias(NamedTuple):
    """What a name stands for.

    Args:
        field: The field.
        part: Which of several columns that make the field up together; 0 where it stands alone.
        rank: How far down the list of the field's names it stands.
    """

    field: Field
    part: int
    rank: int


class NameMatch(NamedTuple):
    """What a header says.

    Args:
        alias: What its core stands for.
        scope: `residence`, `registration`, `mailing`, `work`, or nothing.
        number: The number at its end, where it is one of several.
        why: How it was recognized, in words.
        confidence: From 0 to 1.
    """

    alias: Alias
    scope: str
    number: int
    why: str
    confidence: float


@dataclass(frozen=True)
class Aliases:
    """The table, spelled alike throughout.

    Args:
        names: What each name stands for.
        scopes: Which scope each word stands for; fillers stand for none.
        not_people: Headers to leave alone.
    """

    names: Mapping[str, Alias]
    scopes: Mapping[str, str]
    not_people: frozenset[str]


@cache
def load_aliases() -> Aliases:
    """Read the table that ships with the package.

    Returns:
        The table.
    """
    table: dict[str, Any] = package_table("matchprep.columns", "aliases.yaml")
    names = {key(field.value): Alias(field, 0, 0) for field in Field}
    for name, field, part, rank in _entries(table):
        names[key(name)] = Alias(Field[field.upper()], part, rank)
    scopes = {key(word): "" for word in table["fillers"]}
    scopes |= {key(word): scope for scope, listed in table["scopes"].items() for word in listed}
    return Aliases(names, scopes, frozenset(key(name) for name in table["not_people"]))


def _entries(table: dict[str, Any]) -> Iterator[tuple[str, str, int, int]]:
    for field, listed in table["fields"].items():
        yield from ((name, field, 0, rank) for rank, name in enumerate(listed, 1))
    for field, parts in table["parts"].items():
        for part, listed in enumerate(parts):
            yield from ((name, field, part, rank) for rank, name in enumerate(listed, 1))


def match_name(header: str) -> NameMatch | None:
    """Find out what a header says.

    The whole header is tried first, then what is left when words that say whose or which it is are
    taken off its ends, and last the same with the words written together.

    Args:
        header: The header.

    Returns:
        What it says, or null when it says nothing known.
    """
    aliases = load_aliases()
    tokens = words(header)
    if "".join(tokens) in aliases.not_people:
        return None
    found = _split(tokens, aliases)
    if found:
        return found
    return _fused("".join(tokens), "", aliases)


def _split(tokens: tuple[str, ...], aliases: Aliases) -> NameMatch | None:
    for taken in range(len(tokens)):
        for first in range(taken + 1):
            last = len(tokens) - (taken - first)
            core, around = tokens[first:last], (tokens[:first], tokens[last:])
            scope = _scope(around[0], aliases), _scope(around[1], aliases)
            if None in scope:
                continue
            found = _core("".join(core), aliases)
            if found:
                alias, number = found
                return NameMatch(
                    alias, scope[0] or scope[1] or "", number, *_why(alias, tokens, taken, number)
                )
    return None


def _scope(tokens: tuple[str, ...], aliases: Aliases) -> str | None:
    """The scope that words around a name stand for; null when one of them is no such word."""
    scope = ""
    at = 0
    while at < len(tokens):
        for size in (4, 3, 2, 1):
            word = "".join(tokens[at : at + size])
            if word in aliases.scopes:
                scope = scope or aliases.scopes[word]
                at += size
                break
        else:
            return None
    return scope


def _core(spelled: str, aliases: Aliases) -> tuple[Alias, int] | None:
    alias = aliases.names.get(spelled)
    if alias:
        return alias, 0
    bare = spelled.rstrip("0123456789")
    alias = aliases.names.get(bare)
    if alias and alias.field in {Field.PHONE, Field.EMAIL}:
        return alias, int(spelled[len(bare) :])
    return None


def _why(alias: Alias, tokens: tuple[str, ...], taken: int, number: int) -> tuple[str, float]:
    if "".join(tokens) == key(alias.field.value):
        return "its header is the field's own name", 1.0
    if not taken and not number:
        return "its header is another name for it", 0.95
    return "its header names it, with words that say which one", 0.9


def _fused(spelled: str, scope: str, aliases: Aliases) -> NameMatch | None:
    """Words written together: `HOMEPHONE`, `RESCITY`."""
    for word, its_scope in aliases.scopes.items():
        rest = spelled.removeprefix(word)
        if len(word) < 3 or rest == spelled or len(rest) < 3:
            continue
        found = _core(rest, aliases)
        if found and found[0].field is not Field.ID:
            return NameMatch(found[0], scope or its_scope, found[1], "its header contains a name for it", 0.8)
        deeper = _fused(rest, scope or its_scope, aliases)
        if deeper:
            return deeper
    return None
