"""Invented addresses from a seed.

`listed` looks like a people list (most rows plain, some of them twice), `distinct` is the same without
repetition, `varied` has every form known, `fuzzed` is what no sane person would write.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import yaml

_LISTS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
WORDS: list[str] = _LISTS["words"]
SUFFIX_PAIRS: list[tuple[str, str]] = _LISTS["suffixes"]
DIRECTION_PAIRS: list[tuple[str, str]] = _LISTS["directions"]
SUFFIXES = [form for pair in SUFFIX_PAIRS for form in pair]
DIRECTIONS = [form for pair in DIRECTION_PAIRS for form in pair]
UNITS: list[str] = _LISTS["units"]
CITIES: list[str] = _LISTS["cities"]
STATES: list[str] = _LISTS["states"]
STATE_NAMES: list[str] = _LISTS["state_names"]
NOISE: str = _LISTS["noise"] + "\x00"  # which YAML cannot hold


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
        chosen = [pl.when(which == number).then(choice) for number, choice in enumerate(choices)]
        return pl.select(pl.coalesce(chosen)).to_series()


def _joined(*parts: pl.Series | str) -> pl.Series:
    """Write parts with one space between those that are not blank."""
    columns = [pl.lit(part) if isinstance(part, str) else part for part in parts]
    text = pl.concat_str(columns, separator=" ").str.replace_all(" +", " ").str.strip_chars()
    return pl.select(text).to_series()


def _names(count: int, seed: int) -> list[str]:
    """Invent surnames, as streets carry them by the thousand."""
    rng = random.Random(seed)
    heads, middles, tails = (_LISTS[f"name_{part}"] for part in ("heads", "middles", "tails"))
    parts = [
        (rng.choice(heads), rng.choice(middles) * rng.randint(0, 1), rng.choice(tails)) for _ in range(count)
    ]
    return sorted({"".join(part) for part in parts})


def _ordinals() -> list[str]:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return [f"{n}{'th' if 10 < n % 100 < 14 else ends.get(n % 10, 'th')}" for n in range(1, 200)]


def _streets(count: int, seed: int) -> tuple[pl.Series, pl.Series]:
    """Invent the streets of a state: name and suffix, each written in short and in full."""
    draws = _Draws(count, seed)
    choices = [draws.of(WORDS, skew=2), draws.of(_names(4000, seed)), draws.of(_ordinals(), skew=2)]
    name = _joined(draws.either(choices, [0.5, 0.4, 0.1]), draws.of(WORDS, share=0.14, skew=2))
    place = (draws.rng.random(count) ** 2 * len(SUFFIX_PAIRS)).astype(np.int64)
    before = (draws.rng.random(count) ** 2 * len(DIRECTION_PAIRS)).astype(np.int64)
    turned = pl.Series(draws.rng.random(count) < 0.25)
    written = []
    for form in (0, 1):
        direction = pl.Series([pair[form] for pair in DIRECTION_PAIRS]).gather(before)
        suffix = pl.Series([pair[form] for pair in SUFFIX_PAIRS]).gather(place)
        direction = pl.select(pl.when(turned).then(direction).otherwise(pl.lit(""))).to_series()
        written.append(_joined(direction, name, suffix))
    return written[0], written[1]


def _street_lines(draws: _Draws, seed: int) -> pl.Series:
    """Write street lines: mostly number, name and suffix; boxes, routes and highways among them."""
    short, full = _streets(60_000, seed)
    place = pl.Series((draws.rng.random(draws.rows) ** 1.7 * len(short)).astype(np.int64))
    street = draws.either([short.gather(place), full.gather(place)], [0.8, 0.2])
    unit = _joined(draws.of(UNITS, skew=3), draws.number(900, skew=3))
    lettered = pl.select(pl.concat_str(unit, draws.of(list("ABCD"), share=0.1))).to_series()
    plain = _joined(draws.number(19999), street, draws.some(lettered, 0.15))
    boxes = ["PO Box", "P.O. Box", "P O Box", "Box", "Post Office Box"]
    box = _joined(draws.of(boxes, skew=2), draws.number(9999))
    route = _joined(
        draws.of(["RR", "R.R.", "HC", "Rural Route", "RFD"]), draws.number(9), "Box", draws.number(400)
    )
    roads = ["Highway", "US Hwy", "State Route", "County Road", "Co Rd", "FM", "I-", "SR", "CR", "US Highway"]
    highway = _joined(draws.number(9999), draws.of(roads), draws.number(400), draws.of(["N", "S"], share=0.1))
    separator = draws.of(["&", "and", "at", "@"])
    corner = _joined(short.gather(place), separator, short.gather(place.shuffle(seed)))
    return draws.either([plain, box, route, highway, corner], [0.89, 0.06, 0.015, 0.03, 0.005])


def _places(draws: _Draws, seed: int) -> pl.Series:
    """Write city, state and ZIP: most rows from one state, each city with its own ZIP codes."""
    towns = _Draws(300, seed)
    home = towns.either([pl.Series(["OH"] * 300), towns.of(STATES)], [0.85, 0.15])
    city = towns.either([towns.of(CITIES), towns.of(_names(400, seed))], [0.6, 0.4])
    start = towns.number(999, pad=3, skew=1)
    place = pl.Series((draws.rng.random(draws.rows) ** 2 * 300).astype(np.int64))
    plus = pl.select(pl.concat_str(pl.lit("-"), draws.number(9999, pad=4, skew=1))).to_series()
    code = pl.concat_str(start.gather(place), draws.number(40, pad=2, skew=1), draws.some(plus, 0.15))
    comma = pl.concat_str(city.gather(place), draws.of([",", ""], skew=3))
    return _joined(pl.select(comma).to_series(), home.gather(place), pl.select(code).to_series())


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
        line, place = _street_lines(draws, seed), _places(draws, seed)
        comma = pl.select(pl.concat_str(line, draws.of([",", ""], skew=3))).to_series()
        whole = draws.either([line, _joined(comma, place)], [0.7, 0.3])
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


def varied(rows: int, seed: int) -> pl.Series:
    """Write addresses in every form known, with every part drawn for itself.

    Args:
        rows: How many.
        seed: Where the drawing starts.

    Returns:
        Anything from a bare landmark to a corner with a recipient, a unit before the number, and a country.
    """
    draws = _Draws(rows, seed)
    pairs = [*SUFFIXES, "St.", "Ave.", "Rd.", "Blvd."]
    directions = [*DIRECTIONS, "N.", "S.W.", "n"]
    names = draws.either(
        [draws.of(WORDS), draws.of(_names(4000, seed)), draws.of(_ordinals())], [0.6, 0.25, 0.15]
    )
    odd = ["1/2", "A", "-B", "½", "1/4", "R", "bis"]
    number = _joined(
        draws.either([draws.number(19999), draws.of(_LISTS["odd_numbers"])], [0.9, 0.1]),
        draws.of(odd, share=0.04),
    )
    street = _joined(
        draws.of(directions, share=0.3),
        names,
        draws.of(WORDS, share=0.25),
        draws.of(pairs, share=0.9),
        draws.of(directions, share=0.12),
    )
    unit = _joined(
        draws.of([*UNITS, "#", "No.", "Bldg", "Building", "Tower", "Lot#"]),
        draws.of(_LISTS["unit_numbers"], share=0.95),
    )
    line = _joined(
        number, street, draws.some(unit, 0.3), draws.some(draws.of(["Rear", "Upper", "Bsmt", "PH"]), 0.03)
    )
    first = _joined(unit, draws.of([",", "", "-"]), number, street)
    corner = _joined(
        street, draws.of(["&", "and", "at", "@", "/", "&amp;"]), names, draws.of(pairs, share=0.8)
    )
    military = _joined(draws.of(["PSC", "Unit", "CMR"]), draws.number(9999), "Box", draws.number(9999))
    island = _joined("Urb", names, number, "Calle", draws.of(WORDS))
    care = _joined(draws.of(["c/o", "Attn:", "ATTN", "Mr.", "The"]), names, draws.of(WORDS), ",", line)
    lines = [
        line,
        _street_lines(draws, seed),
        first,
        corner,
        military,
        island,
        care,
        draws.of(_LISTS["landmarks"]),
    ]
    line = draws.either(lines, [0.5, 0.25, 0.06, 0.06, 0.02, 0.02, 0.04, 0.05])
    code = draws.either([draws.number(99999, pad=5, skew=1), draws.of(_LISTS["odd_codes"])], [0.9, 0.1])
    place = _joined(
        draws.of([*CITIES, "APO", "FPO"]),
        draws.of([",", ""]),
        draws.of([*STATES, *STATE_NAMES, "AE"]),
        code,
    )
    mark = draws.of([",", "", ";", ".", " -", "\n", "\t"])
    whole = _joined(
        pl.select(pl.concat_str(line, mark)).to_series(), place, draws.of(["USA", "United States"], share=0.1)
    )
    whole = draws.either([line, whole], [0.45, 0.55])
    return draws.either([whole, whole.str.to_uppercase(), whole.str.to_lowercase()], [0.6, 0.25, 0.15])


def fuzzed(rows: int, seed: int) -> pl.Series:
    """Write what no sane person would: addresses with characters put in, taken out, changed and repeated.

    Args:
        rows: How many.
        seed: Where the drawing starts.

    Returns:
        Strings, a fifth of them noise from end to end.
    """
    rng = random.Random(seed)
    sound = varied(rows - rows // 5, seed).to_list()
    noise = ["".join(rng.choices(NOISE, k=rng.randint(0, 24))) for _ in range(rows // 5)]
    return pl.Series([_spoilt(text, rng) for text in sound] + noise, dtype=pl.String)


def _spoilt(text: str, rng: random.Random) -> str:
    """Change a few characters of an address."""
    characters = list(text)
    for _ in range(rng.randint(0, 6)):
        place = rng.randrange(len(characters) + 1)
        how = rng.random()
        if how < 0.45 or not characters:
            characters.insert(place, rng.choice(NOISE))
        elif how < 0.6:
            characters.pop(place - 1)
        elif how < 0.85:
            characters[place - 1] = rng.choice(NOISE)
        else:
            characters[place:place] = characters[rng.randrange(len(characters)) : place]
    return "".join(characters)[:400]
