"""Looking at all values once, and saying what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from matchprep.columns import ColumnMap
from matchprep.fields import Field
from matchprep.normalize import DateOrder
from matchprep.normalize.date_order import IN_WORDS, Order, decide_order, said_order
from matchprep.normalize.hashes import ALGORITHMS
from matchprep.quality.counting import CLEAR, Counts, Question, counted, questions
from matchprep.quality.model import Observation, Quality

#: From this confidence on the order of day and month is certain.
CERTAIN = 0.9
#: So many columns are named where all are told together.
_NAMED = 6
_SEVERITY = {"warning": 0, "note": 1}
_TURNED: Mapping[Order, str] = {"mdy": "day_first", "dmy": "month_first"}


def observe(
    clean: pl.LazyFrame | pl.DataFrame,
    column_map: ColumnMap,
    *,
    default_order: Order = "mdy",
    dates: Order | None = None,
) -> Quality:
    """Look at every value of a list for what is odd about it.

    Args:
        clean: CLEAN.
        column_map: What each column is taken for.
        default_order: The order of day and month where no date tells.
        dates: The order in which the dates were read, where the caller said it.

    Returns:
        What was mended and what should be looked at, in counts.

    Columns: `row_id`, `source.<header>` and the columns of CLEAN that the list can fill.
    """
    frame = clean.lazy()
    asked = list(questions(column_map, frozenset(frame.collect_schema().names())))
    if not asked:
        return Quality()
    counts = counted(frame, asked)
    orders = _date_orders(column_map, counts, default_order, dates)
    observations = [
        *_seen(asked, counts),
        *(one for column, order in orders.items() for one in _of_dates(column, order, counts)),
        *_mixed(column_map, counts),
    ]
    observations.sort(key=lambda one: (_SEVERITY[one.severity], -one.count))
    return Quality(tuple(observations), orders)


def _seen(asked: Sequence[Question], counts: Counts) -> Iterator[Observation]:
    """Say what the looks found: each for its column, or for all columns together."""
    looks = {(one.subject, one.name): one.look for one in asked if one.look}
    for (subject, rule), look in looks.items():
        n, rows = counts.subjects[subject, rule]
        if n:
            yield Observation(
                rule=rule,
                severity=look.severity,
                column=subject,
                says=f"{subject}: {look.says}" if subject else f"{_columns(rule, counts)}: {look.says}",
                do=look.do,
                count=n,
                share=n / counts.rows,
                rows=rows,
            )


def _columns(rule: str, counts: Counts) -> str:
    """Name the columns in which something was found, the fullest first."""
    found = {column: n for (column, name), n in counts.columns.items() if n and name == rule}
    ordered = sorted(found, key=lambda column: -found[column])
    more = [f"{len(ordered) - _NAMED} more"] if len(ordered) > _NAMED else []
    return ", ".join([*ordered[:_NAMED], *more])


def _date_orders(
    column_map: ColumnMap, counts: Counts, default: Order, said: Order | None
) -> dict[str, DateOrder]:
    """Decide for each column of dates as the normalizer did; dates that are clear need no order."""
    orders = {}
    for column, field in column_map.mapping.items():
        if field is Field.DOB:
            signs = [counts.columns.get((column, name), 0) for name in ("month_first", "day_first", "either")]
            if any(signs):
                orders[column] = said_order(said) if said else decide_order(*signs, default=default)
    return orders


def _of_dates(column: str, order: DateOrder, counts: Counts) -> Iterator[Observation]:
    """Flag dates whose order is not certain, and dates that are not written in the order of their column."""
    sign = _TURNED.get(order.order, "")
    told = {
        "flagged.date_order": (
            "either" if order.confidence < CERTAIN else "",
            f"dates that make sense in both orders were read {IN_WORDS[order.order]}; that is not certain",
            "Export the dates with the year first (1973-06-02), or with the month in letters.",
        ),
        "flagged.date_turned": (
            sign,
            f"dates in a column written {IN_WORDS[order.order]} that make sense the other way only",
            "Two sources may have been joined: look whether their other dates are swapped, too.",
        ),
    }
    for rule, (name, says, do) in told.items():
        n, rows = counts.subjects.get((column, name), (0, ()))
        if n:
            yield Observation(
                rule=rule,
                severity="warning",
                column=column,
                says=f"{column}: {says}",
                do=do,
                count=n,
                share=n / counts.rows,
                rows=rows,
            )


def _mixed(column_map: ColumnMap, counts: Counts) -> Iterator[Observation]:
    """Say where digests of several algorithms, or digests and clear values, stand in one column."""
    for column in column_map.mapping:
        kinds = {name: counts.subjects.get((column, name), (0, ())) for name in (*ALGORITHMS, CLEAR)}
        kinds = {name: found for name, found in kinds.items() if found[0]}
        if len(kinds) < 2:
            continue
        usual = max(kinds, key=lambda name: kinds[name][0])
        others = sorted(row for name, (_, rows) in kinds.items() if name != usual for row in rows)
        n = sum(found for name, (found, _) in kinds.items() if name != usual)
        listed = ", ".join(f"{found:,} {name}" for name, (found, _) in kinds.items())
        yield Observation(
            rule="flagged.mixed_digests",
            severity="warning",
            column=column,
            says=f"{column}: values of several kinds in one column ({listed})",
            do="Give each kind a column of its own: no digest is hashed again, and a provider takes those of "
            "one algorithm only.",
            count=n,
            share=n / counts.rows,
            rows=tuple(others[:5]),
        )
