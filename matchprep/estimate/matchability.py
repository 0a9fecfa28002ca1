"""A forecast without any reference: what the list alone allows, as a range.

    sent           rows that meet what the provider requires
    told apart     of these, rows that tell who is meant: a row that k other people share, by public
                   figures, is told apart with the probability (1 - exp(-k)) / k
    on file        how many of the people of a list a provider has, with the values that the list has: nobody
                   knows without a reference. Two in three is taken, and the range is that of one half to nine
                   in ten, of those told apart.

This is much weaker than matching against a reference, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from matchprep.check import Checked
from matchprep.check.ways import ways_of
from matchprep.estimate.sharing import sharing
from matchprep.fields import Field
from matchprep.rulebook import ProviderRules

#: The part of the people told apart whom a provider has on file with these values: usual, least, most.
ON_FILE, LEAST_ON_FILE, MOST_ON_FILE = 0.66, 0.45, 0.9
#: How probable it is, in our judgment, that the truth lies within the range.
LEVEL = 0.9
#: Other people who share what a row tells, from which on it is ambiguous, and hopeless.
FEW, MANY = 0.5, 5.0


@dataclass(frozen=True)
class Requirement:
    """One set of fields that the provider takes, and the rows that have it."""

    fields: tuple[Field, ...]
    rows: int


@dataclass(frozen=True)
class Matchability:
    """What a list alone allows; rates from 0 to 1 of the rows sent."""

    match_rate: float
    low: float
    high: float
    level: float
    #: Rows read that could be read, and rows that the provider can use.
    rows: int
    sent: int
    #: Rows sent that tell one person, a few people, or many.
    one_person: int
    few_people: int
    many_people: int
    #: Matches expected if the provider had everybody on file.
    told_apart: float
    requirements: tuple[Requirement, ...]
    method: str


def matchability(clean: pl.LazyFrame | pl.DataFrame, checked: Checked, rules: ProviderRules) -> Matchability:
    """Forecast from the list alone how much of it a provider could match.

    Args:
        clean: CLEAN of the list.
        checked: The list held against the provider's rules.
        rules: The provider.

    Returns:
        A range, and what it rests on.
    """
    asked = {*checked.required, *checked.optional, *checked.requirement.fields()}
    others = sharing(checked.kept, asked)["others"]
    apart = float(((1 - (-others).exp()) / others).fill_nan(1.0).sum())
    share = apart / max(checked.usable, 1)
    return Matchability(
        match_rate=share * ON_FILE,
        low=share * LEAST_ON_FILE,
        high=share * MOST_ON_FILE,
        level=LEVEL,
        rows=checked.rows,
        sent=checked.usable,
        one_person=int((others < FEW).sum()),
        few_people=int(((others >= FEW) & (others < MANY)).sum()),
        many_people=int((others >= MANY).sum()),
        told_apart=apart,
        requirements=_requirements(clean, rules, checked.profile),
        method=_method(share),
    )


def _requirements(
    clean: pl.LazyFrame | pl.DataFrame, rules: ProviderRules, profile: str
) -> tuple[Requirement, ...]:
    ways = ways_of(clean, rules, profile=profile)
    best: dict[tuple[Field, ...], int] = {}
    for way in ways:
        fields = way.required or way.optional
        best[fields] = max(best.get(fields, 0), way.usable)
    return tuple(Requirement(*one) for one in sorted(best.items(), key=lambda one: -one[1]))


def _method(share: float) -> str:
    return (
        "No reference was given, so this is a judgment from the list alone, and much weaker than a forecast."
        f" By public figures on names, places and births, {share:.0%} of the rows to be sent tell who it is."
        f" How many of these people the provider has on file with the same values is not known: {ON_FILE:.0%}"
        f" is assumed, and {LEAST_ON_FILE:.0%} to {MOST_ON_FILE:.0%} for the range. Match against a reference"
        " to know better."
    )
