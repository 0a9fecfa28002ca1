"""The forecast of one list at one provider: how many rows will match, by kind, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist

import polars as pl

from matchprep.check import Checked, check_people
from matchprep.estimate.answers import NoAnswer, no_answer, notes
from matchprep.estimate.carry import MODEL, Carried, Carrier, sums
from matchprep.estimate.chances import chances
from matchprep.estimate.coverage import WHOLE, Coverage, coverage_of
from matchprep.estimate.forecast import FLOOR, Forecast, forecast_matches
from matchprep.estimate.reference import Reference, ReferenceFacts, facts_of
from matchprep.estimate.segments import Ends, Segment, criteria, segments
from matchprep.estimate.semantics import (
    lacking,
    others_count,
    person_share,
    restricted,
    semantics,
    told_share,
    upper_limit,
)
from matchprep.fields import Field
from matchprep.match import Matches, ProviderMatches, Semantics, at_provider, match_people
from matchprep.rulebook import ProviderRules, load_rules, series, words
from matchprep.tables import ROW_ID


@dataclass(frozen=True)
class Estimate:
    """What to expect of a provider, in counts. No value of a person is in it."""

    #: Null where no provider was named.
    provider: str | None
    #: Rows that the provider would get; the rates are of these.
    rows: int
    #: Null where the reference cannot answer; then `no_answer` says why.
    forecast: Forecast | None
    no_answer: NoAnswer | None
    coverage: Coverage
    #: What the forecast assumes and what seems odd, a sentence each.
    assumes: tuple[str, ...]
    notes: tuple[str, ...]
    segments: tuple[Segment, ...]
    #: The matching as the provider would see it.
    matches: Matches = field(repr=False)
    #: What the provider would match of those who were found; null where no provider was named.
    at: ProviderMatches | None = field(default=None, repr=False)
    #: Whether anybody who agrees is a match there, or the same person only.
    anybody: bool = False
    #: Of these matches: the share that rests on no field that the reference lacks, and the share that is
    #: the people of the list themselves.
    told: float = 1.0
    themselves: float = 1.0


def estimate_people(
    clean: pl.LazyFrame | pl.DataFrame,
    reference: Reference,
    provider: str | ProviderRules | None = None,
    *,
    coverage: str | Sequence[str] | Coverage = WHOLE,
    by: Sequence[str] = (),
    level: float = 0.9,
    sample: bool = False,
    matches: Matches | None = None,
    checked: Checked | None = None,
) -> Estimate:
    """Forecast how many rows of a list will match at a provider.

    Args:
        clean: CLEAN of the list.
        reference: CLEAN of the reference, each person once, or an index of it.
        provider: Who will match the list; without one, every row takes part.
        coverage: What the reference is of the provider's universe, as `CA+sample:0.05`.
        by: Headers of the list to give the forecast by, beside state and completeness.
        level: How probable the interval shall be.
        sample: The list is a sample, and the forecast is for the longer list that it was drawn from.
        matches: The matching of the list against the reference, where it was done before.
        checked: The list held against the provider's rules, where that was done before.

    Returns:
        The forecast, or the reason why there is none.

    Raises:
        InputError: The list has no rows, or no field in common with the reference.
        ReferenceIndexError: The reference has no rows or no usable field.
        UsageError: An option is out of its range, or names what is not there.

    Example:
        >>> estimate_people(clean, voters, "iqm", coverage="sample:0.05")  # doctest: +SKIP
    """
    people = clean.lazy()
    covers = (
        coverage
        if isinstance(coverage, Coverage)
        else coverage_of([coverage] if isinstance(coverage, str) else coverage)
    )
    rules = load_rules(provider) if isinstance(provider, str) else provider
    if rules and checked is None:
        checked = check_people(people, rules)
    matches = matches or match_people(people, reference, agreements=rules is not None)
    kept = checked.kept if checked else people
    seen = restricted(matches, kept.select(ROW_ID).collect())
    asked = semantics(rules, checked) if rules and checked else None
    at = at_provider(seen, asked) if asked and seen.agreements else None
    base = Estimate(
        provider=rules.provider if rules else None,
        rows=seen.rows,
        forecast=None,
        no_answer=None,
        coverage=covers,
        assumes=tuple(covers.assumptions()),
        notes=(),
        segments=(),
        matches=seen,
        at=at,
        told=told_share(seen, at, asked) if at and asked else 1.0,
        themselves=person_share(seen, at, asked) if at and asked else 1.0,
        anybody=bool(asked and asked.anybody),
    )
    if reason := _cannot(base, asked):
        return replace(base, no_answer=reason)
    sent = asked.fields if asked else ()
    return _answered(base, kept, facts_of(reference), by, sent, level=level, sample=sample)


def _cannot(base: Estimate, asked: Semantics | None) -> NoAnswer | None:
    if not base.rows:
        return NoAnswer("no row of the list can be sent", "See what `matchprep check` says.")
    if asked and base.at and (fields := lacking(base.matches, asked)):
        named = series((words(one) for one in fields), joint="or")
        return NoAnswer(
            f"it matches by {named}, which the reference has not",
            "Use a reference with such a column, filled for many of its people.",
        )
    return None


def _answered(
    base: Estimate,
    kept: pl.LazyFrame,
    known: ReferenceFacts,
    by: Sequence[str],
    sent: Sequence[Field],
    *,
    level: float,
    sample: bool,
) -> Estimate:
    """Forecast the whole list and each kind of its rows, or say why not."""
    inside = forecast_matches(base.matches, at=base.at, level=level, sample=sample)
    table = chances(kept, base.at or base.matches, base.coverage)
    carrier = _carrier(base, inside, sums(table), sample=sample)
    whole = carrier.carry(carrier.kinds)
    ends = _ends(level, base.told * base.themselves)
    low, high = ends(whole)
    half = NormalDist().inv_cdf(0.5 + level / 2) * whole.spread
    reason = no_answer(
        reference_rows=known.rows,
        here=carrier.here["rows"],
        found=carrier.here["found"],
        most=carrier.here["rows"],
        half=half,
        coverage=base.coverage,
    )
    kinds = criteria(kept, by, sent)
    listed = dict(table["state"].drop_nulls().value_counts().rows())
    odd = notes(known.states, listed, base.coverage)
    if base.at and base.at.untold:
        odd.append(upper_limit(base.at.untold))
    if others := others_count(base.provider or "", base.themselves):
        odd.append(others)
    return replace(
        base,
        forecast=None if reason else _forecast(inside, whole, low, high),
        no_answer=reason,
        notes=tuple(odd),
        segments=() if reason else tuple(segments(table, kinds, carrier, ends)),
    )


def _carrier(base: Estimate, inside: Forecast, kinds: pl.DataFrame, *, sample: bool) -> Carrier:
    """Get ready to carry: with what the model may be off, as a share of the rows, in the universe."""
    matches, fraction = base.matches, base.coverage.fraction
    model = inside.doubts.get(MODEL, 0.0)
    # One row that is wrongly found stands for as many others as one that is rightly found.
    model = math.hypot(math.sqrt(max(model**2 - FLOOR**2, 0.0)) / fraction, FLOOR)
    return Carrier(
        coverage=base.coverage,
        kinds=kinds,
        model=model,
        copies=matches.matched / matches.unique if matches.unique else 1.0,
        whole_list=not sample,
    )


def _ends(level: float, least: float) -> Ends:
    """Give what tells the ends of intervals; the low one at this share of what is likely to be found."""
    wide = NormalDist().inv_cdf(0.5 + level / 2)

    def ends(carried: Carried) -> tuple[float, float]:
        half = wide * carried.spread
        return max(carried.rate - half, 0.0) * least, min(carried.rate + half, 1.0)

    return ends


def _forecast(inside: Forecast, whole: Carried, low: float, high: float) -> Forecast:
    """State the forecast for the universe in the words of the one for the reference."""
    rows, rate = inside.rows, whole.rate
    unique = inside.unique_matches / inside.expected_matches if inside.expected_matches else 1.0
    return replace(
        inside,
        match_rate=rate,
        low=low,
        high=high,
        expected_matches=rate * rows,
        low_matches=low * rows,
        high_matches=high * rows,
        unique_matches=rate * rows * unique,
        doubts=dict(whole.doubts),
    )
