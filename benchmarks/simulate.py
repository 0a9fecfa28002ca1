"""A seeded list, a reference and the truth: who people are, and what forms make of them.

    python benchmarks/simulate.py --seed 1 --reference 100000 --list 10000 -o /tmp/simulated

writes `reference.csv`, `list.csv` and `truth.csv` (`list_id,reference_id`; empty: not in the reference).
Seven in ten list rows are in the reference; the others live among them, often in the same household.
One seed is for development, another for published figures.
"""

from __future__ import annotations

import argparse
import string
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from population import Generator, Town, draw_people, names, phone_text

Strings = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Noise:
    """How often forms do what to a row; the defaults are those of an ordinary list."""

    moved: float = 0.17
    married: float = 0.05  # of women between 20 and 40
    nickname: float = 0.12
    initial: float = 0.02
    typo: float = 0.04
    swapped_names: float = 0.008
    middle_as_first: float = 0.012
    swapped_date: float = 0.015
    date_typo: float = 0.03
    no_date: float = 0.35
    year_only: float = 0.1
    no_address: float = 0.08
    no_phone: float = 0.5
    no_email: float = 0.6
    no_gender: float = 0.4
    new_phone: float = 0.2
    new_email: float = 0.35
    other_name: float = 0.006  # a first name that nobody can explain
    other_date: float = 0.006  # a birth date that is somebody else's
    other_middle: float = 0.012
    other_gender: float = 0.008
    other_suffix: float = 0.002
    other_unit: float = 0.02
    digit: float = 0.02  # a wrong digit in a phone number
    far: float = 0.1  # of those who moved: to another state
    duplicates: float = 0.02
    # of the brides: take their maiden name for a middle name
    maiden: float = 0.0
    near: float = 0.55  # of those who moved
    # How a form asks for middle names: not at all, or for the initial.
    no_middle: float = 0.45
    middle_initial: float = 0.4
    #: Whether few people make most errors: the smaller, the fewer.
    careless: float = 0.7

    def times(self, factor: float) -> Noise:
        """Make every habit more or less frequent."""
        habits = {name: min(0.9, value * factor) for name, value in vars(self).items() if name not in _FORMS}
        return replace(self, **habits)


#: What a form asks for, and how people are; no habits.
_FORMS = ("no_middle", "middle_initial", "careless", "near")


@dataclass(frozen=True)
class World:
    """People, some of whom are in the reference."""

    people: pl.DataFrame
    #: Of each person: whether the reference has them.
    registered: npt.NDArray[np.bool_]
    #: These people with their `reference_id`, in the order of the reference.
    voters: pl.DataFrame


