"""What happens to people's data on its way into a list: the habits of forms, spreadsheets and hurry."""

from __future__ import annotations

import datetime as dt

from dice import Dice
from tables import DIRECTIONS, NICKNAMES, STREET_SUFFIXES
from world import Home, plain

BLANKS = ("N/A", "n/a", "NULL", "-", "none", "unknown", "#N/A", "NA")
BAD_PHONES = ("000-000-0000", "555-0142", "123", "call office", "(999) 555-01")
BAD_EMAILS = ("{0}@example", "{0} at example.com", "{0}@@example.com", "{0}.example.com", "@example.org")
BAD_DATES = ("00/00/0000", "13/32/1980", "1900", "02/30/1971")
#: How people write a telephone number, and how often.
PHONE_FORMS = {
    "({area}) {office}-{line}": 30,
    "{area}-{office}-{line}": 25,
    "{area}{office}{line}": 15,
    "{area}.{office}.{line}": 8,
    "+1 {area} {office} {line}": 6,
    "+1{area}{office}{line}": 6,
    "1{area}{office}{line}": 5,
    "{area} {office} {line}": 5,
    "1-{area}-{office}-{line}": 4,
    "({area}){office}-{line} x{extension}": 1,
}
#: How people write a date of birth, and how often.
DATE_FORMS = {
    "{m:02}/{d:02}/{y}": 40,
    "{m}/{d}/{y}": 18,
    "{y}-{m:02}-{d:02}": 16,
    "{m}/{d}/{yy:02}": 9,
    "{d:02}-{name}-{y}": 5,
    "{name} {d}, {y}": 4,
    "{m:02}-{d:02}-{y}": 4,
    "{y}{m:02}{d:02}": 2,
    "{y}": 2,
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def typo(dice: Dice, text: str) -> str:
    """Slip once on the keyboard: a letter left out, doubled, changed, or two in the wrong order."""
    if len(text) < 4:
        return text
    at = dice.number(1, len(text) - 2)
    slip = dice.weighted({"drop": 3, "swap": 3, "double": 2, "change": 3})
    if slip == "drop":
        return text[:at] + text[at + 1 :]
    if slip == "swap":
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if slip == "double":
        return text[:at] + text[at] + text[at:]
    return text[:at] + dice.pick("aeioulnrst") + text[at + 1 :]


def given_name(dice: Dice, first: str, middle: str, *, care: float) -> str:
    """Write a given name as a form gets it: the nickname, the initial, the middle name, a typo."""
    if first in NICKNAMES and dice.chance(0.2):
        first = dice.pick(NICKNAMES[first])
    elif dice.chance(0.02):
        first = first[0] + dice.pick((".", ""))
    elif middle and dice.chance(0.015):
        first = middle
    if middle and dice.chance(0.06):
        first = f"{first} {middle[0]}{dice.pick(('.', ''))}"
    return typo(dice, first) if dice.chance(0.06 * care) else first


def surname(dice: Dice, last: str, suffix: str, *, care: float) -> str:
    """Write a surname: accents lost, hyphens gone, generation kept now and then, a typo."""
    if dice.chance(0.5):
        last = plain(last)
    if dice.chance(0.3):
        last = last.replace("'", dice.pick(("", "’", " "))).replace("-", " ")
    if dice.chance(0.07 * care):
        last = typo(dice, last)
    if suffix and dice.chance(0.6):
        last = f"{last} {dice.pick((suffix, suffix + '.', suffix.upper()))}"
    return last


def phone(dice: Dice, digits: str) -> str:
    """Write ten digits in one of the ways people do."""
    form = dice.weighted(PHONE_FORMS)
    return form.format(area=digits[:3], office=digits[3:6], line=digits[6:], extension=dice.number(2, 99))


def birth_date(dice: Dice, born: dt.date) -> str:
    """Write a date of birth in one of many forms; now and then with day and month in the other order."""
    day, month, year = born.day, born.month, born.year
    if day <= 12 and dice.chance(0.06):
        day, month = month, day
    if dice.chance(0.02):
        year += dice.pick((-1, 1, 10))
    form = dice.weighted(DATE_FORMS)
    return form.format(d=day, m=month, y=year, yy=year % 100, name=MONTHS[month - 1])


def street(dice: Dice, home: Home, *, care: float) -> tuple[str, str]:
    """Write the street line and the unit, together or apart."""
    name = typo(dice, home.street) if dice.chance(0.05 * care) else home.street
    direction = dice.pick(DIRECTIONS[home.direction]) if home.direction and dice.chance(0.85) else ""
    suffix = dice.pick(STREET_SUFFIXES[home.suffix]) if dice.chance(0.95) else ""
    line = " ".join(part for part in (str(home.number), direction, name, suffix) if part)
    if not home.unit or dice.chance(0.15):
        return line, ""
    if dice.chance(0.35):
        return f"{line}{dice.pick((' Apt ', ' #', ', Apt. ', ' Unit '))}{home.unit}", ""
    return line, dice.pick(("", "Apt ", "#", "apt. ")) + home.unit


def zip_code(dice: Dice, digits: str) -> str:
    """Write a ZIP code; a spreadsheet has eaten some leading zeros."""
    if digits[0] == "0" and dice.chance(0.45):
        return digits[1:] + (".0" if dice.chance(0.1) else "")
    return f"{digits}-{dice.number(1000, 9799)}" if dice.chance(0.06) else digits


def hurry(dice: Dice, text: str) -> str:
    """Leave the key for capitals pressed, or not at all, and stray spaces behind."""
    case = dice.weighted({"as is": 94, "upper": 3, "lower": 3})
    text = {"upper": text.upper(), "lower": text.lower()}.get(case, text)
    if dice.chance(0.03):
        text = dice.pick((" {}", "{} ", "  {}  ", "{}\t")).format(text)
    return text.replace(" ", "  ") if dice.chance(0.01) else text
