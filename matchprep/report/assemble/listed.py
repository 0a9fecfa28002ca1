"""The list itself, put together for the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

import polars as pl

from matchprep.check import Checked
from matchprep.check import Finding as Found
from matchprep.columns import ColumnMap
from matchprep.profile import ColumnProfile
from matchprep.quality import Quality
from matchprep.read import People, SourceFacts
from matchprep.report.model import (
    Column,
    Dates,
    Finding,
    Rejection,
    Rows,
    Source,
)

#: The checker's word for a severity -> the report's.
_SEVERITY = {"error": "error", "warning": "warning", "info": "note"}


def source(facts: SourceFacts, quality: Quality | None = None) -> Source:
    """Describe a file that came in.

    Args:
        facts: What the reader found out.
        quality: What was observed about its values, where they were looked at.

    Returns:
        The same for the report.
    """
    return Source(
        file=facts.name,
        format=facts.format,
        encoding=facts.encoding,
        delimiter=facts.delimiter,
        compression=facts.compression,
        size_bytes=facts.size_bytes,
        sha256=facts.sha256,
        rows=facts.rows,
        assumptions=(*facts.assumptions, *(quality.assumptions if quality else ())),
    )


def rows(people: People, checked: Checked | None, aside: Mapping[str, pl.DataFrame]) -> Rows:
    """Account for every row.

    Args:
        people: The list.
        checked: What the provider's rules said; null where none were asked.
        aside: Rows taken out before, by why.

    Returns:
        Rows read, kept and rejected.
    """
    read, unread = people.facts.rows, people.unread.height
    taken = {why: rows.height for why, rows in aside.items()}
    kept = checked.usable if checked else read - unread - sum(taken.values())
    return Rows(read=read, kept=kept, rejected=read - kept, unread=unread, **taken)


def columns(column_map: ColumnMap, profiles: Iterable[ColumnProfile], quality: Quality) -> tuple[Column, ...]:
    """Describe the columns of the list, in their order.

    Args:
        column_map: How they were understood.
        profiles: How full and sound they are.
        quality: What was observed about their values.

    Returns:
        One a column.
    """
    by_name = {one.column: one for one in profiles}
    return tuple(
        Column(
            column=one.column,
            field=one.field,
            why=one.why,
            filled=by_name[one.column].filled,
            distinct=by_name[one.column].distinct,
            valid=by_name[one.column].valid,
            shapes=tuple(by_name[one.column].shapes),
            dates=_dates(quality, one.column),
        )
        for one in column_map.suggestions
    )


def _dates(quality: Quality, column: str) -> Dates | None:
    order = quality.dates.get(column)
    return Dates(**asdict(order)) if order else None


def observations(quality: Quality) -> tuple[Finding, ...]:
    """Say what was mended in the values, and what somebody should look at.

    Args:
        quality: What was observed.

    Returns:
        One an observation, warnings first.
    """
    return tuple(
        Finding(
            rule=one.rule,
            severity=one.severity,
            says=one.says,
            do=one.do,
            source="matchprep",
            count=one.count,
            share=one.share,
            rows=one.rows,
        )
        for one in quality.observations
    )


def rejections(
    people: People, checked: Checked | None, aside: Mapping[str, pl.DataFrame]
) -> tuple[Rejection, ...]:
    """Count the reasons for which rows were set aside, the commonest first.

    Args:
        people: The list, for lines that could not be read.
        checked: What the provider's rules said.
        aside: Rows taken out before, by why.

    Returns:
        One a reason.
    """
    broken = people.unread["reason"].value_counts().rows()
    taken = [one for rows in aside.values() for one in rows["reasons"].list.first().value_counts().rows()]
    counted = [*(checked.reasons.items() if checked else ()), *broken, *taken]
    ordered = sorted(counted, key=lambda one: (-one[1], one[0]))
    return tuple(Rejection(reason=reason, rows=n) for reason, n in ordered)


def finding(found: Found) -> Finding:
    """Describe what a rule said.

    Args:
        found: The checker's finding.

    Returns:
        The same for the report.
    """
    return Finding(
        rule=found.rule,
        severity=_SEVERITY[found.severity],
        says=found.says,
        do=found.do,
        source=found.source,
        count=found.count or 0,
        share=found.share,
        rows=found.rows,
    )
