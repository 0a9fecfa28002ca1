"""CLEAN and a provider's rules -> the rows it can use, the rows it cannot, and everything found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from matchprep.check.answers import findings_of, gains_of
from matchprep.check.candidates import Candidate, candidates
from matchprep.check.findings import Checked, Finding, worst_first
from matchprep.check.params import check_params
from matchprep.check.questions import ask, ask_duplicates, reasons_of
from matchprep.check.reasons import reason_list
from matchprep.check.tally import Tally
from matchprep.rulebook import ProviderRules, Requirement
from matchprep.tables import ROW_ID, SOURCE


def check_people(
    clean: pl.LazyFrame | pl.DataFrame,
    rules: ProviderRules,
    *,
    profile: str | None = None,
    params: Mapping[str, Any] | None = None,
    hash_algorithm: str | None = None,
) -> Checked:
    """Hold a list against the rules of a provider.

    A row is kept when it satisfies what the provider requires with the values that count: those that
    are there and break no rule of severity error. Everything else is a finding, not a reason.

    Args:
        clean: CLEAN.
        rules: The provider.
        profile: The way of using the provider; by default the rule file's own, or the one under which
            most rows are usable.
        params: Parameters of the submission, held against the rules of the documented calls.
        hash_algorithm: The hash that will be used in sealing, if not the rule file's own.

    Returns:
        Both parts of the list, lazily, and the findings.

    Raises:
        UsageError: The provider has no such profile, or does not take the hash.

    Rows: kept + rejected = all, in order.
    Columns: any of CLEAN -> kept as they came; rejected has `row_id`, `reasons`, `source.*`.
    """
    frame = clean.lazy()
    columns = frozenset(frame.collect_schema().names())
    possible = candidates(rules, columns, profile=profile, algorithm=hash_algorithm)
    tally = Tally()
    tally.number("rows", pl.len())
    ask_duplicates(tally, columns)
    for place, candidate in enumerate(possible):
        ask(tally, candidate, f"{place} ")
    tally.answer(frame)
    place = max(range(len(possible)), key=lambda one: (tally.get(f"{one} usable"), -one))
    findings = [
        *findings_of(possible[place], possible, tally, f"{place} "),
        *check_params(rules, params or {}),
    ]
    return _checked(frame, possible[place], tally, f"{place} ", worst_first(findings))


def _checked(
    frame: pl.LazyFrame, chosen: Candidate, tally: Tally, prefix: str, findings: tuple[Finding, ...]
) -> Checked:
    usable, rows = tally.get(f"{prefix}usable"), tally.get("rows")
    reasons = reasons_of(chosen)
    condition = chosen.usable()
    rejected = frame.filter(~condition).select(
        ROW_ID, reason_list(reasons).alias("reasons"), pl.selectors.starts_with(SOURCE)
    )
    counts = {clause: tally.get(f"{prefix}reason {clause}") for clause in reasons}
    return Checked(
        kept=frame.filter(condition),
        rejected=rejected,
        findings=findings,
        ready=usable > 0 and not any(one.severity == "error" for one in findings),
        provider=chosen.presence.rules.provider,
        profile=chosen.profile,
        hash_algorithm=chosen.presence.algorithm,
        required=chosen.required,
        optional=chosen.optional,
        requirement=Requirement(all_of=tuple(node for _, node in chosen.requirements())),
        rows=rows,
        usable=usable,
        reasons={clause: n for clause, n in sorted(counts.items(), key=lambda one: -one[1]) if n},
        gains=gains_of(chosen, tally, prefix),
    )
