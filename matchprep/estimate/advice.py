"""What would raise the match rate: the rows lost to each cause, and what mending them would bring.

    not sent       the provider cannot use the row: mended, it would match as rows do that it can
    lacking        a field is blank or cannot be read: worth what it is to rows that have it (see `effects`)
    moved          the person is in the reference, but not at this address, and the provider asks for it
    other values   the same for its other required values
    ambiguous      several people fit about equally: no match more is expected, but a surer one

A gain is what mending all rows of a cause would bring, each cause by itself; they do not add up, because a
row may have several.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

import polars as pl

from matchprep.estimate.effects import Cell, cells, effect_of, rate_at
from matchprep.fields import Field
from matchprep.rulebook import words
from matchprep.tables import INVALID, ROW_ID

#: The fields that rows are told apart by -> the columns of CLEAN of which any will do.
LOOKED_AT: Mapping[Field, tuple[str, ...]] = {
    Field.FIRST_NAME: (Field.FIRST_NAME,),
    Field.LAST_NAME: (Field.LAST_NAME,),
    Field.DOB: (Field.DOB, Field.BIRTH_YEAR),
    Field.ADDRESS: (Field.ADDRESS, Field.PO_BOX),
    Field.ZIP: (Field.ZIP, "postal_code"),
    Field.CITY: (Field.CITY,),
    Field.PHONE: (Field.PHONE, Field.PHONE_HASH),
    Field.EMAIL: (Field.EMAIL, Field.EMAIL_HASH),
}
_BITS = {one: 1 << place for place, one in enumerate(LOOKED_AT)}
_DO: Mapping[str, str] = {
    Field.ADDRESS: "Have addresses completed, and brought up to date with the postal service's moves.",
    Field.ZIP: "ZIP codes follow from street, city and state: any address service adds them.",
    Field.CITY: "Cities follow from ZIP codes: any address service adds them.",
    Field.DOB: "Ask for the birth date or year where people sign up.",
    Field.PHONE: "Ask for it again, or have the numbers appended.",
    Field.EMAIL: "Look for slips such as a comma for a dot; ask for the rest again.",
}
#: The share of a row's chance that lies with other people than the best candidate, from which on it is
#: ambiguous who it is.
_DIVIDED = 0.25
_NOTHING = pl.DataFrame(schema={ROW_ID: pl.Int64, "cause": pl.String, "expected_gain": pl.Float64})
#: Not every value that differs can be brought up to date, and some belong to another person after all.
CHANGED = 0.25
MOVED = "lives elsewhere than the reference says"
OTHER_VALUES = "a value that the provider asks for is not that of the reference"
AMBIGUOUS = "several people of the reference fit about equally"


@dataclass(frozen=True)
class Advice:
    """A cause for which matches are lost, and what mending it would bring."""

    cause: str
    do: str
    rows: int
    #: Matches more, with the ends of their interval.
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class Advised:
    """What would raise the match rate, the most first."""

    advice: tuple[Advice, ...]
    #: `row_id`, `cause`, `expected_gain` (matches): the rows to mend, the most promising first.
    worklist: pl.DataFrame = field(repr=False)


@dataclass(frozen=True)
class _Lost:
    """The rows of a cause with what each would gain, and the standard deviation of their sum."""

    cause: str
    do: str
    rows: pl.DataFrame
    deviation: float


def advise(
    clean: pl.LazyFrame | pl.DataFrame,
    presence: pl.DataFrame,
    *,
    people: pl.DataFrame | None = None,
    pairs: pl.DataFrame | None = None,
    rejected: pl.LazyFrame | pl.DataFrame | None = None,
    anybody: bool = False,
    level: float = 0.9,
) -> Advised:
    """Say what keeps rows from matching, and what mending it would bring.

    Args:
        clean: CLEAN of the list, all rows.
        presence: `row_id` and `probability` that the provider would match it, of the rows sent.
        people: The same that the person is in the reference, whatever the provider asks for.
        pairs: PAIRS of the rows sent.
        rejected: REJECTED: the rows that the provider cannot use.
        anybody: The provider counts whoever agrees, so that it need not be sure who it is.
        level: How probable the intervals shall be.

    Returns:
        The causes, those that would bring most first, and the rows to mend.
    """
    rows = _rows(clean.lazy()).join(presence, on=ROW_ID, how="left", maintain_order="left")
    sent = rows.filter(pl.col("probability").is_not_null())
    best = pairs.filter(pl.col("rank") == 1) if pairs is not None and "rank" in pairs.columns else pairs
    sure = sent if anybody or best is None else _sure(sent, best)
    known = cells(sure)
    lost = [*_not_sent(rows, rejected, known), *_lacking(sure, known)]
    if best is not None:
        lost += [*_unlike(sent, people, best), *_ambiguous(people if people is not None else presence, best)]
    wide = NormalDist().inv_cdf(0.5 + level / 2)
    advice = [_advice(one, wide) for one in lost if one.rows.height]
    worth_it = [one for one in advice if one.gain > 0 or one.cause == AMBIGUOUS]
    work = [
        one.rows.select(ROW_ID, pl.lit(one.cause).alias("cause"), pl.col("gain").alias("expected_gain"))
        for one in lost
    ]
    return Advised(
        tuple(sorted(worth_it, key=lambda one: (-one.gain, -one.high, one.cause))),
        pl.concat([_NOTHING, *(one.cast(_NOTHING.schema) for one in work)])
        .filter(pl.col("expected_gain") > 0)
        .sort(["expected_gain", ROW_ID, "cause"], descending=[True, False, False]),
    )


def _advice(lost: _Lost, wide: float) -> Advice:
    gain, most = float(lost.rows["gain"].sum()), float(lost.rows["most"].sum())
    half = wide * lost.deviation
    low, high = max(gain - half, min(gain, 0.0)), max(min(gain + half, most), gain)
    return Advice(lost.cause, lost.do, lost.rows.height, gain, low, high)


def _rows(clean: pl.LazyFrame) -> pl.DataFrame:
    """Give each row its pattern, and the fields that are written in it but cannot be read."""
    columns = set(clean.collect_schema().names())
    has, unreadable = [], []
    for one, names in LOOKED_AT.items():
        there = [pl.col(name).is_not_null() for name in names if name in columns]
        has.append((pl.any_horizontal(there) if there else pl.lit(value=False)).cast(pl.Int64) * _BITS[one])
        flag = f"{one}{INVALID}"
        invalid = pl.col(flag).fill_null(value=False) if flag in columns else pl.lit(value=False)
        unreadable.append(invalid.cast(pl.Int64) * _BITS[one])
    return clean.select(
        ROW_ID,
        pl.sum_horizontal(has).alias("pattern"),
        pl.sum_horizontal(unreadable).alias("unreadable"),
    ).collect()


def _sure(sent: pl.DataFrame, best: pl.DataFrame) -> pl.DataFrame:
    """Count only matches that are sure enough to be taken.

    NOTE: a field more or less does not change how many people are expected to be in the reference, as long
    as probabilities mean what they say; it changes for how many rows it can be told who they are.
    """
    taken = pl.col(ROW_ID).is_in(best.filter("is_match")[ROW_ID].implode())
    return sent.with_columns(pl.when(taken).then("probability").otherwise(0.0).alias("probability"))


def _not_sent(
    rows: pl.DataFrame,
    rejected: pl.LazyFrame | pl.DataFrame | None,
    known: Mapping[int, Cell],
) -> Iterator[_Lost]:
    if rejected is None or not known:
        return
    reasons = rejected.lazy().select(ROW_ID, pl.col("reasons").list.join("; ").alias("cause")).collect()
    every = functools.reduce(operator.and_, known)  # what every row that is sent has
    lost = rows.join(reasons, on=ROW_ID).with_columns((pl.col("pattern") | every).alias("mended"))
    rates = {one: rate_at(one, known) for one in lost["mended"].unique()}
    expected = {one: rate for one, (rate, _) in rates.items()}
    gain = pl.col("mended").replace_strict(expected, return_dtype=pl.Float64)
    lost = lost.with_columns(gain.alias("gain"), pl.lit(1.0).alias("most")) if lost.height else lost
    for (cause,), some in lost.group_by("cause", maintain_order=True):
        doubts = [rates[one][1] * count for one, count in some["mended"].value_counts().rows()]
        chance = float((some["gain"] * (1 - some["gain"])).sum())
        do = "They stand in rejects.csv: mend them there, and send them too."
        yield _Lost(f"not sent: {cause}", do, some, math.hypot(sum(doubts), math.sqrt(chance)))


def _lacking(sent: pl.DataFrame, known: Mapping[int, Cell]) -> Iterator[_Lost]:
    for one, bit in _BITS.items():
        effect = effect_of(bit, known)
        without = sent.filter(pl.col("pattern") & bit == 0)
        if effect is None or not without.height:
            continue
        worth = pl.col("pattern").replace_strict(effect.worth, return_dtype=pl.Float64)
        without = without.with_columns(worth.alias("gain"), (1 - pl.col("probability")).alias("most"))
        unread = pl.col("unreadable") & bit != 0
        for some, cause in (
            (without.filter(~unread), f"no {words(one)}"),
            (without.filter(unread), f"{words(one)} cannot be read"),
        ):
            counts = {int(pattern): float(count) for pattern, count in some["pattern"].value_counts().rows()}
            yield _Lost(cause, _DO.get(one, "Ask for it where people sign up."), some, effect.gain(counts)[1])


def _unlike(sent: pl.DataFrame, people: pl.DataFrame | None, best: pl.DataFrame) -> Iterator[_Lost]:
    """Find people of the reference whom the provider would not know by the values of the list."""
    if people is None:
        return
    known = people.select(ROW_ID, pl.col("probability").alias("person"))
    gain = (pl.col("person") - pl.col("probability")).clip(lower_bound=0)
    rows = sent.join(known, on=ROW_ID).join(best.drop("probability"), on=ROW_ID)
    rows = (
        rows.with_columns(gain.alias("gain"))
        .filter(pl.col("gain") > 0.01)
        .with_columns(pl.col("gain").alias("most"))
    )
    elsewhere = pl.lit(value=False)
    if "agree_address" in rows.columns:
        elsewhere = pl.col("agree_address").str.contains("differs|other")
    for cause, some, do in (
        (MOVED, rows.filter(elsewhere), _DO[Field.ADDRESS]),
        (OTHER_VALUES, rows.filter(~elsewhere), "Ask whether it is still theirs, or send further ones."),
    ):
        chance = float((some["gain"] * (1 - some["gain"])).sum())
        yield _Lost(cause, do, some, math.hypot(math.sqrt(chance), CHANGED * float(some["gain"].sum())))


def _ambiguous(people: pl.DataFrame, best: pl.DataFrame) -> Iterator[_Lost]:
    rows = people.join(best.select(ROW_ID, pl.col("probability").alias("first")), on=ROW_ID)
    divided = (pl.col("probability") - pl.col("first")).clip(lower_bound=0)
    rows = rows.with_columns(divided.alias("most"), pl.lit(0.0).alias("gain"))
    rows = rows.filter(pl.col("most") > _DIVIDED)
    do = "A birth date, phone or email would tell who is meant; a provider may refuse a match that is none."
    yield _Lost(AMBIGUOUS, do, rows, float(rows["most"].sum()))
