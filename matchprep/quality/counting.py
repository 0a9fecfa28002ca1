"""All questions about the values of a list, answered in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from matchprep.columns import ColumnMap
from matchprep.fields import Field
from matchprep.normalize.date_order import order_signs
from matchprep.normalize.hashes import ALGORITHMS, hash_algorithm
from matchprep.quality.looks import LOOKS, Look, Place
from matchprep.tables import ROW_ID, SOURCE

#: How many row numbers an observation names.
FIRST_ROWS = 5
#: What a value is that is no digest.
CLEAR = "clear text"
_HASHABLE = (Field.PHONE, Field.EMAIL, Field.PHONE_HASH, Field.EMAIL_HASH)


@dataclass(frozen=True)
class Question:
    """Something to count in a column: which rows it is true of.

    Args:
        column: The header.
        name: The rule of the look, the sign of an order of dates, or the kind of a digest.
        where: The rows.
        look: The look, where it is one.
    """

    column: str
    name: str
    where: pl.Expr
    look: Look | None = None

    @property
    def subject(self) -> str:
        """What an observation is about: its column, or nothing where all columns are told together."""
        return self.column if self.look is None or self.look.fields else ""


@dataclass(frozen=True)
class Counts:
    """The answers.

    Args:
        rows: Rows of the list, at least 1.
        columns: Column and name of a question -> rows.
        subjects: Subject and name of a question -> rows, and the numbers of the first few.
    """

    rows: int
    columns: Mapping[tuple[str, str], int]
    subjects: Mapping[tuple[str, str], tuple[int, tuple[int, ...]]]


def questions(column_map: ColumnMap, names: frozenset[str]) -> Iterator[Question]:
    """Ask what can be asked of a list.

    Args:
        column_map: What each column is taken for.
        names: The columns of CLEAN.

    Yields:
        The questions, column by column.
    """
    seen: set[tuple[str, Field]] = set()
    for column, field in column_map.mapping.items():
        if SOURCE + column not in names:
            continue
        place = Place(pl.col(SOURCE + column), field, names)
        for look in LOOKS:
            where = look.where(place)
            needs = set(where.meta.root_names())
            # What is asked of CLEAN alone is the same for every column of a field.
            own = SOURCE + column in needs
            if look.concerns(field) and names >= needs and (own or (look.rule, field) not in seen):
                seen.add((look.rule, field))
                yield Question(column, look.rule, where, look)
        if field is Field.DOB:
            yield from (Question(column, name, where) for name, where in order_signs(place.text).items())
        if field in _HASHABLE:
            yield from _digests(column, place.text)


def _digests(column: str, text: pl.Expr) -> Iterator[Question]:
    algorithm = hash_algorithm(pl.when(text.str.len_bytes() >= 22).then(text).str.strip_chars())
    for name in ALGORITHMS:
        yield Question(column, name, algorithm == name)
    yield Question(column, CLEAR, text.str.contains(r"[\p{L}\p{N}]") & algorithm.is_null())


def counted(frame: pl.LazyFrame, asked: Sequence[Question]) -> Counts:
    """Answer all questions in one pass.

    Args:
        frame: CLEAN.
        asked: The questions.

    Returns:
        The answers.
    """
    # NOTE: flags as columns first, their sums and first rows from those: a third of the time of both at once.
    flags = frame.select(
        ROW_ID, *(one.where.fill_null(value=False).alias(f"{at}") for at, one in enumerate(asked))
    )
    together: dict[tuple[str, str], list[pl.Expr]] = {}
    for at, one in enumerate(asked):
        together.setdefault((one.subject, one.name), []).append(pl.col(f"{at}"))
    places = {f"any {at}": pl.any_horizontal(which) for at, which in enumerate(together.values())}
    first = (
        pl.col(ROW_ID).filter(pl.col(place)).bottom_k(FIRST_ROWS).implode().alias(f"first {place}")
        for place in places
    )
    numbers = (
        flags.with_columns(**places)
        .select(pl.len(), pl.exclude(ROW_ID).sum(), *first)
        .collect(engine="streaming")
        .row(0, named=True)
    )
    return Counts(
        max(int(numbers["len"]), 1),
        {(one.column, one.name): int(numbers[f"{at}"]) for at, one in enumerate(asked)},
        {
            subject: (int(numbers[place]), tuple(sorted(numbers[f"first {place}"])))
            for subject, place in zip(together, places, strict=True)
        },
    )
