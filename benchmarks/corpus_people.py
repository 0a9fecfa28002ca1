"""A seeded messy people list of any length: twelve columns as forms, spreadsheets and hurry leave them.

    python benchmarks/corpus_people.py --rows 1000000 -o /tmp/people.csv

Invented people only: mail addresses of example.com, telephone numbers 555-01xx. Two rows in a hundred hold
`N/A` and its kin in a column, more are blank; names carry titles, suffixes, accents and stray spaces; phones
come in ten spellings, dates in nine; one ZIP in twenty has its +4, one in three that starts with 0 lost it.
Written a quarter of a million rows at a time, so that the length is no matter of memory.
"""

from __future__ import annotations

import argparse
import string
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from corpus_addresses import CITIES, DIRECTIONS, STATE_NAMES, SUFFIXES, UNITS, WORDS

HEADER = (
    "First Name", "Middle Name", "Last Name", "Email", "Cell Phone", "Street Address", "Apt", "City", "State",
    "Zip", "Birth Date", "Gender",
)  # fmt: skip
BLOCK = 250_000

#: Given names, the frequent ones first.
FIRST = """
James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan
Joseph Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Sandra
Mark Ashley Donald Kimberly Steven Emily Andrew Donna Paul Michelle Joshua Carol Kenneth Amanda
Kevin Melissa Brian Deborah Timothy Stephanie Ronald Rebecca Jason Laura George Helen Edward Sharon
Jeffrey Cynthia Ryan Kathleen Jacob Amy Nicholas Angela Gary Shirley Eric Anna Jonathan Ruth Stephen
Brenda Larry Pamela Justin Nicole Scott Katherine Brandon Samantha José María Zoë Renée André
Siobhán Ngoc Wei Aaliyah Bob Katie Bill Peggy Anne-Marie Jean-Luc De'Andre Mary-Ann
"""
SYLLABLES = """
ba ber bo car da del den do fa gar ha ka ko la lin lo ma mer mi mon na ner no pa ra rin ro sa sen so ta tor va
"""
ENDINGS = [
    "", "", "", "son", "man", "ez", "ski", "ford", "ton", "-Lee", " Jr", " III", " Jr.", "ó", " de la Cruz",
]  # fmt: skip
BLANKS = ["N/A", "n/a", "NULL", "-", "none", "unknown", "#N/A"]
DOMAINS = ["example.com", "example.org", "example.net", "mail.example.com", "EXAMPLE.COM"]
#: Ways to write a telephone number, and how often.
PHONES = {
    "({a}) {b}-{c}": 30, "{a}-{b}-{c}": 25, "{a}{b}{c}": 15, "{a}.{b}.{c}": 8, "+1 {a} {b} {c}": 6,
    "+1{a}{b}{c}": 6, "1{a}{b}{c}": 5, "{a} {b} {c}": 3, "1-{a}-{b}-{c}": 1, "({a}){b}-{c} x12": 1,
}  # fmt: skip
#: Ways to write a date: month and day with a zero before (mm, dd) or without, year of four digits or two.
DATES = {
    "{mm}/{dd}/{y}": 40, "{m}/{d}/{y}": 20, "{y}-{mm}-{dd}": 18, "{m}/{d}/{yy}": 7, "{dd}-{name}-{y}": 5,
    "{name} {d}, {y}": 4, "{mm}-{dd}-{y}": 3, "{y}{mm}{dd}": 2, "{y}": 1,
}  # fmt: skip
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
GENDERS = ["F", "M", "Female", "Male", "f", "m", "U", "FEMALE", "MALE", "Unknown", ""]
#: States and the first three digits of one ZIP area of each, so that most rows agree.
AREAS = {
    "NY": "112", "CA": "900", "TX": "770", "FL": "331", "IL": "606", "PA": "191", "OH": "441", "GA":
    "303", "NC": "282", "MI": "482", "NJ": "071", "VA": "232", "WA": "981", "AZ": "850", "MA": "021",
    "TN": "372", "IN": "462", "MO": "631", "MD": "212", "WI": "532", "CO": "802", "MN": "554", "SC":
    "294", "AL": "352", "CT": "061", "ME": "041", "RI": "029",
}  # fmt: skip


