"""A matching, put together for the report."""

from __future__ import annotations

from matchprep.check import Checked
from matchprep.match import Matches, ProviderMatches
from matchprep.report.model import (
    Agreement,
    AtProvider,
    BlockingRule,
    ColumnShare,
    Match,
    WeightBin,
)
from matchprep.rulebook import ProviderRules


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
