"""A town built on other rules than the simulator that the shipped weights were learned on.

Nothing is learned or chosen on it; it shows what becomes of the matching where its assumptions fail. Names
are made of syllables and follow a power law; half of the households are people without a common name;
buildings hold hundreds; four in ten of the list are in the reference; one in three has moved; lists have an
age or a birth year where a date was expected; whole fields are somebody else's; typing errors are slips to
a neighboring key; short forms are cut names that no table knows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Generator = np.random.Generator
Texts = npt.NDArray[np.object_]

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
_STARTS = (
    "ba",
    "ce",
    "do",
    "fi",
    "ga",
    "hu",
    "ja",
    "ke",
    "lo",
    "ma",
    "ni",
    "pa",
    "ro",
    "sa",
    "te",
    "vi",
    "wa",
)
_ENDS = ("bel", "cott", "dric", "fer", "gan", "lin", "mond", "na", "rick", "sen", "ton", "vey", "win", "zak")


def invented(rng: Generator, count: int, syllables: int) -> Texts:
    """Make names of syllables, all different."""
    names: dict[str, None] = {}
    while len(names) < count:
        middle = "".join(rng.choice(_STARTS, syllables))
        names[(middle + rng.choice(_ENDS)).title()] = None
    return np.array(list(names), dtype=object)


def common(rng: Generator, pool: Texts, count: int, power: float) -> Texts:
    """Draw from a pool, the first ones most often."""
    shares = 1.0 / np.arange(1, len(pool) + 1) ** power
    return np.asarray(pool[rng.choice(len(pool), count, p=shares / shares.sum())])


def draw_town(seed: int, *, reference: int, rows: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Draw a list, a reference and the truth.

    Args:
        seed: The same seed gives the same rows.
        reference: Rows of the reference.
        rows: Rows of the list; four in ten are in the reference.

    Returns:
        List, reference, truth, all strings.
    """
    rng = np.random.default_rng(seed)
    people = draw_crowd(rng, reference + rows)
    listed, truth = draw_signups(rng, people, reference=reference, rows=rows, rate=0.4)
    return listed, known_people(people.head(reference), seed), truth