class Draws:
    """Columns of chance, all of one length."""

    def __init__(self, rows: int, seed: Sequence[int]) -> None:
        self.rows = rows
        self.rng = np.random.default_rng(seed)

    def of(self, choices: Sequence[str], *, skew: float = 1.0) -> pl.Series:
        """Draw from choices, the first ones more often."""
        place = (self.rng.random(self.rows) ** skew * len(choices)).astype(np.uint32)
        return pl.Series(choices, dtype=pl.String).gather(place)

    def number(self, low: int, high: int) -> pl.Series:
        """Draw whole numbers, both ends among them."""
        return pl.Series(self.rng.integers(low, high + 1, self.rows, dtype=np.int32))

    def chance(self, share: float) -> pl.Series:
        """Say yes to a share of the rows."""
        return pl.Series(self.rng.random(self.rows, dtype=np.float32) < share)

    def form(self, forms: Mapping[str, int], **parts: pl.Series) -> pl.Series:
        """Write parts in one of several forms, each as often as its weight says."""
        shares = np.array(list(forms.values()), dtype=float)
        which = pl.Series(self.rng.choice(len(forms), self.rows, p=shares / shares.sum()).astype(np.uint8))
        written: pl.Expr = pl.lit("")
        for number, form in enumerate(forms):
            pieces = [
                piece
                for text, name, _, _ in string.Formatter().parse(form)
                for piece in ([pl.lit(text)] if text else []) + ([pl.col(name)] if name else [])
            ]
            written = pl.when(which == number).then(pl.concat_str(pieces)).otherwise(written)
        return pl.DataFrame(parts).select(written).to_series()

    def some(self, values: pl.Series, share: float, other: pl.Series | str = "") -> pl.Series:
        """Keep a share of the rows and put something else into the others."""
        return pl.select(pl.when(self.chance(share)).then(values).otherwise(pl.lit(other))).to_series()

    def hurried(self, values: pl.Series) -> pl.Series:
        """Write a few values in capitals, with spaces before or behind, twice inside; or `N/A` instead."""
        roll = pl.Series(self.rng.random(self.rows, dtype=np.float32))
        text = pl.lit(values)
        return pl.select(
            pl.when(roll < 0.10).then(text.str.to_uppercase())
            .when(roll < 0.13).then(text.str.to_lowercase())
            .when(roll < 0.14).then(text + " ")
            .when(roll < 0.15).then("  " + text)
            .when(roll < 0.16).then(text.str.replace(" ", "  "))
            .when(roll < 0.18).then(pl.lit(self.of(BLANKS)))
            .otherwise(text)
        ).to_series()  # fmt: skip


def joined(*parts: pl.Series) -> pl.Series:
    """Write parts with one space between those that are not blank."""
    filled = [pl.lit(part).replace("", None) for part in parts]
    return pl.select(pl.concat_str(filled, separator=" ", ignore_nulls=True)).to_series()


def people(rows: int, seed: Sequence[int] = (1,)) -> pl.DataFrame:
    """Draw a block of the list.

    Args:
        rows: How many.
        seed: Where the drawing starts.

    Returns:
        The columns of `HEADER`, all strings.
    """
    draws = Draws(rows, seed)
    first, last = _names(draws)
    address, unit = _addresses(draws)
    state, code = _places(draws)
    email = draws.form(
        {"{first}.{last}{n}@{domain}": 6, "{first}{n}@{domain}": 3, "{last}_{n}@{domain}": 1},
        first=first.str.to_lowercase().str.replace_all(r"[^a-z]", ""),
        last=last.str.to_lowercase().str.replace_all(r"[^a-z]", ""),
        n=draws.number(1, 9999).cast(pl.String),
        domain=draws.of(DOMAINS, skew=2),
    )
    titled = draws.some(first, 0.985, joined(draws.of(["Dr", "Mrs.", "Mr"]), first))
    values = (
        titled, draws.some(draws.of(list("ABCDEFGJKLMPRST")), 0.4), last, draws.some(email, 0.75),
        draws.some(_phones(draws), 0.8), address, unit, draws.of(CITIES), state, code, _dates(draws),
        draws.of(GENDERS),
    )  # fmt: skip
    columns = {name: draws.hurried(column) for name, column in zip(HEADER, values, strict=True)}
    return pl.DataFrame(columns).select(pl.all().replace("", None))


def _names(draws: Draws) -> tuple[pl.Series, pl.Series]:
    parts = [
        draws.of(SYLLABLES.split()),
        draws.of(SYLLABLES.split()),
        draws.some(draws.of(SYLLABLES.split()), 0.4),
        draws.of(ENDINGS, skew=3),
    ]
    stem = pl.concat_str([pl.lit(part) for part in parts[:3]]).str.to_titlecase()
    return draws.of(FIRST.split(), skew=2), pl.select(stem + pl.lit(parts[3])).to_series()


