"""From counts to findings, each with the rule that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matchprep.check.candidates import Candidate
from matchprep.check.findings import Finding, Gain, Scope
from matchprep.check.questions import gainable, judged, readable
from matchprep.check.reasons import blame, merged
from matchprep.check.tally import Count, Tally
from matchprep.fields import Field
from matchprep.rulebook import Requirement, Rule, holds, shortest, unreadable, ways, words
from matchprep.rulebook.part import Severity

#: So many ways out are named when a column is missing.
_ADVICE = 5


def findings_of(
    chosen: Candidate, possible: tuple[Candidate, ...], tally: Tally, prefix: str
) -> Iterator[Finding]:
    """Say all that is found under the chosen way of sending a list.

    Args:
        chosen: The way chosen.
        possible: All ways that might have been, for advice when none will do.
        tally: The counts.
        prefix: What the questions of the chosen one begin with.

    Yields:
        Findings, in no order.
    """
    yield from _file_findings(chosen, possible)
    yield from _row_findings(chosen, tally, prefix)
    yield from _value_findings(chosen, tally, prefix)
    yield from _unreadable_findings(chosen, tally, prefix)
    yield from _limit_findings(chosen, tally.get(f"{prefix}usable"))
    yield from _duplicate_findings(tally)
    yield from _empty_findings(tally)


def _file_findings(chosen: Candidate, possible: tuple[Candidate, ...]) -> Iterator[Finding]:
    known = chosen.presence.all_available()
    for rule, requirement in chosen.requirements(of="columns"):
        if not holds(requirement, known):
            nearest = _ways_out(requirement, chosen, possible)
            do = f"Add columns: {ways(nearest)}." if nearest else rule.do
            yield _finding(rule, "file", severity="error", do=do)
    for rule in chosen.rules:
        if rule.forbid is not None and holds(chosen.resolved(rule.forbid), known):
            yield _finding(rule, "file")


def _ways_out(
    requirement: Requirement, chosen: Candidate, possible: tuple[Candidate, ...]
) -> list[frozenset[Field]]:
    """Name columns to add: what the chosen way needs, then what would open another, the fewest first."""
    presence = chosen.presence
    known = presence.all_available()

    def parts(way: frozenset[Field]) -> frozenset[Field]:
        whole = {part for field in way for part in presence.rules.fields[field].made_of or (field,)}
        return frozenset(whole - known)

    needs = [need for one in possible for _, need in one.requirements(of="columns")]
    here = [parts(way) for way in shortest(requirement, known)]
    elsewhere = [parts(way) for need in needs for way in shortest(need, known)]
    ordered = [*here, *sorted(elsewhere, key=len)]
    return [way for way in dict.fromkeys(ordered) if way][:_ADVICE]


def _row_findings(chosen: Candidate, tally: Tally, prefix: str) -> Iterator[Finding]:
    known = chosen.presence.all_available()
    severity: Severity = "warning" if tally.get(f"{prefix}usable") else "error"
    for rule, requirement in chosen.requirements():
        count = tally.count(f"{prefix}{rule.id}")
        if count.rows and holds(requirement, known):
            clauses = merged(blame(requirement, chosen.presence).reasons)
            reasons = {clause: tally.get(f"{prefix}reason {clause}") for clause in clauses}
            said = {clause: n for clause, n in reasons.items() if n}
            yield _finding(rule, "rows", severity=severity, tally=tally, count=count, reasons=said)


def _value_findings(chosen: Candidate, tally: Tally, prefix: str) -> Iterator[Finding]:
    for rule in chosen.rules:
        name = f"{prefix}{rule.id}"
        if (rule.advise is not None and chosen.applies(rule)) or judged(chosen, rule):
            count = tally.count(name)
        elif rule.unique is not None and rule.unique in chosen.presence.columns:
            count = Count(tally.get(name))
        else:
            continue
        if count.rows:
            # A value that is set aside costs that value, not the file.
            severity: Severity = "warning" if rule.severity == "error" else rule.severity
            yield _finding(rule, "values", severity=severity, tally=tally, count=count)


def _unreadable_findings(chosen: Candidate, tally: Tally, prefix: str) -> Iterator[Finding]:
    for field in dict.fromkeys(readable(chosen)):
        count = tally.count(f"{prefix}invalid {field}")
        if count.rows:
            clause = unreadable(field)
            yield Finding(
                rule=f"UNREADABLE-{field.name}",
                severity="warning",
                scope="values",
                says=f"{clause[:1].upper()}{clause[1:]}.",
                do=f"Correct the {words(field)} in these rows; it is left out, the rest of the row counts.",
                source="matchprep",
                count=count.rows,
                share=_share(count, tally),
                rows=count.first,
            )


def _limit_findings(chosen: Candidate, usable: int) -> Iterator[Finding]:
    for rule in chosen.rules:
        if rule.limit is None:
            continue
        too_few = rule.limit.rows_min is not None and usable < rule.limit.rows_min
        too_many = rule.limit.rows_max is not None and usable > rule.limit.rows_max
        if too_few or too_many:
            yield _finding(rule, "file", count=Count(usable))


def _duplicate_findings(tally: Tally) -> Iterator[Finding]:
    count = Count(tally.get("identified") - tally.get("different"))
    if count.rows:
        yield Finding(
            rule="DUPLICATES",
            severity="info",
            scope="rows",
            says="Some rows are the same person again, with the same values in every field.",
            do="Nothing, unless the provider charges by the row; the rows are sent as they are.",
            source="matchprep",
            count=count.rows,
            share=_share(count, tally),
        )


def _empty_findings(tally: Tally) -> Iterator[Finding]:
    if not tally.get("rows"):
        yield Finding(
            rule="NO-ROWS",
            severity="error",
            scope="file",
            says="The list has no rows.",
            do="Check the file: it holds a header at most.",
            source="matchprep",
        )


def _finding(
    rule: Rule,
    scope: Scope,
    *,
    severity: Severity | None = None,
    do: str | None = None,
    tally: Tally | None = None,
    count: Count | None = None,
    reasons: Mapping[str, int] | None = None,
) -> Finding:
    return Finding(
        rule=rule.id,
        severity=severity or rule.severity,
        scope=scope,
        says=rule.says,
        do=do or rule.do,
        source=str(rule.source),
        confidence=rule.confidence,
        count=count.rows if count else None,
        share=_share(count, tally) if count and tally else None,
        rows=count.first if count else (),
        reasons=reasons or {},
    )


def _share(count: Count, tally: Tally) -> float:
    rows = tally.get("rows")
    return count.rows / rows if rows else 0.0


def gains_of(chosen: Candidate, tally: Tally, prefix: str) -> tuple[Gain, ...]:
    """Say what filling in each single field would bring.

    Args:
        chosen: The way chosen.
        tally: The counts.
        prefix: What the questions of the chosen one begin with.

    Returns:
        The fields that would bring anything, the most first.
    """
    usable = tally.get(f"{prefix}usable")
    more = {field: Count(tally.get(f"{prefix}gain {field}") - usable) for field in gainable(chosen)}
    gains = [
        Gain(field=field, rows=count.rows, share=_share(count, tally))
        for field, count in more.items()
        if count.rows > 0
    ]
    return tuple(sorted(gains, key=lambda one: -one.rows))[:_ADVICE]
