"""The names of the columns: from the first record, or made up where the file has none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matchprep.errors import InputError
from matchprep.tables import ROW_ID

#: What no header looks like: an email address, a date, ten digits or more in the form of a phone.
_VALUE = re.compile(
    r"[^@\s]+@[^@\s]+\.[a-z]{2,}"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
    r"|\+?1?[-. ]?\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}",
    re.IGNORECASE,
)
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))


def name_columns(cells: Sequence[str], *, where: str) -> tuple[tuple[str, ...], list[str]]:
    """Make column names of the cells of a header.

    Args:
        cells: The first record of the table.
        where: The file, for messages.

    Returns:
        One name a cell, trimmed; and what was assumed: a blank header becomes `column_<position>`,
        a second `Email` becomes `Email (2)`, and a column that calls itself `row_id` becomes `row_id_2`.

    Raises:
        InputError: The record is no header.
    """
    cleaned = [" ".join(cell.translate(_INVISIBLE).split()) for cell in cells]
    if any(_VALUE.fullmatch(cell) for cell in cleaned):
        raise InputError(
            "the first line looks like a person, not like a header",
            where=where,
            hint="Put a line of column names on top, or read it with --no-header (header=False).",
        )
    notes = []
    blank = [position for position, name in enumerate(cleaned, 1) if not name]
    taken = set(cleaned)
    if blank:
        listed = ", ".join(str(position) for position in blank)
        notes.append(f"Columns without a header were named by their position: {listed}.")
    names = [name or _free(f"column_{position}", taken) for position, name in enumerate(cleaned, 1)]
    if ROW_ID in names:
        renamed = _free(f"{ROW_ID}_2", taken)
        notes.append(f"The column {ROW_ID} was renamed to {renamed}, for matchprep numbers rows itself.")
        names = [renamed if name == ROW_ID else name for name in names]
    return tuple(_numbered(names, taken, notes)), notes


def made_up_names(count: int) -> tuple[str, ...]:
    """Name the columns of a file without a header.

    Args:
        count: How many there are.

    Returns:
        `column_1`, `column_2`, ...
    """
    return tuple(f"column_{position}" for position in range(1, count + 1))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_2"
    taken.add(name)
    return name


def _numbered(names: Sequence[str], taken: set[str], notes: list[str]) -> list[str]:
    """Give every further column of one name a number, as in `Email (2)`."""
    numbered: list[str] = []
    for name in names:
        number, free = 1, name
        while free in numbered or (number > 1 and free in taken):
            number += 1
            free = f"{name} ({number})"
        numbered.append(free)
    renamed = [name for name, was in zip(numbered, names, strict=True) if name != was]
    if renamed:
        notes.append(
            f"Several columns have the same header; the further ones are called {', '.join(renamed)}."
        )
    return numbered
