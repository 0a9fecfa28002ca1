"""A seeded population of invented US people: households, relatives nearby, Jr and Sr, twins, apartments.

Names follow the frequencies of the 1990 census (package `names`, MIT), tilted by decade of birth.
Everything else is drawn here. Phones are 555 numbers and mail addresses are of example.com.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Generator = np.random.Generator

THIS_YEAR = 2026
_SUFFIXES = ("ST", "AVE", "RD", "DR", "LN", "CT", "WAY", "BLVD", "PL", "CIR")
_SUFFIX_SHARES = (0.27, 0.2, 0.15, 0.14, 0.09, 0.06, 0.04, 0.02, 0.02, 0.01)
_MAIL = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org")


@dataclass(frozen=True)
class Town:
    """How people live and what they are called; the defaults are those of an ordinary county."""

    #: Shares of households of one to six people.
    sizes: tuple[float, ...] = (0.28, 0.35, 0.15, 0.13, 0.06, 0.03)
    people_a_zip: int = 6000
    streets_a_zip: int = 120
    #: How even ZIP areas are in size: 0 all alike.
    crowding: float = 0.5
    #: Households that take the surname of another one of their area, live in flats, or are no family.
    related: float = 0.3
    flats: float = 0.24
    strangers: float = 0.08
    #: Spouses who kept their own name, and sons named after the head.
    own_name: float = 0.14
    junior: float = 0.06
    landline: float = 0.4
    #: Powers of name frequencies: above 1 a few names are most people's.
    surname_power: float = 1.0
    given_power: float = 1.0


def names(kind: str) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Read the census names of a kind: `all.last`, `male.first`, `female.first`, and their shares."""
    lines = files("names").joinpath(f"dist.{kind}").read_text().split("\n")
    rows = [line.split() for line in lines if line.strip()]
    shares = np.array([float(row[1]) for row in rows]) + 0.0004
    return [row[0].title() for row in rows], shares / shares.sum()


def draw_people(rng: Generator, people: int, town: Town | None = None) -> pl.DataFrame:
    """Draw a population.

    Args:
        rng: Where chance comes from.
        people: How many, roughly; the last household is kept whole.
        town: How they live; by default as in an ordinary county.

    Returns:
        One row a person: household, names, birth date, address, phones and mail as they truly are.
    """
    town = town or Town()
    households = _households(rng, people, town)
    person = _members(rng, households, town)
    person = _given_names(rng, person, town)
    return _contacts(rng, person)


def _tilted(shares: npt.NDArray[np.float64], power: float) -> npt.NDArray[np.float64]:
    tilted = shares**power
    return np.asarray(tilted / tilted.sum())


