"""Invented people, scored by the engine, to show what a match weight is made of.

`sample_data/make_examples.py` makes `examples.json`: rows that joined the sample list and people who joined
the sample reference, matched as any other.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchprep.report import charts, words
from matchprep.report.figure import Figure
from matchprep.report.waterfall import steps_of, waterfall

FILE = Path(__file__).with_name("examples.json")


@dataclass(frozen=True)
class Example:
    """A row and a person, both invented, and how the evidence adds up."""

    title: str
    #: Field, value of the list, value of the reference.
    values: tuple[tuple[str, str, str], ...]
    picture: Figure


def charts_of_examples() -> list[charts.Spec]:
    """Give the charts of the examples, which are the same in every report."""
    return [one.picture.draw(width) for one in examples() for width in charts.WIDTHS.values()]


@functools.cache
def examples() -> tuple[Example, ...]:
    """Give the examples.

    Returns:
        Them, in the order of their file.
    """
    document = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_example(n, one, document["reference_rows"]) for n, one in enumerate(document["examples"]))


def _example(number: int, one: dict[str, Any], reference_rows: int) -> Example:
    lines = one["lines"]
    fields = ((line["field"], line["level"], line["bits"]) for line in lines)
    steps = steps_of(one["prior"], reference_rows, fields, one["household"])
    chance = words.chance(one["probability"])
    fate = "It is taken as a match." if one["is_match"] else "It is not taken."
    said = [line for line in lines if line["listed"] or line["known"]]
    return Example(
        title=one["title"],
        values=tuple(
            (words.field(line["field"]), line["listed"] or "–", line["known"] or "–") for line in said
        ),
        picture=waterfall(
            steps,
            name=f"example-{number}",
            title=f"Example: {one['title']}",
            takeaway=f"The probability that both are the same person comes to {chance}. {fate}",
        ),
    )