def _phones(draws: Draws) -> pl.Series:
    area, line = draws.number(201, 989).cast(pl.String), draws.number(100, 199).cast(pl.String).str.zfill(4)
    odd = draws.of(["555-0142", "123", "call office", "000-000-0000", "2.02555E+09"])
    written = draws.form(PHONES, a=area, b=pl.repeat("555", draws.rows, eager=True), c=line)
    return draws.some(written, 0.985, odd)


def _dates(draws: Draws) -> pl.Series:
    month, day, year = draws.number(1, 12), draws.number(1, 28), draws.number(1930, 2007)
    written = draws.form(
        DATES,
        m=month.cast(pl.String),
        d=day.cast(pl.String),
        y=year.cast(pl.String),
        mm=month.cast(pl.String).str.zfill(2),
        dd=day.cast(pl.String).str.zfill(2),
        yy=(year % 100).cast(pl.String).str.zfill(2),
        name=pl.Series(MONTHS).gather(month - 1),
    )
    return draws.some(written, 0.9, draws.of(["", "00/00/0000", "02/30/1971"], skew=8))


def _addresses(draws: Draws) -> tuple[pl.Series, pl.Series]:
    """Write street lines, seven in ten of them once only, and the column of their units."""
    name = draws.some(
        draws.of(WORDS, skew=2),
        0.6,
        pl.select(pl.lit(_names(draws)[1]).str.extract(r"^(\p{L}+)")).to_series(),
    )
    number = draws.number(1, 19999).cast(pl.String)
    plain = joined(
        number,
        draws.some(draws.of(DIRECTIONS, skew=2), 0.25),
        name,
        draws.some(draws.of(WORDS, skew=2), 0.12),
        draws.some(draws.of(SUFFIXES, skew=2), 0.96),
        draws.some(draws.of(DIRECTIONS, skew=2), 0.05),
        draws.some(joined(draws.of(UNITS, skew=2), draws.number(1, 400).cast(pl.String)), 0.08),
    )
    odd = draws.form(
        {
            "PO Box {n}": 6,
            "P.O. Box {n}": 3,
            "RR {k} Box {k}{k}": 1,
            "{n} Hwy {k}": 2,
            "{n} County Road {k}": 2,
        },
        n=number,
        k=draws.number(1, 90).cast(pl.String),
    )
    line = draws.some(plain, 0.9, odd).to_frame("line")
    # Households: three rows in ten live where an earlier row does.
    chance = pl.Series(draws.rng.random(draws.rows, dtype=np.float32) < 0.3)
    earlier = pl.Series((draws.rng.random(draws.rows) * np.arange(draws.rows)).astype(np.uint32))
    lives_at = pl.select(
        pl.when(chance).then(pl.lit(earlier)).otherwise(pl.int_range(draws.rows, dtype=pl.UInt32))
    ).to_series()
    unit = draws.form(
        {"{n}": 4, "Apt {n}": 3, "#{n}": 2, "Unit {n}": 1}, n=draws.number(1, 400).cast(pl.String)
    )
    return line.to_series().gather(lives_at), draws.some(unit, 0.12)


def _places(draws: Draws) -> tuple[pl.Series, pl.Series]:
    state = draws.of(list(AREAS), skew=1.5)
    area = state.replace_strict(list(AREAS), list(AREAS.values()), return_dtype=pl.String)
    code = pl.select(pl.lit(area) + pl.lit(draws.number(0, 99)).cast(pl.String).str.zfill(2)).to_series()
    plus = pl.select(pl.lit(code) + "-" + pl.lit(draws.number(1000, 9799)).cast(pl.String)).to_series()
    eaten = draws.some(code, 0.65, code.str.strip_chars_start("0"))
    return draws.some(state, 0.9, draws.of(STATE_NAMES)), draws.some(eaten, 0.95, plus)


def write_people(path: Path, rows: int, seed: int = 1) -> None:
    """Write a list as CSV.

    Args:
        path: Where.
        rows: How many.
        seed: Where the drawing starts.
    """
    with path.open("wb") as file:
        for begin in range(0, rows, BLOCK):
            block = people(min(BLOCK, rows - begin), (seed, begin))
            block.write_csv(file, include_header=begin == 0)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    write_people(options.out, options.rows, options.seed)


if __name__ == "__main__":
    main()
