"""Whose row a person is that came back without the row's id: by what must agree, and never by a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from matchprep.fields import Field
from matchprep.normalize import fold_alphanumeric
from matchprep.tables import ROW_ID

#: A row that was sent, and a line that came back, by their numbers.
SENT, LINE = "sent", "line"
_AGREES = "agrees"
#: What proves, where several people agree on what must agree.
_PROOFS = (Field.DOB, Field.PHONE, Field.ADDRESS)


@dataclass(frozen=True, kw_only=True)
class Recognized:
    """What could be told, and what could not.

    Args:
        pairs: `sent` and `line`, by number; a row has one line, a line may have several rows.
        by: The fields that had to agree.
        open_lines: Lines that could be of any of several rows.
        open_rows: Those rows.
        strange_lines: Lines that agree with no row.
    """

    pairs: pl.DataFrame = field(repr=False)
    by: tuple[str, ...]
    open_lines: int
    open_rows: int
    strange_lines: int


def recognize(sent: pl.LazyFrame, back: pl.LazyFrame, required: Sequence[str]) -> Recognized | None:
    """Find whose row each line that came back is.

    A line is of a row when both agree on the required fields and nobody else does on either side; or when
    they agree on a date of birth, a phone or an address besides. Dates of birth that differ speak against it.

    Args:
        sent: CLEAN of what was sent.
        back: CLEAN of what came back.
        required: The fields that agree by the provider's own rule; those that did not come back are left
            aside.

    Returns:
        The pairs and what is open; null where none of the fields came back.

    Columns: needs `row_id` and the required fields.
    """
    there = set(sent.collect_schema().names()) & set(back.collect_schema().names())
    by = tuple(name for name in _in_parts(required) if name in there)
    proofs = [name for name in _PROOFS if name in there]
    if not by:
        return None
    rows, lines = _side(sent, SENT, by, proofs), _side(back, LINE, by, proofs)
    proved = [rows.join(lines, on=[_AGREES, proof]).select(SENT, LINE) for proof in proofs if proof not in by]
    found = pl.concat([_alone(rows, lines, proofs), *proved]).unique()
    pairs = found.filter(pl.len().over(SENT) == 1).sort(SENT)
    left = lines.join(pairs, on=LINE, how="anti")
    known = left.join(rows, on=_AGREES, how="semi")
    waiting = rows.join(pairs, on=SENT, how="anti").join(known, on=_AGREES, how="semi")
    return Recognized(
        pairs=pairs,
        by=by,
        open_lines=known.height,
        open_rows=waiting.height,
        strange_lines=left.height - known.height,
    )


def _in_parts(required: Sequence[str]) -> tuple[str, ...]:
    """Name the fields as CLEAN has them: a full name in its two parts."""
    whole, parts = str(Field.FULL_NAME), (str(Field.FIRST_NAME), str(Field.LAST_NAME))
    return tuple(dict.fromkeys(one for name in required for one in (parts if name == whole else (name,))))


def _side(people: pl.LazyFrame, number: str, by: Sequence[str], proofs: Sequence[str]) -> pl.DataFrame:
    agreeing = [fold_alphanumeric(pl.col(name).cast(pl.String)) for name in by]
    return people.select(
        pl.col(ROW_ID).alias(number),
        pl.concat_str(agreeing, separator=" ").alias(_AGREES),  # null where one of them is
        *proofs,
    ).collect(engine="streaming")


def _alone(rows: pl.DataFrame, lines: pl.DataFrame, proofs: Sequence[str]) -> pl.DataFrame:
    """Pair what agrees with one only, on both sides; a date of birth that differs parts it again."""
    once = pl.len().over(_AGREES) == 1
    pairs = rows.filter(once).join(lines.filter(once), on=_AGREES, suffix="_back")
    if Field.DOB in proofs:
        pairs = pairs.filter((pl.col(Field.DOB) == pl.col(f"{Field.DOB}_back")).fill_null(value=True))
    return pairs.select(SENT, LINE)
