"""How fast values are understood: rows a second for each kind, on a seeded column of messy values.

Each column holds as many different values as a list of its size would; a share of them is odd (stray
spaces, accents, `N/A`, other spellings). Medians of 3, the streaming engine, all cores.

    python benchmarks/bench_normalize.py                    a smoke run
    python benchmarks/bench_normalize.py --rows 1000000
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import polars as pl

from matchprep import normalize
from matchprep.normalize import hashed

FIRST = [
    "James",
    "Mary",
    "Robert",
    "Patricia",
    "John",
    "Jennifer",
    "Michael",
    "Linda",
    "David",
    "Bob",
    "Katie",
]
MIDDLE = ["", "", "", " A", " B.", " Lee", " Ann", " Marie"]
LAST = ["Smith", "Johnson", "Williams", "Brown", "Garcia", "Miller", "Nguyen", "Davis", "McDonald"]
ODD_LAST = ["O'Brien", "García", "Müller", "Smith-Jones", "van der Berg", "Łuczak", "Smith Jr.", "DE LA CRUZ"]
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstv" for vowel in "aeio"]
STATES = ["NY", "CA", "Texas", "fl", "Mass.", "New York", "PA", "IL", "Ohio", "GA"]
ODD = ["", "N/A", "-", "unknown", "#N/A"]


def columns(rows: int, seed: int = 7) -> pl.DataFrame:
    """Make one column a kind."""
    dice = random.Random(seed)

    def surname() -> str:
        made = "".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))).title()
        return dice.choices([made, dice.choice(LAST), dice.choice(ODD_LAST)], (65, 30, 5))[0]

    def mess(value: str) -> str:
        roll = dice.random()
        if roll < 0.02:
            return dice.choice(ODD)
        if roll < 0.05:
            return f" {value} "
        return value.upper() if roll < 0.20 else value

    def date() -> str:
        year, month, day = dice.randint(1930, 2006), dice.randint(1, 12), dice.randint(1, 28)
        forms = (
            f"{month:02}/{day:02}/{year}",
            f"{year}-{month:02}-{day:02}",
            f"{month}/{day}/{year % 100:02}",
        )
        return dice.choices((*forms, f"{year}{month:02}{day:02}", f"{day}-Jan-{year}"), (70, 15, 5, 5, 5))[0]

    def row() -> Iterator[str]:
        first, last = dice.choice(FIRST), surname()
        code = f"{dice.randint(501, 99950):05}"
        area, line = dice.randint(201, 989), dice.randint(100, 199)
        yield mess(first)
        yield mess(last)
        middle = dice.choice(MIDDLE)
        yield mess(f"{first}{middle} {last}" if dice.random() < 0.7 else f"{last}, {first}{middle}")
        yield mess(date())
        mailbox = "".join(filter(str.isascii, last)).replace(" ", "")
        yield mess(f"{first}.{mailbox}{dice.randint(1, 9999)}@example.com")
        yield mess(dice.choice(STATES))
        yield mess(code.lstrip("0") if dice.random() < 0.2 else code)
        yield mess(f"{surname()} {dice.choice(['City', 'Park', 'Falls'])}")
        yield mess(dice.choice(["F", "M", "Female", "Male"]))
        yield mess(f"({area}) 555-0{line}")

    names = ("first", "last", "full", "date", "email", "state", "zip", "city", "gender", "phone")
    return pl.DataFrame(
        [tuple(row()) for _ in range(rows)], schema=dict.fromkeys(names, pl.String), orient="row"
    )


KINDS: dict[str, Callable[[], pl.Expr]] = {
    "blank_to_null": lambda: normalize.blank_to_null(pl.col("last")),
    "first_name": lambda: normalize.first_name(pl.col("first")),
    "last_name": lambda: normalize.last_name(pl.col("last")),
    "name_parts": lambda: normalize.name_parts(first_name=pl.col("first"), last_name=pl.col("last")),
    "split_full_name": lambda: normalize.split_full_name(pl.col("full")),
    "fold": lambda: normalize.fold(pl.col("last")),
    "nickname": lambda: normalize.nickname(normalize.fold(pl.col("first"))),
    "phonetic": lambda: normalize.phonetic(normalize.fold(pl.col("last"))),
    "birth_date": lambda: normalize.birth_date(pl.col("date")),
    "email": lambda: normalize.email(pl.col("email")),
    "state": lambda: normalize.state(pl.col("state")),
    "zip_parts": lambda: normalize.zip_parts(pl.col("zip"), state=pl.lit("MA")),
    "city": lambda: normalize.city(pl.col("city")),
    "gender": lambda: normalize.gender(pl.col("gender")),
    "phone": lambda: normalize.phone(pl.col("phone")),
    "sha256": lambda: hashed(pl.col("email")),
    "sha1": lambda: hashed(pl.col("email"), "sha1"),
    "md5": lambda: hashed(pl.col("email"), "md5"),
}


def seconds(frame: pl.DataFrame, expr: pl.Expr) -> float:
    start = time.perf_counter()
    frame.lazy().select(expr).collect(engine="streaming")
    return time.perf_counter() - start


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("kinds", nargs="*", default=list(KINDS), help="only these kinds")
    options = parser.parse_args(arguments)
    frame = columns(options.rows)
    speeds = {}
    for kind in options.kinds:
        took = statistics.median(seconds(frame, KINDS[kind]()) for _ in range(3))
        speeds[kind] = round(options.rows / took)
        if not options.json:
            print(f"{kind:16} {speeds[kind] / 1e6:8.2f} M rows/s")
    if options.json:
        cores = os.cpu_count()
        print(
            json.dumps({"rows": options.rows, "cores": cores, "polars": pl.__version__, "rows_per_s": speeds})
        )


if __name__ == "__main__":
    main(sys.argv[1:])
