"""What a matching means at one provider: the rows it gets, and what it calls a match."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from matchprep.check import Checked
from matchprep.fields import Field
from matchprep.match import Agreements, Matches, ProviderMatches, Semantics, at_provider
from matchprep.rulebook import ProviderRules, series, words
from matchprep.tables import ROW_ID

#: From this share of the people themselves on, others with the same values change nothing.
_HARDLY_ANY = 0.995


def semantics(rules: ProviderRules, checked: Checked) -> Semantics:
    """Say what a provider calls a match, of a list that was held against its rules.

    Args:
        rules: The provider.
        checked: What its rules said.

    Returns:
        What must agree, the fields sent, and whether anybody who agrees counts.
    """
    anybody = rules.profiles[checked.profile].matches == "agreeing values"
    return Semantics(checked.requirement, (*checked.required, *checked.optional), anybody=anybody)


def lacking(matches: Matches, asked: Semantics) -> tuple[Field, ...]:
    """List the fields that must agree, where the reference has none of them.

    Args:
        matches: The matching, with agreements.
        asked: What the provider calls a match.

    Returns:
        The fields; none where the reference has at least one of them, or nothing must agree.
    """
    fields = tuple(dict.fromkeys(asked.requirement.fields() if asked.requirement else ()))
    judged = matches.agreements.judged if matches.agreements else frozenset()
    sent = tuple(field for field in fields if field in asked.fields) or fields
    return () if judged & set(fields) else sent


def told_share(matches: Matches, at: ProviderMatches, asked: Semantics) -> float:
    """Say how much of what is expected rests on nothing that the reference lacks.

    Args:
        matches: The matching, with agreements.
        at: What the provider would match, fields that the reference lacks taken to agree.
        asked: What the provider calls a match.

    Returns:
        A share, 1 where the reference lacks nothing.
    """
    found = matches.agreements
    if not at.untold or found is None or not at.expected_matches:
        return 1.0
    # Fields that are judged, and that no candidate has, agree nowhere.
    strict = replace(found, judged=found.judged | frozenset(at.untold))
    least = at_provider(replace(matches, agreements=strict), asked)
    return min(least.expected_matches / at.expected_matches, 1.0)


def person_share(matches: Matches, at: ProviderMatches, asked: Semantics) -> float:
    """Say how much of what is expected is people of the list themselves, and not others with their values.

    Args:
        matches: The matching, with agreements.
        at: What the provider would match.
        asked: What the provider calls a match.

    Returns:
        A share, 1 where only the same person counts anyway.
    """
    if not asked.anybody or not at.expected_matches:
        return 1.0
    by_person = at_provider(matches, replace(asked, anybody=False))
    return min(by_person.expected_matches / at.expected_matches, 1.0)


def others_count(provider: str, share: float) -> str | None:
    """Say that others with the same values were taken to count; null where hardly any do.

    Args:
        provider: Who it is.
        share: Of what is expected: the people of the list themselves.
    """
    if share > _HARDLY_ANY:
        return None
    return (
        f"The documents of {provider} do not say whether somebody else counts who has the same values, such"
        f" as one of the same address: they are taken to count, {1 - share:.1%} of what is expected; the low"
        " end is without them."
    )


def upper_limit(untold: tuple[Field, ...]) -> str:
    """Say what it means that a reference lacks fields that the provider asks for."""
    return (
        f"The reference does not hold {series((words(one) for one in untold), joint='or')}, which this"
        " provider asks for: it is taken to agree, so that the forecast is an upper limit; the low end counts"
        " it as differing."
    )


def restricted(matches: Matches, rows: pl.DataFrame) -> Matches:
    """Keep the part of a matching that is about some rows.

    Args:
        matches: The matching of the whole list.
        rows: `row_id` of the rows to keep.

    Returns:
        The same as if only these had taken part, with the weights learned on all.
    """
    if rows.height == matches.rows:
        return matches
    presence = matches.presence.join(rows, on=ROW_ID, how="semi", maintain_order="left")
    pairs = matches.pairs.join(rows, on=ROW_ID, how="semi", maintain_order="left")
    left, whole = (float((1 - one["probability"]).sum()) for one in (presence, matches.presence))
    taken = pairs.filter("is_match")
    unique = taken["reference_id"].n_unique()
    return replace(
        matches,
        presence=presence,
        pairs=pairs,
        rows=presence.height,
        beyond_candidates=matches.beyond_candidates * (left / whole if whole else 0.0),
        matched=taken.height,
        unique=unique,
        duplicates=taken.height - unique,
        without_candidate=presence.height - pairs[ROW_ID].n_unique(),
        agreements=_kept(matches.agreements, rows[ROW_ID]) if matches.agreements else None,
    )


def _kept(found: Agreements, ids: pl.Series) -> Agreements:
    stays = found.rows.is_in(ids.implode()).to_numpy()
    number = np.cumsum(stays) - 1
    pairs = stays[found.row]
    return replace(
        found,
        rows=found.rows.filter(pl.Series(stays)),
        has=found.has[stays],
        row=number[found.row[pairs]].astype(found.row.dtype),
        agree=found.agree[pairs],
        probability=found.probability[pairs],
    )
