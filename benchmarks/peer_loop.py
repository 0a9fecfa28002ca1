"""What scripts do today: a loop over the rows of a list, one parser call a value.

usaddress, phonenumbers, nameparser, dateutil and hashlib (extra `bench`), on the list of `corpus_people`.
`bench_pipeline` measures against it.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from pathlib import Path

import phonenumbers
import usaddress
from dateutil import parser
from nameparser import HumanName

ALGORITHMS = ("sha1", "sha256", "md5")
LABELS = (
    "AddressNumber", "StreetNamePreDirectional", "StreetName", "StreetNamePostType",
    "StreetNamePostDirectional",
    "OccupancyType", "OccupancyIdentifier",
)  # fmt: skip

Row = Mapping[str, str]


def name(row: Row) -> list[str]:
    parts = HumanName(f"{row['First Name']} {row['Middle Name']} {row['Last Name']}")
    return [parts.title, parts.first, parts.middle, parts.last, parts.suffix]


def phone(row: Row) -> tuple[str, bool]:
    try:
        number = phonenumbers.parse(row["Cell Phone"], "US")
    except phonenumbers.NumberParseException:
        return "", False
    if not phonenumbers.is_possible_number(number):
        return "", False
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return str(e164), bool(phonenumbers.is_valid_number(number))


def address(row: Row) -> list[str]:
    try:
        tags, kind = usaddress.tag(f"{row['Street Address']} {row['Apt']}")
    except usaddress.RepeatedLabelError:
        return [""] * 8
    return [*(tags.get(label, "").upper() for label in LABELS), kind]


def birth(row: Row) -> str:
    try:
        return str(parser.parse(row["Birth Date"]).date().isoformat()) if row["Birth Date"] else ""
    except (ValueError, OverflowError):
        return ""


def digests(value: str) -> list[str]:
    return [hashlib.new(one, value.encode()).hexdigest() if value else "" for one in ALGORITHMS]


def understood(row: Row) -> list[str]:
    email = row["Email"].strip().lower()
    number, valid = phone(row)
    place = [row["City"].strip().upper(), row["State"].strip().upper(), row["Zip"].strip()[:5].zfill(5)]
    who = [
        *name(row),
        email,
        number,
        str(valid),
        *address(row),
        *place,
        birth(row),
        row["Gender"][:1].upper(),
    ]
    return [*who, *digests(email), *digests(number)]


def prepare_in_a_loop(source: Path, target: Path) -> None:
    """Read a list, understand every row by itself, and write it."""
    with (
        source.open(encoding="utf-8", newline="") as lines,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        csv.writer(out).writerows(understood(row) for row in csv.DictReader(lines))
