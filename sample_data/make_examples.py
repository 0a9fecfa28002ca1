"""Score a few invented people for the examples of the report: `python sample_data/make_examples.py`.

Each example is a row that joins the sample list and a person who joins the sample reference; both files are
then matched as any other, and the explanation of the row is kept in `matchprep/report/examples.json`. All
people are invented: emails end in example.com, numbers are 555-01xx.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matchprep.intake import Reading, prepare
from matchprep.match import Explanation, explain_row

HERE = Path(__file__).parent
TARGET = HERE.parent / "matchprep" / "report" / "examples.json"
#: Title -> the row of the list, and the person of the reference; the fields by the headers of both files.
EXAMPLES: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "A nickname and a new address": (
        {"First Name": "Liz", "Surname": "Brookwick", "Mobile": "908-555-0117", "D.O.B.": "04/17/1968",
         "Street Address": "310 Example Road", "Town": "Elizabeth", "ST": "NJ", "Zip Code": "07202"},
        {"first_name": "ELIZABETH", "last_name": "BROOKWICK", "phone": "9085550117",
         "birth_date": "1968-04-17", "residential_address": "7203 SPRING PL",
         "city": "ELIZABETH", "state": "NJ", "zip": "07202"},
    ),
    "Another member of the household": (
        {"First Name": "Owen", "Surname": "Castleford", "Mobile": "716-555-0162", "D.O.B.": "11/02/1994",
         "Street Address": "19 Example Lane", "Town": "Buffalo", "ST": "NY", "Zip Code": "14213"},
        {"first_name": "MARGARET", "last_name": "CASTLEFORD", "phone": "7165550162",
         "birth_date": "1966-05-30", "residential_address": "19 EXAMPLE LN",
         "city": "BUFFALO", "state": "NY", "zip": "14213"},
    ),
    "A common name and little else": (
        {"First Name": "Maria", "Surname": "Davis", "ST": "FL"},
        {"first_name": "MARIA", "last_name": "DAVIS", "birth_date": "1979-08-21",
         "residential_address": "88 EXAMPLE CT", "city": "MIAMI", "state": "FL", "zip": "33130"},
    ),
}  # fmt: skip


def examples() -> dict[str, Any]:
    """Score the examples.

    Returns:
        What the report shows of them.
    """
    with tempfile.TemporaryDirectory(prefix="matchprep-") as folder:
        room = Path(folder)
        listed = _joined("list.csv", [row for row, _ in EXAMPLES.values()], room)
        known = _joined("reference.csv", [person for _, person in EXAMPLES.values()], room)
        people = prepare(listed, Reading(), room / "list.parquet").kept
        reference = prepare(known, Reading(), room / "reference.parquet").kept
        explained = [
            explain_row(people, reference, f"X-{n}", most=1, show_values=True)
            for n in range(1, len(EXAMPLES) + 1)
        ]
    told = [_told(title, one) for title, one in zip(EXAMPLES, explained, strict=True)]
    return {"reference_rows": explained[0].reference_rows, "examples": told}


def _joined(name: str, people: Sequence[Mapping[str, str]], room: Path) -> Path:
    """Write a sample file with more people at its end; the first column of both files is an id."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header = rows[0]
    more = [[f"X-{n}", *(one.get(column, "") for column in header[1:])] for n, one in enumerate(people, 1)]
    with (room / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*rows, *more])
    return room / name


def _told(title: str, one: Explanation) -> dict[str, Any]:
    best = one.candidates[0]
    lines = [
        {
            "field": line.field,
            "level": line.level,
            "bits": round(line.bits, 1),
            "listed": line.values[0] if line.values else None,
            "known": line.values[1] if line.values else None,
        }
        for line in best.lines
    ]
    return {
        "title": title,
        "prior": round(one.prior, 1),
        "household": round(best.household or 0.0, 1),
        "probability": round(best.probability, 4),
        "is_match": best.is_match,
        "lines": lines,
    }


if __name__ == "__main__":
    TARGET.write_text(json.dumps(examples(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