def _households(rng: Generator, people: int, town: Town) -> pl.DataFrame:
    zips = max(12, people // town.people_a_zip)
    count = int(people / (np.arange(1, 7) @ np.array(town.sizes)))
    size = rng.choice(np.arange(1, 7), p=town.sizes, size=count)
    surnames, shares = names("all.last")
    surname = rng.choice(len(surnames), p=_tilted(shares, town.surname_power), size=count)
    place = rng.choice(zips, p=_zipf(zips, town.crowding), size=count)
    order = np.lexsort((rng.random(count), place))
    neighbor = np.empty(count, dtype=np.int64)
    neighbor[order] = np.roll(order, 1)
    related = rng.random(count) < town.related
    surname = np.where(related, surname[neighbor], surname)
    return _addresses(rng, place, zips, town).with_columns(
        pl.Series("household", np.arange(count)),
        pl.Series("size", size),
        pl.Series("family_name", np.array(surnames)[surname]),
        pl.Series("strangers", rng.random(count) < town.strangers),
        pl.Series("landline", rng.integers(0, 8_000_000, count)),
        pl.Series("has_landline", rng.random(count) < town.landline),
        pl.Series("head_age", np.clip(rng.normal(52, 16, count), 20, 95).astype(int)),
    )


def _addresses(rng: Generator, place: Ints, zips: int, town: Town) -> pl.DataFrame:
    """Give each household of an area its address: a house, or a unit of a building."""
    count = len(place)
    words, shares = names("all.last")
    street_pool = np.array(
        [f"{word}" for word in words[:4000]] + [f"{n}{_ordinal(n)}" for n in range(1, 100)]
    )
    pool_shares = np.concatenate([shares[:4000] ** 0.5, np.full(99, 0.004)])
    streets = rng.choice(len(street_pool), p=pool_shares / pool_shares.sum(), size=(zips, town.streets_a_zip))
    kinds = rng.choice(len(_SUFFIXES), p=_SUFFIX_SHARES, size=(zips, town.streets_a_zip))
    heading = rng.choice(5, p=(0.8, 0.05, 0.05, 0.05, 0.05), size=(zips, town.streets_a_zip))
    column = rng.integers(0, town.streets_a_zip, count)
    flat = rng.random(count) < town.flats
    house = rng.integers(1, 2500, count) * rng.choice((1, 4), size=count)
    building = rng.integers(1, 30, count) * 100
    cities, _ = names("all.last")
    city = np.array(
        [f"{name}{end}" for name, end in zip(cities[500 : 500 + zips], _cycle(zips), strict=True)]
    )
    of_three = np.arange(zips) // 3 * 3
    return pl.DataFrame(
        {
            "house": np.where(flat, building, house).astype(str),
            "street": [
                f"{('', 'N ', 'S ', 'E ', 'W ')[h]}{street_pool[s]} {_SUFFIXES[k]}"
                for h, s, k in zip(
                    heading[place, column], streets[place, column], kinds[place, column], strict=True
                )
            ],
            "unit": np.where(flat, rng.integers(1, 80, count).astype(str), ""),
            "city": city[of_three[place]],
            "state": np.full(count, "OH"),
            "zip": (43000 + place * 3 % 6999).astype(str),
            "place": place,
        }
    )


def _members(rng: Generator, households: pl.DataFrame, town: Town) -> pl.DataFrame:
    person = households.with_columns(pl.int_ranges("size").alias("position")).explode("position")
    count = person.height
    position = person["position"].to_numpy()
    head_age = person["head_age"].to_numpy()
    spouse_age = head_age + rng.normal(0, 3, count).astype(int)
    child_age = np.clip(head_age - rng.integers(20, 38, count), 0, 70)
    stranger_age = rng.integers(19, 40, count)
    age = np.select([position == 0, position == 1], [head_age, spouse_age], child_age)
    age = np.where(person["strangers"].to_numpy(), stranger_age, age)
    day_of_year = rng.integers(0, 365, count)
    born = np.datetime64(f"{THIS_YEAR}-01-01") - (age * 365.25).astype(int) - day_of_year
    # Twins: a child now and then shares the birth date of the child before.
    twin = (position >= 3) & (rng.random(count) < 0.025)
    born[twin] = born[np.flatnonzero(twin) - 1]
    household = person["household"].to_numpy()
    head_woman = rng.random(int(household.max()) + 1) < 0.45
    woman = np.select(
        [position == 0, position == 1],
        [head_woman[household], ~head_woman[household]],
        rng.random(count) < 0.5,
    )
    surnames, shares = names("all.last")
    other = np.array(surnames)[rng.choice(len(surnames), p=shares, size=count)]
    own = person["strangers"].to_numpy() & (position > 0) | (position == 1) & (
        rng.random(count) < town.own_name
    )
    own |= (position >= 2) & (rng.random(count) < 0.06)
    family = person["family_name"].to_numpy()
    hyphen = (position == 1) & ~own & (rng.random(count) < 0.02)
    surname = np.where(own, other, np.where(hyphen, other + "-" + family, family))
    return person.with_columns(
        pl.Series("born", born), pl.Series("woman", woman.astype(bool)), pl.Series("last_name", surname)
    )


def _given_names(rng: Generator, person: pl.DataFrame, town: Town) -> pl.DataFrame:
    woman = person["woman"].to_numpy()
    decade = np.clip((person["born"].dt.year().to_numpy() - 1930) // 12, 0, 7)
    given = np.empty(person.height, dtype=object)
    middle = np.empty(person.height, dtype=object)
    for sex, kind in ((True, "female.first"), (False, "male.first")):
        words, shares = names(kind)
        pool = np.array(words, dtype=object)
        tilt = np.cumsum(np.random.default_rng(7).normal(0, 0.5, (8, len(words))), axis=0)
        for time in range(8):
            here = np.flatnonzero((woman == sex) & (decade == time))
            weight = _tilted(shares * np.exp(tilt[time] - 0.4), town.given_power)
            given[here] = pool[rng.choice(len(words), p=weight, size=len(here))]
            middle[here] = pool[rng.choice(len(words), p=weight, size=len(here))]
    position = person["position"].to_numpy()
    suffix = np.full(person.height, "", dtype=object)
    # A son named after the head of the household, who then is Sr.
    head = np.flatnonzero(position == 0)
    first_of = np.repeat(head, person["size"].to_numpy()[head])
    junior = (position >= 2) & ~woman & ~woman[first_of] & (rng.random(person.height) < town.junior)
    junior &= person["last_name"].to_numpy() == person["last_name"].to_numpy()[first_of]
    given[junior] = given[first_of[junior]]
    same_middle = junior & (rng.random(person.height) < 0.7)
    middle[same_middle] = middle[first_of[same_middle]]
    suffix[junior] = rng.choice(("JR", "JR", "JR", "III", ""), size=int(junior.sum()))
    suffix[first_of[junior]] = rng.choice(("SR", ""), size=int(junior.sum()))
    middle[rng.random(person.height) < 0.08] = ""
    return person.with_columns(
        pl.Series("first_name", given.astype(str)),
        pl.Series("middle_name", middle.astype(str)),
        pl.Series("suffix", suffix.astype(str)),
    )


def _contacts(rng: Generator, person: pl.DataFrame) -> pl.DataFrame:
    count = person.height
    mobile = rng.integers(0, 8_000_000, count)
    shared = person["has_landline"].to_numpy() & (rng.random(count) < 0.5)
    line = np.where(shared, person["landline"].to_numpy(), mobile)
    host = rng.choice(np.array(_MAIL), size=count)
    number = rng.integers(0, 99, count)
    first = person["first_name"].str.to_lowercase()
    last = person["last_name"].str.to_lowercase().str.replace_all("[^a-z]", "")
    dot = np.where(rng.random(count) < 0.5, ".", "")
    mail = first + pl.Series(dot) + last + pl.Series(number.astype(str)) + "@" + pl.Series(host)
    return person.with_columns(
        pl.Series("phone", line),
        pl.Series("other_phone", np.where(shared, mobile, line)),
        mail.alias("email"),
    )


def phone_text(number: pl.Expr) -> pl.Expr:
    """Write a phone number of seven digits as a US number: area codes of Ohio, exchanges as drawn."""
    area = (number % 8).replace_strict(dict(enumerate((216, 220, 234, 330, 380, 419, 513, 614))))
    exchange = 200 + number // 10_000 % 700
    line = (number % 10_000).cast(pl.String).str.zfill(4)
    return pl.format("({}) {}-{}", area, exchange, line)


def _zipf(count: int, power: float) -> npt.NDArray[np.float64]:
    shares = 1 / np.arange(1, count + 1) ** power
    return np.asarray(shares / shares.sum())


def _ordinal(number: int) -> str:
    return "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _cycle(count: int) -> list[str]:
    ends = ("ville", "ton", " City", "burg", " Heights", "field", "", " Springs")
    return [ends[i % len(ends)] for i in range(count)]
