"""At a provider: what it would match, by its own rules, of what was found in the reference.

A provider asks less, or more, than whether somebody is in its files. What it requires of a row must also
agree with the person of its file; everything else may help. Where it matches by values rather than by
people, anybody who agrees on them is a match: all who live at an address, all who share a phone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.errors import ContractError
from matchprep.fields import Field
from matchprep.match.agreements import BITS, Agreements, Masks
from matchprep.match.evidence import Floats
from matchprep.match.matches import Matches
from matchprep.rulebook import Requirement, holds
from matchprep.tables import ROW_ID


@dataclass(frozen=True)
class Semantics:
    """What a provider calls a match."""

    #: What must agree; the requirement holds the fields that do, groups written out. Null: nothing must.
    requirement: Requirement | None
    #: The matching fields that are sent.
    fields: tuple[Field, ...]
    #: Whether anybody who agrees counts, or the same person only.
    anybody: bool = False


@dataclass(frozen=True)
class ColumnShare:
    """One column, as Matchbook counts it."""

    field: Field
    #: Of the matches: the share that agree on it; null where the reference does not hold the field.
    agree: float | None
    #: Of all rows: the share without a value.
    missing: float


@dataclass(frozen=True)
class ProviderMatches:
    """What a provider would match."""

    #: `row_id` and `probability`: that the provider would match the row; every list row.
    presence: pl.DataFrame
    #: Matches expected.
    expected_matches: float
    #: The same by person, whatever agrees: people of the list who are in the reference.
    expected_people: float
    columns: tuple[ColumnShare, ...]
    #: Fields that the provider asks for and the reference does not hold. They are taken to agree, so that
    #: what is expected is an upper limit wherever there are any.
    untold: tuple[Field, ...]


def at_provider(matches: Matches, semantics: Semantics) -> ProviderMatches:
    """Say what a provider would match.

    Args:
        matches: What was found in the reference, with `agreements`.
        semantics: What the provider calls a match.

    Returns:
        Probabilities by row, and shares by column.

    Raises:
        ContractError: The matching did not keep on which fields pairs agree.

    Rows: every list row, in the order of the list.
    """
    found = matches.agreements
    if found is None:
        raise ContractError("the matching kept no agreements", where="match_people(agreements=True)")
    asked = dict.fromkeys(semantics.requirement.fields() if semantics.requirement else ())
    untold = tuple(one for one in asked if one in BITS and one not in found.judged)
    agree = found.agree | (found.has[found.row] & _mask(untold))
    surely, perhaps = (_fulfilled(semantics.requirement, one) for one in (found.agree, agree))
    weight = np.where(perhaps, found.probability, 0.0)
    if semantics.anybody:
        weight = _anybody(found, surely, weight)
    depends = float(weight[perhaps & ~surely].sum()) > 0
    probability = np.bincount(found.row, weight, minlength=len(found.has))
    people = matches.expected_matches - matches.beyond_candidates
    expected = float(probability.sum())
    if not semantics.anybody and people:
        expected *= matches.expected_matches / people
    return ProviderMatches(
        presence=pl.DataFrame({ROW_ID: found.rows, "probability": np.minimum(probability, 1.0)}),
        expected_matches=expected,
        expected_people=matches.expected_matches,
        columns=_shares(found, semantics.fields, agree, weight),
        untold=tuple(one for one in untold if depends and (found.has & BITS[one]).any()),
    )


def _mask(fields: tuple[Field, ...]) -> np.uint64:
    return np.uint64(sum(int(BITS[one]) for one in fields))


def _fulfilled(requirement: Requirement | None, agree: Masks) -> npt.NDArray[np.bool_]:
    """Ask for each set of agreeing fields, once, whether it is what the provider requires."""
    if requirement is None:
        return np.ones(len(agree), dtype=bool)
    sets, place = np.unique(agree, return_inverse=True)
    answers = [holds(requirement, {one for one, bit in BITS.items() if some & bit}) for some in sets]
    return np.array(answers, dtype=bool)[place]


def _anybody(found: Agreements, counts: npt.NDArray[np.bool_], weight: Floats) -> Floats:
    """Let the likeliest candidate that counts be the match of its row, whoever it is, and no other."""
    order = np.lexsort((-found.probability, ~counts, found.row))
    first = np.ones(len(order), dtype=bool)
    first[1:] = found.row[order][1:] != found.row[order][:-1]
    chosen = order[first]
    chosen = chosen[counts[chosen]]
    settled = np.zeros(len(found.has), dtype=bool)
    settled[found.row[chosen]] = True
    weight = np.where(settled[found.row], 0.0, weight)
    weight[chosen] = 1.0
    return weight


def _shares(
    found: Agreements, fields: tuple[Field, ...], agree: Masks, weight: Floats
) -> tuple[ColumnShare, ...]:
    total = float(weight.sum())
    shares = []
    for one in fields:
        if one not in BITS:
            continue
        # NOTE: a sum in another order may pass the total by a hair.
        agreeing = min(float(weight @ ((agree & BITS[one]) != 0)) / total, 1.0) if total else 0.0
        missing = float(((found.has & BITS[one]) == 0).mean()) if len(found.has) else 0.0
        shares.append(ColumnShare(one, agreeing if one in found.judged else None, missing))
    return tuple(shares)
