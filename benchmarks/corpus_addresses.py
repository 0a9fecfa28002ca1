"""Invented addresses from a seed: as lists hold them, in every form known, and fuzzed.

`listed` looks like a people list (most rows plain, some of them twice), `distinct` is the same without repetition,
`varied` has many forms and spellings, `fuzzed` is what no sane person would write.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import polars as pl

WORDS = [
    "Oak",
    "Maple",
    "Cedar",
    "Pine",
    "Elm",
    "Washington",
    "Lake",
    "Hill",
    "Walnut",
    "Spring",
    "North",
    "Ridge",
    "Church",
    "Main",
    "Park",
    "Willow",
    "Jefferson",
    "Highland",
    "Sunset",
    "Mill",
    "River",
    "Forest",
    "Jackson",
    "Lincoln",
    "Meadow",
    "Broad",
    "Franklin",
    "Cherry",
    "Dogwood",
    "Hickory",
    "Madison",
    "Adams",
    "Center",
    "Chestnut",
    "College",
    "Poplar",
    "Valley",
    "Cleveland",
    "Sycamore",
    "Magnolia",
    "Union",
    "Peachtree",
    "Laurel",
    "Locust",
    "Prospect",
    "Spruce",
    "Grant",
    "Jones",
    "Smith",
    "Johnson",
    "Martin",
    "Luther",
    "King",
    "St",
    "Mary",
    "Saint",
    "Old",
    "New",
    "Country",
    "Club",
    "Shady",
    "Grove",
    "Indian",
    "Creek",
    "Deer",
    "Run",
    "Fox",
    "Hollow",
    "Stone",
    "Wood",
    "Bridge",
    "Rock",
    "Springs",
    "Eagle",
    "Heritage",
    "Fair",
    "View",
    "Bay",
    "Shore",
    "Harbor",
    "Ocean",
    "Sea",
    "Sand",
    "Palm",
    "Desert",
    "Mesa",
    "Vista",
    "Del",
    "Sol",
    "Camino",
    "Real",
    "Rancho",
    "Las",
    "Los",
    "El",
    "La",
    "Santa",
    "Rosa",
    "San",
    "Juan",
    "Monte",
    "Avenida",
    "Calle",
    "Via",
    "Rio",
    "Grande",
    "Fort",
    "Mount",
    "Beaver",
    "Bear",
    "Buck",
    "Turkey",
    "Quail",
    "Pheasant",
    "Bluebird",
    "Cardinal",
    "Robin",
    "Hawk",
    "Falcon",
    "Heron",
    "Wren",
    "Rose",
    "Lilac",
    "Ivy",
    "Holly",
    "Fern",
    "Aspen",
    "Birch",
    "Alder",
    "Ash",
    "Beech",
    "Cypress",
    "Juniper",
    "Redwood",
    "Sequoia",
    "Hemlock",
    "O'Brien",
    "D'Angelo",
    "Lee's",
    "McDonald",
    "Van",
    "Buren",
    "Martinez",
    "Garcia",
    "Rodriguez",
    "Thompson",
    "Anderson",
    "Wilson",
    "Taylor",
    "Moore",
    "Harris",
    "Clark",
    "Lewis",
    "Walker",
    "Young",
    "Allen",
    "Wright",
    "Scott",
    "University",
    "Station",
    "Airport",
    "Industrial",
    "Commerce",
    "Technology",
    "Corporate",
    "Executive",
    "Enterprise",
    "Market",
    "Court",
    "House",
    "Depot",
    "Railroad",
    "Canal",
    "Ferry",
    "Landing",
    "Dock",
    "Pier",
    "Wharf",
    "Cove",
    "Point",
    "Cape",
    "Island",
    "Beach",
    "Crescent",
    "Circle",
    "Loop",
    "Broadway",
    "Bowery",
    "Wacker",
    "Michigan",
    "Lasalle",
    "Dearborn",
    "Randolph",
    "Ventura",
    "Wilshire",
    "Lombard",
    "Mission",
    "Fulton",
    "Atlantic",
    "Pacific",
    "Delaware",
    "Kentucky",
    "Ohio",
    "Virginia",
    "Georgia",
    "Carolina",
    "Texas",
    "California",
    "Florida",
    "Dakota",
    "Montana",
    "Nevada",
    "Arizona",
    "Utah",
]
SUFFIXES = [
    "St",
    "Street",
    "ST",
    "Ave",
    "Avenue",
    "AVE",
    "Av",
    "Rd",
    "Road",
    "RD",
    "Dr",
    "Drive",
    "DR",
    "Ln",
    "Lane",
    "LN",
    "Ct",
    "Court",
    "CT",
    "Blvd",
    "Boulevard",
    "BLVD",
    "Pl",
    "Place",
    "Ter",
    "Terrace",
    "Cir",
    "Circle",
    "CIR",
    "Way",
    "WAY",
    "Pkwy",
    "Parkway",
    "Trl",
    "Trail",
    "Hwy",
    "Loop",
    "Run",
    "Pass",
    "Path",
    "Sq",
    "Square",
    "Pike",
    "Row",
    "Xing",
    "Cv",
    "Pt",
    "Plz",
    "St.",
    "Ave.",
    "Rd.",
    "Dr.",
    "Blvd.",
    "Ln.",
]
DIRECTIONS = [
    "N",
    "S",
    "E",
    "W",
    "NE",
    "NW",
    "SE",
    "SW",
    "North",
    "South",
    "East",
    "West",
    "N.",
    "S.",
    "E.",
    "W.",
    "Northeast",
    "SOUTHWEST",
    "n",
    "s",
]
UNITS = [
    "Apt",
    "APT",
    "apt",
    "Apt.",
    "Unit",
    "UNIT",
    "Ste",
    "Suite",
    "STE",
    "#",
    "Lot",
    "Rm",
    "Room",
    "Fl",
    "Floor",
    "Bldg",
    "Trlr",
    "Spc",
    "Ph",
    "Rear",
    "Lowr",
    "Upper",
    "Bsmt",
]
CITIES = """Springfield;Franklin;Greenville;Bristol;Clinton;Salem;Madison;Georgetown;Arlington;Ashland;Dover;Oxford;
Jackson;Burlington;Manchester;Milton;Newport;Auburn;Centerville;Clayton;Dayton;Lexington;Milford;Riverside;Cleveland;
New York;Los Angeles;Chicago;San Francisco;Salt Lake City;St. Louis;Saint Paul;Fort Worth;Las Vegas;New Orleans;
North Charleston;West Palm Beach;Winston-Salem;Coeur d'Alene;O'Fallon;Mount Vernon;Port St. Lucie;East Orange;
Cedar Rapids;Sioux Falls;Grand Rapids;Baton Rouge;Des Moines;El Paso;San Juan;Ponce;King of Prussia;Truth or
Consequences;Isle of Palms;St Simons Island;Rancho Santa Margarita;Washington;Boston;Atlanta;Miami;Denver;Seattle;
Portland;Phoenix;Houston;Dallas;Austin;Memphis;Nashville;Omaha;Tulsa;Wichita;Mobile""".replace(
    "\n", " "
).split(";")
STATES = [
    "AL",
    "AK",
    "AZ",
    "AR",
    "CA",
    "CO",
    "CT",
    "DE",
    "DC",
    "FL",
    "GA",
    "HI",
    "ID",
    "IL",
    "IN",
    "IA",
    "KS",
    "KY",
    "LA",
    "ME",
    "MD",
    "MA",
    "MI",
    "MN",
    "MS",
    "MO",
    "MT",
    "NE",
    "NV",
    "NH",
    "NJ",
    "NM",
    "NY",
    "NC",
    "ND",
    "OH",
    "OK",
    "OR",
    "PA",
    "RI",
    "SC",
    "SD",
    "TN",
    "TX",
    "UT",
    "VT",
    "VA",
    "WA",
    "WV",
    "WI",
    "WY",
    "PR",
]
STATE_NAMES = [
    "New York",
    "California",
    "Texas",
    "North Carolina",
    "West Virginia",
    "Illinois",
    "Georgia",
    "Calif.",
    "Penna",
    "D.C.",
]


class _Draws:
    """Columns of random parts, all of one length."""

    def __init__(self, rows: int, seed: int) -> None:
        self.rows = rows
        self.rng = np.random.default_rng(seed)

    def of(self, choices: Sequence[str], *, share: float = 1.0, skew: float = 1.0) -> pl.Series:
        """Draw from choices, the first ones more often; blank for all but a share of the rows."""
        place = (self.rng.random(self.rows) ** skew * len(choices)).astype(np.int64)
        return self.some(pl.Series(choices).gather(place), share)

    def number(self, high: int, *, share: float = 1.0, pad: int = 1, skew: float = 2.0) -> pl.Series:
        """Draw whole numbers, small ones more often."""
        drawn = (self.rng.random(self.rows) ** skew * high).astype(np.int64) + 1
        return self.some(pl.Series(drawn).cast(pl.String).str.zfill(pad), share)

    def some(self, values: pl.Series, share: float) -> pl.Series:
        """Blank all but a share of the rows."""
        keep = pl.Series(self.rng.random(self.rows) < share)
        return pl.select(pl.when(keep).then(values).otherwise(pl.lit(""))).to_series()

    def either(self, choices: Sequence[pl.Series], shares: Sequence[float]) -> pl.Series:
        """Take each row from one of several columns."""
        which = pl.Series(self.rng.choice(len(choices), self.rows, p=shares))
        rest = pl.when(pl.lit(value=False)).then(pl.lit(""))
        for number, choice in enumerate(choices):
            rest = rest.when(which == number).then(choice)
        return pl.select(rest.otherwise(pl.lit(""))).to_series()


def _joined(*parts: pl.Series | str) -> pl.Series:
    """Write parts with one space between those that are not blank."""
    columns = [pl.lit(part) if isinstance(part, str) else part for part in parts]
    text = pl.concat_str(columns, separator=" ").str.replace_all(" +", " ").str.strip_chars()
    return pl.select(text).to_series()


def _names(count: int, seed: int) -> list[str]:
    """Invent surnames, as streets carry them by the thousand."""
    rng = random.Random(seed)
    heads = [
        "Bar",
        "Ber",
        "Car",
        "Cor",
        "Dar",
        "Del",
        "Far",
        "Fen",
        "Gar",
        "Hal",
        "Har",
        "Hol",
        "Kel",
        "Ken",
        "Lan",
        "Mar",
        "Mon",
        "Nor",
        "Par",
        "Ram",
        "Ros",
        "San",
        "Tal",
        "Wal",
        "Win",
    ]
    middles = [
        "a",
        "e",
        "i",
        "o",
        "u",
        "al",
        "el",
        "en",
        "er",
        "in",
        "on",
        "or",
        "an",
        "ing",
        "ens",
        "ber",
        "der",
        "man",
    ]
    tails = [
        "by",
        "don",
        "ford",
        "ham",
        "ington",
        "ley",
        "man",
        "ner",
        "ridge",
        "sen",
        "son",
        "stead",
        "ston",
        "ton",
        "ville",
        "wick",
        "wood",
        "worth",
    ]
    return sorted(
        {
            rng.choice(heads) + rng.choice(middles) * rng.randint(0, 1) + rng.choice(tails)
            for _ in range(count)
        }
    )


def _street_lines(draws: _Draws, seed: int) -> pl.Series:
    """Write street lines: mostly number, name and suffix; boxes, routes and highways among them."""
    ordinals = [
        f"{n}{'th' if 10 < n % 100 < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"
        for n in range(1, 200)
    ]
    names = draws.either(
        [draws.of(WORDS, skew=2), draws.of(_names(4000, seed)), draws.of(ordinals, skew=2)], [0.5, 0.38, 0.12]
    )
    second = draws.of(WORDS, share=0.14, skew=2)
    unit = _joined(draws.of(UNITS, skew=2), draws.number(900, skew=3), draws.of(list("ABCD"), share=0.2))
    plain = _joined(
        draws.number(19999),
        draws.of(DIRECTIONS, share=0.25, skew=2),
        names,
        second,
        draws.of(SUFFIXES, share=0.96, skew=2),
        draws.of(DIRECTIONS, share=0.06, skew=2),
        draws.some(unit, 0.18),
    )
    box = _joined(
        draws.of(["PO Box", "P.O. Box", "P O BOX", "Box", "PO BOX", "Post Office Box"], skew=2),
        draws.number(9999),
    )
    route = _joined(
        draws.of(["RR", "R.R.", "HC", "Rural Route", "RFD"]), draws.number(9), "Box", draws.number(400)
    )
    roads = ["Highway", "US Hwy", "State Route", "County Road", "Co Rd", "FM", "I-", "SR", "CR", "US Highway"]
    highway = _joined(draws.number(9999), draws.of(roads), draws.number(400), draws.of(DIRECTIONS, share=0.2))
    corner = _joined(
        draws.of(WORDS),
        draws.of(SUFFIXES),
        draws.of(["&", "and", "at", "@"]),
        draws.of(WORDS),
        draws.of(SUFFIXES),
    )
    return draws.either([plain, box, route, highway, corner], [0.885, 0.06, 0.015, 0.035, 0.005])


def distinct(rows: int, seed: int) -> pl.Series:
    """Write addresses of a people list, each of them once.

    Args:
        rows: How many.
        seed: Where the drawing starts.

    Returns:
        Street lines and, in three of ten rows, city, state and ZIP after it.
    """
    kept = pl.Series([], dtype=pl.String)
    for again in range(100):
        draws = _Draws(rows, seed + 7919 * again)
        code = draws.number(99999, pad=5, skew=1)
        plus = pl.select(pl.concat_str(code, pl.lit("-"), draws.number(9999, pad=4, skew=1))).to_series()
        code = draws.either([code, plus], [0.85, 0.15])
        state = draws.either([draws.of(STATES), draws.of(STATE_NAMES)], [0.95, 0.05])
        line = _street_lines(draws, seed)
        comma = pl.select(pl.concat_str(line, draws.of([",", ""], skew=1))).to_series()
        city = pl.select(pl.concat_str(draws.of(CITIES), draws.of([",", ""], skew=2))).to_series()
        whole = draws.either([line, _joined(comma, city, state, code)], [0.7, 0.3])
        whole = draws.either([whole, whole.str.to_uppercase(), whole.str.to_lowercase()], [0.6, 0.35, 0.05])
        kept = pl.concat([kept, whole]).unique(maintain_order=True)
        if len(kept) >= rows:
            break
    return kept.head(rows)


def listed(rows: int, seed: int) -> pl.Series:
    """Write addresses as a list of people holds them: households and repeats, about 69 in 100 distinct.

    Args:
        rows: How many.
        seed: Where the drawing starts.

    Returns:
        As of `distinct`, repeated and shuffled.
    """
    once = distinct(int(rows * 0.692), seed)
    again = once.sample(rows - len(once), with_replacement=True, seed=seed)
    return pl.concat([once, again]).sample(fraction=1.0, shuffle=True, seed=seed)
