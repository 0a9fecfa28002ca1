"""What the rooms of the walk found, put together as one report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import polars as pl

from matchprep.check import Checked, CheckedDocument
from matchprep.check import Finding as Found
from matchprep.columns import ColumnMap
from matchprep.estimate import Advised, Estimate, Known
from matchprep.estimate import Forecast as Expected
from matchprep.estimate import Matchability as Judged
from matchprep.match import Groups, Matches, ProviderMatches
from matchprep.profile import ColumnProfile
from matchprep.quality import Quality
from matchprep.read import People, SourceFacts
from matchprep.report.calibration import calibration_of
from matchprep.report.model import (
    Agreement,
    AtProvider,
    BlockingRule,
    Chances,
    Column,
    ColumnShare,
    Dates,
    Finding,
    Forecast,
    Gain,
    Improvement,
    Match,
    Matchability,
    NoForecast,
    Persons,
    Provider,
    Rejection,
    Rows,
    Sealed,
    Segment,
    Source,
    WeightBin,
)
from matchprep.report.track_record import ProviderCalibration
from matchprep.rulebook import ProviderRules
from matchprep.seal import Sealed as SealedFile

#: The intervals that probabilities are sorted into.
BINS = tuple((n / 10, (n + 1) / 10) for n in range(10))
#: The checker's word for a severity -> the report's.
_SEVERITY = {"error": "error", "warning": "warning", "info": "note"}
_VERDICT = {
    "ready": "Nothing stands in the way of sending it.",
    "ready with warnings": "It can be sent; the warnings below cost matches.",
    "not ready": "It would be refused or wasted; the errors below say why.",
}
_VERDICT_DOCUMENT = "It follows the grammar of audiences; sending it starts a build."


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


def gains(checked: Checked) -> tuple[Gain, ...]:
    """Say what filling in one field would bring, the most first.

    Args:
        checked: What the provider's rules said.

    Returns:
        One a field.
    """
    return tuple(Gain(field=one.field, rows=one.rows) for one in checked.gains)


def improvements(advised: Advised) -> tuple[Improvement, ...]:
    """Say what would raise the match rate, the most first.

    Args:
        advised: What the estimate says.

    Returns:
        One a cause.
    """
    return tuple(Improvement(**asdict(one)) for one in advised.advice)


def matchability(judged: Judged) -> Matchability:
    """State what the list alone allows.

    Args:
        judged: The judgment.

    Returns:
        The same for the report.
    """
    return Matchability.model_validate(asdict(judged))


def provider(rules: ProviderRules, checked: Checked) -> Provider:
    """Say who the file is for and whether it is ready.

    Args:
        rules: The provider.
        checked: What its rules said.

    Returns:
        The verdict.
    """
    return Provider(
        id=rules.provider,
        name=rules.name,
        profile=checked.profile,
        ready=checked.ready,
        verdict=_VERDICT[checked.verdict],
    )


def document(rules: ProviderRules, checked: CheckedDocument) -> Provider:
    """Say who an audience document is for and whether it may be sent.

    Args:
        rules: The provider.
        checked: What its rules said.

    Returns:
        The verdict.
    """
    verdict = _VERDICT_DOCUMENT if checked.ready else _VERDICT["not ready"]
    return Provider(id=rules.provider, name=rules.name, ready=checked.ready, verdict=verdict)


def match(matches: Matches) -> Match:
    """Count who was found.

    Args:
        matches: The outcome of the matching.

    Returns:
        The same for the report.
    """
    return Match(
        reference_rows=matches.reference_rows,
        rows=matches.rows,
        matched=matches.matched,
        unmatched=matches.rows - matches.matched - matches.without_candidate,
        no_candidate=matches.without_candidate,
        duplicates=matches.duplicates,
        pairs=matches.candidates,
        threshold=matches.threshold,
        blocking=tuple(BlockingRule(rule=one.rule, pairs=one.pairs) for one in matches.blocking),
        weights=tuple(
            WeightBin(low=one.low, high=one.high, matched=one.matched, unmatched=one.unmatched)
            for one in matches.histogram
        ),
        agreement=tuple(
            Agreement(field=one.field, level=one.level, count=one.matched)
            for one in matches.agreement
            if one.matched
        ),
    )


def at_provider(rules: ProviderRules, checked: Checked, expected: ProviderMatches) -> AtProvider:
    """Say what the provider would match.

    Args:
        rules: The provider.
        checked: What its rules said.
        expected: What it would match.

    Returns:
        The same for the report.
    """
    return AtProvider(
        matches=rules.profiles[checked.profile].matches,
        expected_matches=expected.expected_matches,
        expected_people=expected.expected_people,
        columns=tuple(
            ColumnShare(field=one.field, agree=one.agree, missing=one.missing) for one in expected.columns
        ),
        untold=expected.untold,
    )


def no_forecast(estimate: Estimate) -> NoForecast | None:
    """Say why there is no forecast, where there is none.

    Args:
        estimate: The estimate.

    Returns:
        The reason; null where there is a forecast.
    """
    why = estimate.no_answer
    if why is None:
        return None
    return NoForecast(reason=why.reason, do=why.do, coverage=str(estimate.coverage), notes=estimate.notes)


def persons(groups: Groups) -> Persons:
    """Count the people of the list.

    Args:
        groups: Its rows by person.

    Returns:
        The same for the report.
    """
    return Persons(rows=groups.rows, persons=groups.persons, duplicates=groups.duplicates)


def forecast(estimate: Estimate, expected: Expected | None) -> Forecast | None:
    """State the forecast.

    Args:
        estimate: The estimate.
        expected: Its forecast, corrected or not.

    Returns:
        The same for the report; null where there is none.
    """
    if expected is None:
        return None
    return Forecast(
        match_rate=expected.match_rate,
        low=expected.low,
        high=expected.high,
        level=expected.level,
        expected_matches=expected.expected_matches,
        low_matches=expected.low_matches,
        high_matches=expected.high_matches,
        unique_matches=expected.unique_matches,
        corrected_by=expected.corrected_by,
        uncorrected=expected.uncorrected,
        doubts=dict(expected.doubts),
        coverage=str(estimate.coverage),
        assumes=estimate.assumes,
        notes=estimate.notes,
        segments=tuple(Segment(**asdict(one)) for one in estimate.segments),
        chances=_chances((estimate.at or estimate.matches).presence["probability"]),
        method=expected.method,
    )


def _chances(probability: pl.Series) -> tuple[Chances, ...]:
    """Sort rows into intervals by their probability, of which the uppermost holds 1."""
    probability = probability.alias("p").clip(0, 1)
    tenth = (pl.col("p") * len(BINS)).floor().clip(0, len(BINS) - 1).alias("tenth")
    counted = probability.to_frame().group_by(tenth).agg(pl.len(), pl.col("p").sum()).sort("tenth")
    return tuple(
        Chances(low=BINS[int(n)][0], high=BINS[int(n)][1], rows=rows, expected_matches=expected)
        for n, rows, expected in zip(*(column.to_list() for column in counted), strict=True)
    )


def track_record(provider: str, known: Sequence[Known]) -> ProviderCalibration | None:
    """Say how earlier forecasts at a provider did.

    Args:
        provider: Its id.
        known: Forecasts with outcomes, at all providers.

    Returns:
        The same for the report; null where nothing came back from there.
    """
    of_all = calibration_of(known, {}).providers
    return next((one for one in of_all if one.provider == provider and one.outcomes), None)


def sealed(file: SealedFile) -> Sealed:
    """Describe the provider's file.

    Args:
        file: What was sealed.

    Returns:
        The same for the report.
    """
    return Sealed(
        file=file.path.name,
        rows=file.rows,
        columns=tuple(file.columns),
        hash=", ".join(sorted(set(file.hashed.values()))) or None,
        sha256=file.digest,
    )
