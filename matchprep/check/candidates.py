"""The ways in which a list could be sent: a profile, and which of its fields are required."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from matchprep.check.presence import Presence
from matchprep.check.reasons import holds_in_row
from matchprep.errors import UsageError, did_you_mean
from matchprep.fields import Field
from matchprep.rulebook import MOST_ROWS, ProviderRules, Requirement, Rule, holds, resolve
from matchprep.tables import ROW_ID


@dataclass(frozen=True)
class Candidate:
    """One way to send a list.

    Args:
        presence: The fields of the list under the profile.
        required: Fields that the provider is told to insist on.
        optional: The other matching fields that go along.
    """

    presence: Presence
    required: tuple[Field, ...]
    optional: tuple[Field, ...]

    @property
    def profile(self) -> str:
        """Name the profile."""
        return self.presence.profile

    @property
    def rules(self) -> tuple[Rule, ...]:
        """List the rules on lists that hold here."""
        rules = self.presence.rules.rules_for(self.profile)
        return tuple(rule for rule in rules if not rule.mapping_only)

    def resolved(self, node: Requirement) -> Requirement:
        """Write out the groups of a requirement as they are here."""
        matching = self.presence.rules.matching(self.profile)
        groups = {
            "required fields": self.required,
            "optional fields": self.optional,
            "matching fields": matching,
        }
        return resolve(node, groups)

    def requirements(self, *, of: Literal["columns", "rows"] = "rows") -> Iterator[tuple[Rule, Requirement]]:
        """List what must be there, with the rules that say so, as far as they apply to this list.

        Args:
            of: What the list needs as columns, or only what each row needs as values.

        Yields:
            The rule, and its requirement with groups written out.
        """
        for rule in self.rules:
            judged = of == "columns" or rule.judged_on == "rows"
            if judged and rule.require is not None and rule.severity == "error" and self.applies(rule):
                yield rule, self.resolved(rule.require)

    def applies(self, rule: Rule) -> bool:
        """Say whether the `when` of a rule is met by the columns of the list."""
        return rule.when is None or holds(self.resolved(rule.when), self.presence.all_available())

    @property
    def viable(self) -> bool:
        """Say whether the columns of the list can satisfy the provider at all."""
        known = self.presence.all_available()
        return all(holds(requirement, known) for _, requirement in self.requirements(of="columns"))

    def usable(self) -> pl.Expr:
        """Say which rows the provider can use; never null, and none where the columns do not suffice."""
        if not self.viable:
            return pl.lit(value=False)
        parts = [holds_in_row(requirement, self.presence) for _, requirement in self.requirements()]
        return pl.all_horizontal(*parts) if parts else pl.lit(value=True)


def candidates(
    rules: ProviderRules, columns: frozenset[str], *, profile: str | None, algorithm: str | None
) -> tuple[Candidate, ...]:
    """List the ways in which a list could be sent, the most wanted first.

    Args:
        rules: The provider.
        columns: The columns of CLEAN.
        profile: The profile asked for, if any.
        algorithm: The hash asked for, if any.

    Returns:
        At least one way; where none is viable, all are given, so that the nearest can be explained.

    Raises:
        UsageError: The provider has no such profile, or does not take the hash.
    """
    found: list[Candidate] = []
    for name in _profiles(rules, profile):
        presence = Presence(rules, name, columns, algorithm)
        if profile is not None:
            presence.check_algorithm()
        for hashed in presence.by_algorithm():
            ways = list(_selections(hashed))
            fitting = [way for way in ways if way.viable]
            first = rules.profiles[name].choose == "first that fits"
            found += (fitting[:1] if first else fitting) or ways[:1]
    return tuple(one for one in found if one.viable) or tuple(found)


def most_rows(frame: pl.LazyFrame, possible: tuple[Candidate, ...]) -> Candidate:
    """Choose the way under which most rows are usable; the first of several.

    Args:
        frame: CLEAN.
        possible: The ways; a single one is taken without looking.

    Returns:
        The chosen one.
    """
    if len(possible) == 1:
        return possible[0]
    each = [
        (one.usable() & pl.col(ROW_ID).is_not_null()).sum().alias(str(n)) for n, one in enumerate(possible)
    ]
    counts = frame.select(each).collect(engine="streaming").row(0)
    return possible[counts.index(max(counts))]


def _profiles(rules: ProviderRules, asked: str | None) -> tuple[str, ...]:
    if asked is not None:
        if asked not in rules.profiles:
            hint = did_you_mean(asked, rules.profiles)
            raise UsageError(f"{rules.name} has no profile {asked}", where="profile", hint=hint)
        return (asked,)
    if rules.default_profile != MOST_ROWS:
        return (rules.default_profile,)
    return tuple(name for name, profile in rules.profiles.items() if profile.automatic)


def _selections(presence: Presence) -> Iterator[Candidate]:
    rules = presence.rules
    known = presence.all_available()
    matching = [field for field in rules.matching(presence.profile) if field in known]
    choices = rules.profiles[presence.profile].choices
    for choice in choices:
        if set(choice.required) <= known:
            optional = tuple(field for field in matching if field not in choice.required)
            yield Candidate(presence, choice.required, optional)
    if not any(set(choice.required) <= known for choice in choices):
        yield Candidate(presence, (), tuple(matching))