def draw_signups(
    rng: Generator, people: pl.DataFrame, *, reference: int, rows: int, rate: float, dirt: float = 1.0
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let some people of a town fill in a form.

    Args:
        rng: Where chance comes from.
        people: The town.
        reference: How many of them, from the first one, are in the reference.
        rows: How many fill it in.
        rate: Share of these who are in the reference.
        dirt: How often what happens to a form, 1 in an ordinary list.

    Returns:
        List and truth, all strings.
    """
    inside = rng.choice(reference, int(rows * rate), replace=False)
    outside = np.arange(reference, people.height)
    if len(outside) > rows - len(inside):
        outside = rng.choice(outside, rows - len(inside), replace=False)
    chosen = rng.permutation(np.concatenate([inside, outside]))
    truth = pl.DataFrame(
        {
            "list_id": [f"P{n}" for n in range(rows)],
            "reference_id": [f"K{n}" if n < reference else "" for n in chosen],
        }
    )
    return _filled_in(rng, people[chosen], people, dirt), truth


def known_people(people: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Write people down as the reference has them, in some order."""
    known = people.select(
        pl.format("K{}", "number").alias("reference_id"),
        "given_name", "family_name",
        pl.date("year", "month", "day").dt.strftime("%Y-%m-%d").alias("birth_date"),
        "sex", "street_address", "town", "st", "postal", "telephone",
    )  # fmt: skip
    return known.sample(fraction=1, shuffle=True, seed=seed)


def draw_crowd(rng: Generator, count: int) -> pl.DataFrame:
    """Draw the people of a town, in no order."""
    homes = np.sort(rng.integers(0, int(count / 2.2), count))
    kin = rng.random(homes.max() + 1) < 0.5
    first, last = invented(rng, 700, 1 + 1), invented(rng, 9000, 3)
    of_home = common(rng, last, homes.max() + 1, 0.8)
    surname = np.where(kin[homes] & (rng.random(count) < 0.9), of_home[homes], common(rng, last, count, 0.8))
    tall = rng.random(homes.max() + 1) < 0.4
    streets = np.array([f"{name} {kind}" for name in last[:400] for kind in ("Street", "Road")], dtype=object)
    building = rng.integers(0, max(count // 400, 3), homes.max() + 1)
    street = np.where(tall, streets[building % len(streets)], common(rng, streets, homes.max() + 1, 0.3))
    house = np.where(tall, building % 90 + 1, rng.integers(1, 400, homes.max() + 1))
    area = np.where(tall, building % 12, rng.integers(0, 12, homes.max() + 1))
    line = np.array([f"{h} {s}" for h, s in zip(house, street, strict=True)], dtype=object)
    return (
        pl.DataFrame(
            {
                "number": np.arange(count),
                "given_name": common(rng, first, count, 0.7),
                "family_name": surname,
                "year": rng.integers(1935, 2007, count),
                "month": rng.integers(1, 13, count),
                "day": rng.integers(1, 29, count),
                "sex": rng.choice(("F", "M"), count),
                "street_address": line[homes],
                "town": np.where(area[homes] < 6, "Northville", "Southville"),
                "st": "OR",
                "postal": (97000 + area[homes]).astype(str),
                "telephone": np.array(
                    [f"503-555-{n:04d}" for n in rng.integers(0, 10_000, count)], dtype=object
                ),
            }
        )
        .sample(fraction=1, shuffle=True, seed=1)
        .with_columns(pl.int_range(pl.len()).alias("number"))
    )


def _filled_in(rng: Generator, people: pl.DataFrame, world: pl.DataFrame, dirt: float) -> pl.DataFrame:
    count = people.height
    column = {name: people[name].to_numpy().astype(object) for name in people.columns}
    moved = np.flatnonzero(rng.random(count) < 0.33 * dirt)
    target = rng.integers(0, world.height, len(moved))
    for name in ("street_address", "town", "postal"):
        column[name][moved] = world[name].to_numpy()[target]
    for name, chance in {"given_name": 0.02, "family_name": 0.04, "telephone": 0.4, "sex": 0.01}.items():
        strange = np.flatnonzero(rng.random(count) < chance * dirt)
        column[name][strange] = world[name].to_numpy()[rng.integers(0, world.height, len(strange))]
    cut = rng.random(count) < 0.1 * dirt
    column["given_name"][cut] = [name[:3] for name in column["given_name"][cut]]
    for name, chance in {"given_name": 0.06, "family_name": 0.06, "street_address": 0.1}.items():
        for row in np.flatnonzero(rng.random(count) < chance * dirt):
            column[name][row] = _slipped(rng, column[name][row])
    year = column["year"] + np.where(rng.random(count) < 0.04 * dirt, rng.integers(-2, 3, count), 0)
    kind = rng.random(count)
    born = [
        "" if k < 0.3 else str(y) if k < 0.55 else f"{m}/{d}/{y}"
        for k, y, m, d in zip(kind, year, column["month"], column["day"], strict=True)
    ]
    table = pl.DataFrame(
        {
            "list_id": [f"P{n}" for n in range(count)],
            "full_name": [
                f"{given} {family}"
                for given, family in zip(column["given_name"], column["family_name"], strict=True)
            ],
            "born": born,
            "gender": column["sex"].astype(str),
            "full_address": [
                f"{line}, {town}, OR {code}"
                for line, town, code in zip(
                    column["street_address"], column["town"], column["postal"], strict=True
                )
            ],
            "phone": column["telephone"].astype(str),
        }
    )
    gone = {"gender": 0.5, "full_address": 0.15, "phone": 0.35}
    return table.with_columns(
        pl.when(pl.Series(rng.random(count) < chance)).then(pl.lit("")).otherwise(pl.col(name)).alias(name)
        for name, chance in gone.items()
    )


def _slipped(rng: Generator, text: str) -> str:
    """Hit a neighboring key once."""
    place = int(rng.integers(0, len(text)))
    for row in _KEYS:
        found = row.find(text[place].lower())
        if found >= 0:
            near = row[min(max(found + int(rng.choice((-1, 1))), 0), len(row) - 1)]
            return text[:place] + near + text[place + 1 :]
    return text
