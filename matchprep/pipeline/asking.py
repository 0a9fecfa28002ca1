"""Looking something up at a provider."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from matchprep.errors import UsageError, did_you_mean
from matchprep.pipeline.accounts import account_at
from matchprep.providers import Entry, LookUp, client_of, look_ups_of


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found.

    Args:
        name: What was looked up.
        entries: What there is.
        more: Whether there is more than was asked for.
    """

    name: str
    entries: tuple[Entry, ...] = field(repr=False)
    more: bool


def known_look_ups(provider: str) -> dict[str, LookUp]:
    """Name what can be looked up at a provider.

    Args:
        provider: Its id.

    Returns:
        Look-ups by name.

    Raises:
        UsageError: There is no such provider, or its documents describe nothing that can be looked up.
    """
    client_of(provider)
    known = dict(look_ups_of(provider))
    if not known:
        hint = f"`matchprep providers {provider}` tells what it accepts."
        raise UsageError("its documents describe nothing that could be looked up", where=provider, hint=hint)
    return known


def look_up(
    provider: str, what: str, term: str | None = None, *, most: int | None = None, sandbox: str | None = None
) -> Found:
    """Look something up; page after page is asked for until there is enough.

    Args:
        provider: The provider's id.
        what: What to look up, as `known_look_ups` has it.
        term: What to search for, or the id of the one thing.
        most: So many entries at the most; all when null.
        sandbox: The address of the sandbox's server; null for the provider itself.

    Returns:
        What was found.

    Raises:
        UsageError: There is no such look-up, its id is missing, or a setting is.
        ProviderError: The provider refused or failed.
    """
    known = known_look_ups(provider)
    name = what.replace("-", " ").casefold()
    if name not in known:
        hint = did_you_mean(what, [one.replace(" ", "-") for one in known])
        raise UsageError("nothing of this name can be looked up", where=what, hint=hint)
    one = known[name]
    _hold(one, name, term)
    with account_at(provider, sandbox) as account:
        entries = one.entries(account.client, None if one.takes == "filter" else term)
        wanted = _holding(entries, term) if one.takes == "filter" and term else iter(entries)
        found = list(islice(wanted, None if most is None else most + 1))
    more = most is not None and len(found) > most
    return Found(name=name, entries=tuple(found[:most]), more=more)


#: What an id may look like, by what the look-up takes; it becomes a part of an address.
_IDS = {"id": r"[A-Za-z0-9_-]{1,100}", "number": r"[0-9]{1,18}"}


def _hold(one: LookUp, name: str, term: str | None) -> None:
    if one.takes in _IDS and not re.fullmatch(_IDS[one.takes], term or ""):
        what = "it needs the id" if term is None else "this is no id"
        raise UsageError(
            what, where=name, hint=f"As in: matchprep lookup PROVIDER {name.replace(' ', '-')} 123"
        )


def _holding(entries: Iterable[Entry], term: str) -> Iterator[Entry]:
    """Keep the entries that hold a term in any of their values."""
    wanted = term.casefold()
    return (one for one in entries if any(wanted in str(value).casefold() for value in one.values()))
