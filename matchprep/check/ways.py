"""Every way in which a list could be sent, and how many of its rows each could use."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from matchprep.check.candidates import Candidate, candidates
from matchprep.fields import Field
from matchprep.rulebook import ProviderRules
from matchprep.tables import ROW_ID


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to send a list.

    Args:
        profile: The profile.
        required: Fields that the provider is told to insist on.
        optional: The other matching fields that go along.
        hash_algorithm: The hash that digests of the list decide, where it is not the rule file's own.
        usable: So many rows can be used this way.
    """

    profile: str
    required: tuple[Field, ...]
    optional: tuple[Field, ...]
    hash_algorithm: str | None
    usable: int


def ways_of(
    clean: pl.LazyFrame | pl.DataFrame, rules: ProviderRules, *, profile: str | None = None
) -> tuple[Way, ...]:
    """Count the usable rows of every way in which a list could be sent.

    Args:
        clean: CLEAN.
        rules: The provider.
        profile: Only this profile.

    Returns:
        The ways, those that the rule file would choose first; where it says so, by usable rows.

    Raises:
        UsageError: The provider has no such profile.
    """
    frame = clean.lazy()
    columns = frozenset(frame.collect_schema().names())
    every = candidates(_with_every_choice(rules), columns, profile=profile, algorithm=None)
    conditions = [
        (one.usable() & pl.col(ROW_ID).is_not_null()).sum().alias(str(n)) for n, one in enumerate(every)
    ]
    counts = frame.select(conditions).collect(engine="streaming").row(0)
    ways = [_way(one, usable) for one, usable in zip(every, counts, strict=True)]
    first: dict[str, Way] = {}
    for way in ways:
        if rules.profiles[way.profile].choose == "first that fits" and way.usable:
            first.setdefault(way.profile, way)
    leading = [way for way in ways if first.get(way.profile, way) is way]
    rest = [way for way in ways if way not in leading]
    return tuple(sorted(leading, key=lambda one: -one.usable) + sorted(rest, key=lambda one: -one.usable))


def _with_every_choice(rules: ProviderRules) -> ProviderRules:
    every = {
        name: profile.model_copy(update={"choose": "most usable rows"})
        for name, profile in rules.profiles.items()
    }
    return rules.model_copy(update={"profiles": every})


def _way(candidate: Candidate, usable: int) -> Way:
    return Way(
        profile=candidate.profile,
        required=candidate.required,
        optional=candidate.optional,
        hash_algorithm=candidate.presence.algorithm,
        usable=usable,
    )
