"""A small world of invented households: who lives where, and who is registered to vote."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, field, replace

from dice import Dice
from tables import (
    DIRECTIONS,
    MEN,
    PLACES,
    STREET_SUFFIXES,
    STREETS,
    SURNAME_HEADS,
    SURNAME_TAILS,
    SURNAMES,
    WOMEN,
)

#: The year in which the sample plays; nobody in it is younger than 18.
THIS_YEAR = 2025


@dataclass(frozen=True)
class Home:
    """An address and the telephone that everyone there answers."""

    number: int
    direction: str
    street: str
    suffix: str
    unit: str
    city: str
    state: str
    zip_code: str
    phone: str


@dataclass(frozen=True)
class Person:
    """One invented person."""

    first: str
    middle: str
    last: str
    maiden: str
    suffix: str
    born: dt.date
    gender: str
    home: Home
    cell: str
    email: str


@dataclass
class Household:
    """People under one roof, and which of them are registered."""

    people: list[Person]
    registered: list[bool] = field(default_factory=list)


def plain(text: str) -> str:
    """Take accents off."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


class World:
    """Invents homes and households.

    Args:
        dice: The source of chance.
    """

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self._rare = [head + tail for head in SURNAME_HEADS for tail in SURNAME_TAILS]
        self._phones: dict[str, list[str]] = {}

    def surname(self) -> str:
        """Draw a surname, common ones more often."""
        return self.dice.pick_common(SURNAMES) if self.dice.chance(0.55) else self.dice.pick(self._rare)

    def phone(self, area_code: str) -> str:
        """Deal a number of the range kept free for fiction, each one once before any comes again."""
        deck = self._phones.get(area_code) or self.dice.shuffled([f"{line:04}" for line in range(100, 200)])
        line, self._phones[area_code] = deck[0], deck[1:]
        return f"{area_code}555{line}"

    def home(self, city: str | None = None) -> Home:
        """Invent an address, in a given city or anywhere."""
        dice = self.dice
        places = [place for place in PLACES if city in (None, place[0])]
        city, state, zips, area_codes = dice.pick(places)
        unit = f"{dice.number(1, 40)}{dice.pick(('', '', 'A', 'B', 'C'))}" if dice.chance(0.22) else ""
        return Home(
            number=dice.number(1, 99) if dice.chance(0.2) else dice.number(100, 9899),
            direction=dice.pick(list(DIRECTIONS)) if dice.chance(0.2) else "",
            street=dice.pick(STREETS),
            suffix=dice.pick_common(list(STREET_SUFFIXES)),
            unit=unit,
            city=city,
            state=state,
            zip_code=dice.pick(zips),
            phone=self.phone(dice.pick(area_codes)),
        )

    def person(self, home: Home, last: str, *, born: tuple[int, int], gender: str = "") -> Person:
        """Invent a person of this surname and age who lives here."""
        dice = self.dice
        gender = gender or dice.pick("FM")
        first = dice.pick_common(WOMEN if gender == "F" else MEN)
        middle = dice.pick_common(WOMEN if gender == "F" else MEN) if dice.chance(0.8) else ""
        day = dt.date(dice.number(*born), 1, 1) + dt.timedelta(days=dice.number(0, 364))
        area_codes = next(place[3] for place in PLACES if place[:2] == (home.city, home.state))
        cell = self.phone(dice.pick(area_codes)) if dice.chance(0.6) else home.phone
        person = Person(first, middle, last, "", "", day, gender, home, cell, "")
        return replace(person, email=self.email(person))

    def email(self, person: Person) -> str:
        """Invent a mailbox out of the name, in a domain that belongs to nobody."""
        first, last = (
            "".join(c for c in plain(part).lower() if c.isalpha()) for part in (person.first, person.last)
        )
        year = person.born.year % 100
        forms = (f"{first}.{last}", f"{first[0]}{last}", f"{first}{last}{year:02}", f"{last}.{first}")
        return f"{self.dice.pick(forms)}@{self.dice.pick(('example.com', 'example.org', 'mail.example.com'))}"

    def household(self) -> Household:
        """Invent the people of one home."""
        home, last = self.home(), self.surname()
        kind = self.dice.weighted({"single": 30, "couple": 28, "family": 24, "parent": 10, "shared": 8})
        if kind == "single":
            return Household([self.person(home, last, born=(1935, 2004))])
        if kind == "shared":
            heads = range(self.dice.number(2, 4))
            return Household([self.person(home, self.surname(), born=(1985, 2006)) for _ in heads])
        year = self.dice.number(1938, 1992 if kind == "couple" else 1982)
        head = self.person(home, last, born=(year, year), gender="M")
        people = [head] if kind == "parent" else [head, self._partner(head)]
        if kind in {"family", "parent"}:
            people += self._children(head)
        if any(p.suffix for p in people):
            people[0] = replace(head, suffix=self.dice.pick(("Sr", "")))
        return Household(people)

    def _partner(self, head: Person) -> Person:
        wife = self.person(head.home, head.last, born=(head.born.year - 4, head.born.year + 5), gender="F")
        own_name = self.surname()
        if self.dice.chance(0.18):
            return replace(wife, last=own_name)
        return replace(wife, maiden=own_name)

    def _children(self, head: Person) -> list[Person]:
        years = (max(head.born.year + 20, 1966), min(head.born.year + 38, THIS_YEAR - 19))
        children = [self.person(head.home, head.last, born=years) for _ in range(self.dice.number(1, 3))]
        first = children[0]
        if first.gender == "M" and self.dice.chance(0.12):
            first = replace(first, first=head.first, middle=head.middle, suffix="Jr")
            children[0] = first = replace(first, email=self.email(first))
        if len(children) > 1 and self.dice.chance(0.06):  # twins
            children[1] = replace(children[1], born=first.born)
        return children
