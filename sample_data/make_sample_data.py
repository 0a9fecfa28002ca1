"""Write the sample: a messy list, a voter file, and the truth about which row is whom.

    python sample_data/make_sample_data.py            writes the three files beside this script
    python sample_data/make_sample_data.py --check    exit code 1 when they are not what it would write

Everybody is invented. The files come out byte for byte the same on every machine.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import mess
from dice import Dice
from world import Household, Person, World, plain

SEED = 20_251_104
VOTERS = 20_000
HOUSEHOLDS = 11_200
ROWS_IN_REFERENCE = 1_400
ROWS_NOT_IN_REFERENCE = 600
DUPLICATE_ROWS = (46, 14)

LIST_HEADER = (
    "Contact ID", "First Name", "Surname", "Mobile", "E-mail", "Street Address", "Apt", "Town", "ST",
    "Zip Code", "D.O.B.", "Source",
)  # fmt: skip
REFERENCE_HEADER = (
    "voter_id", "first_name", "middle_name", "last_name", "name_suffix", "birth_date", "gender",
    "residential_address", "unit", "city", "state", "zip", "phone", "registration_date", "party",
)  # fmt: skip
#: Where a contact came from, how often, and how careless that way of collecting is.
SOURCES = {"Web form": 40, "Event sign-up": 25, "Phone bank": 15, "Legacy import": 20}
#: Which telephone the voter file has of a voter.
TELEPHONES = {"cell": 45, "home": 25, "none": 30}
PARTIES = {"DEM": 36, "REP": 33, "UNA": 28, "LIB": 1, "GRN": 1}
CARE = {"Web form": 0.6, "Event sign-up": 1.8, "Phone bank": 1.2, "Legacy import": 1.0}


def populate(world: World) -> tuple[list[Person], list[Person], list[Person]]:
    """Invent everybody.

    Returns:
        The voters; the people without a vote who live with voters; those who live with none.
    """
    dice = world.dice
    households = [world.household() for _ in range(HOUSEHOLDS)]
    for household in households:
        nobody = dice.chance(0.08)
        household.registered = [not nobody and dice.chance(0.93) for _ in household.people]
    voters = [person for household in households for person in _members(household, registered=True)]
    voters = dice.shuffled(voters)[:VOTERS]
    beside = [p for h in households if any(h.registered) for p in _members(h, registered=False)]
    apart = [p for h in households if not any(h.registered) for p in h.people]
    return voters, dice.shuffled(beside), dice.shuffled(apart)


def _members(household: Household, *, registered: bool) -> list[Person]:
    return [p for p, known in zip(household.people, household.registered, strict=True) if known is registered]


def voter_row(dice: Dice, voter_id: str, person: Person) -> list[str]:
    """Write a person as a voter file does: capitals, standard addresses, gaps in the telephones."""
    home = person.home
    last = person.maiden if person.maiden and dice.chance(0.07) else person.last
    line = " ".join(filter(None, (str(home.number), home.direction, home.street.upper(), home.suffix)))
    phone = {"cell": person.cell, "home": home.phone}.get(
        dice.weighted({"cell": 45, "home": 25, "none": 30}), ""
    )
    year = dice.number(max(person.born.year + 18, 1970), 2024)
    return [
        voter_id, plain(person.first).upper(), plain(person.middle).upper() if dice.chance(0.85) else "",
        plain(last).upper(), person.suffix.upper(), person.born.isoformat() if dice.chance(0.985) else "",
        person.gender if dice.chance(0.97) else "U", line, home.unit, home.city.upper(), home.state,
        home.zip_code, phone, f"{year}-{dice.number(1, 12):02}-{dice.number(1, 28):02}",
        dice.weighted(PARTIES),
    ]  # fmt: skip


def list_row(world: World, contact_id: str, person: Person) -> list[str]:
    """Write a person as the list has them."""
    dice = world.dice
    source = dice.weighted(SOURCES)
    care = CARE[source]
    home = world.home(person.home.city if dice.chance(0.7) else None) if dice.chance(0.1) else person.home
    last = person.maiden if person.maiden and dice.chance(0.05) else person.last
    line, unit = mess.street(dice, home, care=care)
    phone, email = _contact(dice, person, source)
    row = [
        mess.given_name(dice, person.first, person.middle, care=care),
        mess.surname(dice, last, person.suffix, care=care),
        phone, email, line, unit,
        mess.typo(dice, home.city) if dice.chance(0.03 * care) else home.city,
        home.state, mess.zip_code(dice, home.zip_code),
        dice.pick(mess.BAD_DATES) if dice.chance(0.01) else mess.birth_date(dice, person.born),
    ]  # fmt: skip
    if source == "Legacy import":
        row = [value.upper() for value in row]
    return [contact_id, *_with_gaps(dice, [mess.hurry(dice, value) for value in row], care=care), source]


def _contact(dice: Dice, person: Person, source: str) -> tuple[str, str]:
    phone = mess.phone(dice, person.cell if dice.chance(0.75) else person.home.phone)
    if dice.chance(0.02):
        phone = dice.pick(mess.BAD_PHONES)
    email = person.email if source == "Web form" or dice.chance(0.6) else ""
    if email and dice.chance(0.02):
        email = dice.pick(mess.BAD_EMAILS).format(email.split("@")[0])
    return phone, email


def _with_gaps(dice: Dice, row: list[str], *, care: float) -> list[str]:
    """Leave values out; some forms write a word where nothing is known."""
    #        first  last  phone email street unit  town  state zip   born
    gaps = (0.006, 0.004, 0.16, 0.05, 0.09, 0.02, 0.05, 0.05, 0.06, 0.20)
    return [
        (dice.pick(mess.BLANKS) if dice.chance(0.15) else "") if dice.chance(gap * care) else value
        for gap, value in zip(gaps, row, strict=True)
    ]


def choose(dice: Dice, people: Sequence[Person], *, rows: int, duplicates: int) -> list[Person]:
    """Choose who is on the list: couples often together, some people twice."""
    homes: dict[int, list[Person]] = {}
    for person in people:
        homes.setdefault(id(person.home), []).append(person)
    chosen: list[Person] = []
    for members in dice.shuffled(list(homes.values())):
        chosen += members if dice.chance(0.3) else [dice.pick(members)]
    chosen = chosen[: rows - duplicates]
    return chosen + dice.shuffled(chosen)[:duplicates]


def namesake(world: World, one: Person) -> Person:
    """Invent somebody of the same name, elsewhere and of another age."""
    home = world.home(one.home.city if world.dice.chance(0.4) else None)
    other = replace(world.person(home, one.last, born=(1940, 2005)), first=one.first, gender=one.gender)
    return replace(other, email=world.email(other))


def strangers(dice: Dice, people: Sequence[Person]) -> list[Person]:
    """Choose the rows of those who are not in the voter file, a few of them twice."""
    people = people[: ROWS_NOT_IN_REFERENCE - DUPLICATE_ROWS[1]]
    return [*people, *dice.shuffled(people)[: DUPLICATE_ROWS[1]]]


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as comma-separated text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def with_ragged_lines(text: str) -> str:
    """Break three lines of a list: two cut short, one with a comma that nobody quoted."""
    lines = text.splitlines(keepends=True)
    for number in (412, 1633):
        lines[number] = ",".join(lines[number].split(",")[:5]) + "\n"
    contact_id, rest = lines[988].split(",", 1)
    lines[988] = f"{contact_id},Team,{rest}"
    return "".join(lines)


def make() -> dict[str, str]:
    """Make the three files.

    Returns:
        File name to text.
    """
    dice = Dice(SEED)
    world = World(dice)
    voters, beside, apart = populate(world)
    numbers = sorted(dice.shuffled(range(1_000_000, 9_999_999, 7))[:VOTERS])
    ids = {id(voter): f"V{number}" for voter, number in zip(voters, numbers, strict=True)}
    reference = [voter_row(dice, ids[id(voter)], voter) for voter in voters]

    listed = choose(dice, voters, rows=ROWS_IN_REFERENCE, duplicates=DUPLICATE_ROWS[0])
    namesakes = [namesake(world, voter) for voter in dice.shuffled(voters)[:90]]
    people = dice.shuffled(listed + strangers(dice, beside[:230] + namesakes + apart))
    rows = [list_row(world, f"C-{10_001 + place}", person) for place, person in enumerate(people)]
    truth = [(row[0], ids.get(id(person), "")) for row, person in zip(rows, people, strict=True)]
    return {
        "list.csv": with_ragged_lines(as_csv(LIST_HEADER, rows)),
        "reference.csv": as_csv(REFERENCE_HEADER, reference),
        "truth.csv": as_csv(("list_id", "reference_id"), truth),
    }


def main(arguments: Sequence[str]) -> int:
    """Write the files, or hold them against what would be written.

    Returns:
        The exit code.
    """
    here = Path(__file__).parent
    files = make()
    if "--check" not in arguments:
        for name, text in files.items():
            (here / name).write_bytes(text.encode())
        return 0
    found = {path.name: path.read_bytes() for path in here.glob("*.csv")}
    stale = [name for name, text in files.items() if found.get(name) != text.encode()]
    for name in stale:
        print(f"{name} is not what make_sample_data.py writes; run it without --check")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