def simulate(
    seed: int, *, reference: int, rows: int, rate: float = 0.7, noise: Noise | None = None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Draw a list, a reference and the truth.

    Args:
        seed: The same seed gives the same rows.
        reference: Rows of the reference.
        rows: Rows of the list.
        rate: Share of the list that is in the reference.
        noise: What forms do; by default that of an ordinary list.

    Returns:
        List, reference, truth, all strings.
    """
    rng = np.random.default_rng(seed)
    world = draw_world(rng, seed, reference=reference)
    listed, truth = draw_list(rng, seed, world, rows=rows, rate=rate, noise=noise or Noise())
    return listed, registry(rng, world), truth


def draw_world(
    rng: Generator, seed: int, *, reference: int, share: float = 0.72, town: Town | None = None,
    together: bool = False,
) -> World:  # fmt: skip
    """Draw people, and who of them is in the reference.

    Args:
        rng: Where chance comes from.
        seed: For samples.
        reference: Rows of the reference.
        share: Share of the people who are in it.
        town: How people live.
        together: Whole households are in it or are not, instead of people by themselves.
    """
    people = draw_people(rng, int(reference / share) + 200, town)
    registered = np.zeros(people.height, dtype=bool)
    order = rng.permutation(people.height)
    if together:
        household = people["household"].to_numpy().astype(np.int64)
        order = np.argsort(rng.permutation(int(household.max()) + 1)[household])
    registered[order[:reference]] = True
    voters = people.filter(pl.Series(registered)).sample(fraction=1, shuffle=True, seed=seed)
    voters = voters.with_row_index("number").with_columns(
        pl.format("R{}", (pl.col("number") + 1).cast(pl.String).str.zfill(8)).alias("reference_id")
    )
    return World(people, registered, voters)


def draw_list(
    rng: Generator, seed: int, world: World, *, rows: int, rate: float, noise: Noise
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw a list of some people of a world, in the reference and not.

    Args:
        rng: Where chance comes from.
        seed: For samples.
        world: The people.
        rows: Rows of the list.
        rate: Share of the list that is in the reference.
        noise: What forms do.

    Returns:
        List and truth, all strings.
    """
    inside = world.voters.sample(min(world.voters.height, int(rows * rate)), seed=seed + 1)
    outside = world.people.filter(pl.Series(~world.registered))
    outside = outside.sample(rows - inside.height, seed=seed + 2, with_replacement=outside.height < rows)
    outside = outside.with_columns(pl.lit("").alias("reference_id"))
    listed = pl.concat([inside.drop("number"), outside], how="diagonal")
    again = listed.sample(int(rows * noise.duplicates), seed=seed + 3)
    listed = pl.concat([listed.sample(rows - again.height, seed=seed + 4), again])
    listed = listed.sample(fraction=1, shuffle=True, seed=seed + 5)
    listed = (
        fill_forms(rng, listed, world.people, noise)
        .with_row_index("number")
        .with_columns(pl.format("L{}", (pl.col("number") + 1).cast(pl.String).str.zfill(7)).alias("list_id"))
    )
    return listed.select("list_id", *_COLUMNS), listed.select("list_id", "reference_id")


_COLUMNS = (
    "first_name", "middle_name", "last_name", "suffix", "gender", "date_of_birth", "address", "unit", "city",
    "state", "zip", "phone", "email",
)  # fmt: skip


def registry(rng: Generator, world: World) -> pl.DataFrame:
    """Write the reference as a voter file does: tidy, a few birth dates, half the phones missing."""
    voters, count = world.voters, world.voters.height
    table = voters.select(
        "reference_id", "first_name", "middle_name", "last_name", "suffix",
        pl.when("woman").then(pl.lit("F")).otherwise(pl.lit("M")).alias("gender"),
        pl.col("born").dt.strftime("%Y-%m-%d").alias("date_of_birth"),
        pl.format("{} {}", "house", "street").alias("address"), "unit", "city", "state", "zip",
        phone_text(pl.col("phone")).alias("phone"), "email",
    )  # fmt: skip
    table = table.with_columns(_clerked(rng, table[name]) for name in ("first_name", "last_name", "address"))
    blank = {
        "date_of_birth": 0.03,
        "suffix": 0.3,
        "phone": 0.5,
        "email": 0.9,
        "gender": 0.03,
        "middle_name": 0.1,
    }
    return _blanked(rng, table, blank, count)


def _clerked(rng: Generator, values: pl.Series) -> pl.Series:
    """Let a clerk slip in one value of two hundred."""
    typed = values.to_numpy().astype(object)
    _mistype(rng, typed, np.full(len(typed), 0.005))
    return pl.Series(values.name, typed.astype(str))


def fill_forms(rng: Generator, people: pl.DataFrame, world: pl.DataFrame, noise: Noise) -> pl.DataFrame:
    """Write people down as they and their typists would, some years later.

    Args:
        rng: Where chance comes from.
        people: Who fills in a form.
        world: Everyone, to draw other addresses from.
        noise: How often what happens.

    Returns:
        `_COLUMNS` and `reference_id`, all strings.
    """
    count = people.height
    called = ("first_name", "middle_name", "last_name", "suffix")
    places = ("house", "street", "unit", "city", "state", "zip")
    column = {name: people[name].to_numpy().astype(object) for name in (*called, *places)}
    _live_on(rng, people, world, column, noise)
    _write_names(rng, people, column, noise)
    careless = rng.gamma(noise.careless, 1 / noise.careless, count)
    for name, factor in {
        "first_name": 1.0,
        "last_name": 1.0,
        "street": 1.2,
        "city": 0.6,
        "zip": 0.4,
        "house": 0.3,
    }.items():
        _mistype(rng, column[name], np.minimum(noise.typo * factor * careless, 0.6))
    street = column["street"].copy()
    bare = rng.random(count) < 0.15
    street[bare] = [text.rsplit(" ", 1)[0] if " " in text else text for text in street[bare]]
    wrong = (rng.random(count) < noise.other_unit) & (column["unit"] != "")
    column["unit"][wrong] = rng.integers(1, 80, int(wrong.sum())).astype(str)
    column["unit"][rng.random(count) < 0.3] = ""
    column["suffix"][rng.random(count) < 0.45] = ""
    column["suffix"][rng.random(count) < noise.other_suffix] = "JR"
    woman = people["woman"].to_numpy() ^ (rng.random(count) < noise.other_gender)
    table = pl.DataFrame({name: values.astype(str) for name, values in column.items()}).with_columns(
        pl.Series("street", street.astype(str)), people["reference_id"],
        pl.Series("date_of_birth", _dates(rng, people, noise)),
        pl.Series("gender", np.where(woman, "F", "M")),
        pl.Series("state", column["state"].astype(str)),
    )  # fmt: skip
    changed = rng.random(count) < noise.new_phone
    usual = np.where(rng.random(count) < 0.8, people["phone"].to_numpy(), people["other_phone"].to_numpy())
    phone = np.where(changed, rng.integers(0, 8_000_000, count), usual)
    phone = (
        np.where(rng.random(count) < noise.digit, phone + 10 ** rng.integers(0, 5, count), phone) % 8_000_000
    )
    mail = people["email"].to_numpy().astype(object)
    _mistype(rng, mail, np.full(count, noise.digit))
    fresh = rng.random(count) < noise.new_email
    mail[fresh] = [
        f"{text.split('@')[0][:6]}{n}@example.com"
        for text, n in zip(mail[fresh], rng.integers(0, 9999, int(fresh.sum())), strict=True)
    ]
    table = table.with_columns(
        pl.Series("phone", phone),
        pl.Series("email", mail.astype(str)),
        pl.format("{} {}", "house", "street").alias("address"),
    ).with_columns(phone_text(pl.col("phone")).alias("phone"))
    gone = pl.Series(rng.random(count) < noise.no_address)
    table = table.with_columns(
        pl.when(gone).then(pl.lit("")).otherwise(pl.col(name)).alias(name) for name in ("address", "unit")
    )
    blank = {
        "phone": noise.no_phone,
        "email": noise.no_email,
        "gender": noise.no_gender,
        "zip": 0.03,
        "city": 0.03,
        "date_of_birth": noise.no_date,
    }
    return _blanked(rng, table, blank, count)


def _live_on(
    rng: Generator, people: pl.DataFrame, world: pl.DataFrame, column: dict[str, Strings], noise: Noise
) -> None:
    """Let people move, mostly nearby, and marry."""
    count = people.height
    moved = np.flatnonzero(rng.random(count) < noise.moved)
    by_place = world["place"].to_numpy().argsort(kind="stable")
    rank = np.searchsorted(world["place"].to_numpy()[by_place], people["place"].to_numpy()[moved])
    near = by_place[np.minimum(rank + rng.integers(0, 3000, len(moved)), world.height - 1)]
    target = np.where(rng.random(len(moved)) < noise.near, near, rng.integers(0, world.height, len(moved)))
    for name in ("house", "street", "unit", "city", "zip"):
        column[name][moved] = world[name].to_numpy()[target]
    far = moved[rng.random(len(moved)) < noise.far]
    column["state"][far] = rng.choice(("PA", "FL", "TX"), size=len(far))
    column["zip"][far] = rng.integers(15001, 19640, len(far)).astype(str)
    column["city"][far] = rng.choice(
        np.array([f"{name}port" for name in names("all.last")[0][:300]]), size=len(far)
    )
    born = people["born"].dt.year().to_numpy()
    bride = people["woman"].to_numpy() & (born > 1985) & (born < 2007) & (rng.random(count) < noise.married)
    surnames, shares = names("all.last")
    husband = np.array(surnames, dtype=object)[rng.choice(len(surnames), p=shares, size=int(bride.sum()))]
    hyphen = rng.random(len(husband)) < 0.12
    if noise.maiden:
        keeps = np.flatnonzero(bride)[rng.random(len(husband)) < noise.maiden]
        column["middle_name"][keeps] = column["last_name"][keeps]
    column["last_name"][bride] = np.where(hyphen, column["last_name"][bride] + "-" + husband, husband)


def _write_names(rng: Generator, people: pl.DataFrame, column: dict[str, Strings], noise: Noise) -> None:
    """Shorten, swap and leave out names as forms have them."""
    count = people.height
    given, middle, last = column["first_name"], column["middle_name"], column["last_name"]
    full = middle.copy()
    style = rng.random(count)
    brief = style < noise.no_middle + noise.middle_initial
    middle[brief] = [text[:1] for text in middle[brief]]
    middle[style < noise.no_middle] = ""
    short = rng.random(count) < noise.nickname
    table = nicknames()
    given[short] = [
        rng.choice(table[text.upper()]).title() if text.upper() in table else text for text in given[short]
    ]
    goes_by = (rng.random(count) < noise.middle_as_first) & (full != "")
    given[goes_by], middle[goes_by] = full[goes_by], ""
    initial = rng.random(count) < noise.initial
    given[initial] = [text[:1] for text in given[initial]]
    other = rng.random(count) < noise.other_name
    given[other] = rng.permutation(given)[other]
    wrong = (rng.random(count) < noise.other_middle) & (middle != "")
    middle[wrong] = rng.permutation(middle[middle != ""])[: int(wrong.sum())]
    cut = rng.random(count) < noise.typo * 0.3
    last[cut] = [text[:8] for text in last[cut]]
    swapped = rng.random(count) < noise.swapped_names
    given[swapped], last[swapped] = last[swapped], given[swapped].copy()


def nicknames() -> dict[str, list[str]]:
    """Read the short forms of given names that the product knows, and a few that it does not."""
    path = Path(__file__).parent.parent / "matchprep/normalize/data/nicknames.yaml"
    table: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if not line.startswith("#") and ":" in line:
            name, written = line.split(":")
            table[name] = written.split()
    for name, short in table.items():
        if len(name) > 6:
            short.append(name[:4])  # a short form in no table
    return table


_OCR = str.maketrans(
    {"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "o": "0", "l": "1", "e": "c", "n": "r", "m": "rn"}
)


def _mistype(rng: Generator, values: Strings, chance: npt.NDArray[np.float64]) -> None:
    """Let fingers slip: a letter wrong, left out, doubled, put in, two swapped, or a scanner's error."""
    for row in np.flatnonzero(rng.random(len(values)) < chance):
        values[row] = _slip(rng, values[row])


def _slip(rng: Generator, text: str) -> str:  # noqa: PLR0911 - one return a kind of slip
    if len(text) < 2:
        return text
    place, kind = int(rng.integers(0, len(text))), int(rng.integers(0, 6))
    letters = string.digits if text[place].isdigit() else string.ascii_lowercase
    letter = letters[int(rng.integers(0, len(letters)))]
    before, after = text[:place], text[place + 1 :]
    match kind:
        case 0:
            return before + letter + after
        case 1:
            return before + after
        case 2:
            return before + text[place] * 2 + after
        case 3:
            return before + letter + text[place:]
        case 4 if place:
            return before[:-1] + text[place] + before[-1] + after
        case _:
            return before + text[place].translate(_OCR) + after


def _dates(rng: Generator, people: pl.DataFrame, noise: Noise) -> npt.NDArray[np.str_]:
    born = people["born"]
    year, month, day = (
        part.to_numpy().astype(int) for part in (born.dt.year(), born.dt.month(), born.dt.day())
    )
    count = people.height
    other, someone = rng.random(count) < noise.other_date, rng.permutation(count)
    year, month, day = (np.where(other, part[someone], part) for part in (year, month, day))
    wrong = rng.random(count) < noise.date_typo
    kind = rng.integers(0, 4, count)
    year = np.where(wrong & (kind == 0), year + rng.choice((-10, -1, 1, 10, 2), count), year)
    month = np.where(wrong & (kind == 1), rng.integers(1, 13, count), month)
    day = np.where(wrong & (kind >= 2), rng.integers(1, 29, count), day)
    swapped = (rng.random(count) < noise.swapped_date) & (day <= 12)
    month, day = np.where(swapped, day, month), np.where(swapped, month, day)
    day = np.where(
        (day > 28) & (month == 2), 28, np.where((day == 31) & np.isin(month, (4, 6, 9, 11)), 30, day)
    )
    new_year = rng.random(count) < 0.004
    month, day = np.where(new_year, 1, month), np.where(new_year, 1, day)
    year_only = rng.random(count) < noise.year_only
    return np.array(
        [
            f"{y}" if bare else f"{m:02d}/{d:02d}/{y}"
            for y, m, d, bare in zip(year, month, day, year_only, strict=True)
        ]
    )


def _blanked(rng: Generator, table: pl.DataFrame, chances: dict[str, float], count: int) -> pl.DataFrame:
    return table.with_columns(
        pl.when(pl.Series(rng.random(count) < chance)).then(pl.lit("")).otherwise(pl.col(name)).alias(name)
        for name, chance in chances.items()
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reference", type=int, default=100_000)
    parser.add_argument("--list", type=int, default=10_000, dest="rows")
    parser.add_argument("--rate", type=float, default=0.7)
    parser.add_argument("--noise", type=float, default=1.0, help="1 is an ordinary list, 2 a filthy one")
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    tables = simulate(
        options.seed, reference=options.reference, rows=options.rows, rate=options.rate,
        noise=Noise().times(options.noise),
    )  # fmt: skip
    options.out.mkdir(parents=True, exist_ok=True)
    for name, table in zip(("list", "reference", "truth"), tables, strict=True):
        table.write_csv(options.out / f"{name}.csv")
        print(f"{name}.csv: {table.height:,} rows")


if __name__ == "__main__":
    main()
