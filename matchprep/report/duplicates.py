"""The page of a list held against itself: how many persons it has, and how often each is written."""

from __future__ import annotations

import functools
from pathlib import Path

from matchprep.files import write_text
from matchprep.match import Groups
from matchprep.read import People
from matchprep.report import charts
from matchprep.report.assemble import source
from matchprep.report.charts import Bar
from matchprep.report.figure import Figure
from matchprep.report.page import page
from matchprep.report.words import counted, percent, sentence, share

#: Persons written more often than this are told together.
MOST_ROWS = 5


def write_duplicates(people: People, groups: Groups, path: Path) -> None:
    """Write the page of a list held against itself.

    Args:
        people: The list.
        groups: Its rows by person.
        path: Where; the file appears whole or not at all.

    Raises:
        UsageError: The folder cannot be written to.
    """
    pictures = {"persons": _persons(groups), "rules": _rules(groups)}
    file = source(people.facts)
    text = page("duplicates.html", file=file, unread=people.unread.height, groups=groups, figures=pictures)
    write_text(path, text)


def _persons(groups: Groups) -> Figure:
    few = {rows: groups.sizes.get(rows, 0) for rows in range(1, MOST_ROWS + 1)}
    many = groups.persons - sum(few.values())
    told = [(_times(rows), persons) for rows, persons in few.items() if persons]
    told += [(f"More than {MOST_ROWS} times", many)] if many else []
    several = groups.persons - groups.sizes.get(1, 0)
    return Figure(
        name="persons",
        title="How often a person is written",
        takeaway=f"{counted(several, 'person is', 'persons are')} in the list more than once,"
        f" in {counted(several + groups.duplicates, 'row')}.",
        draw=functools.partial(charts.bars, [_bar(label, n, groups.persons) for label, n in told]),
        header=("Written", "Persons", "Share"),
        table=tuple(
            (label, f"{persons:,}", percent(share(persons, groups.persons), 1)) for label, persons in told
        ),
    )


def _rules(groups: Groups) -> Figure | None:
    found = sorted((one for one in groups.blocking if one.pairs), key=lambda one: -one.pairs)
    if not found:
        return None
    most = found[0].pairs
    return Figure(
        name="rules",
        title="What brought rows together",
        takeaway=f"{counted(groups.candidates, 'pair')} of rows share something and were compared;"
        " several rules may find the same pair.",
        draw=functools.partial(
            charts.bars,
            [
                Bar(sentence(one.rule), ((one.pairs / most, charts.NEUTRAL),), f"{one.pairs:,}")
                for one in found[:8]
            ],
        ),
        header=("Rule", "Pairs", "Keys", "Too common"),
        table=tuple(
            (sentence(one.rule), f"{one.pairs:,}", f"{one.keys:,}", f"{one.too_common:,}") for one in found
        ),
    )


def _times(rows: int) -> str:
    return {1: "Once", 2: "Twice"}.get(rows, f"{rows} times")


def _bar(label: str, persons: int, of: int) -> Bar:
    part = share(persons, of)
    return Bar(label, ((part, charts.BAR),), f"{persons:,} ({percent(part, 1)})")
