"""Matchbook: the answers of GET /audience and POST /create-preview-csv-export."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from matchprep.estimate.terms.basis import Basis

#: Cents a phone. Source: Matchbook audiences, POST /create-preview-csv-export, example response.
CENTS_A_PHONE = 6
_AGES = {
    "age_group_18_34": (18, 34),
    "age_group_35_54": (35, 54),
    "age_group_55+": (55, 150),
    "age_group_alt_18_24": (18, 24),
    "age_group_alt_65+": (65, 150),
}
_GENDERS = {"gender_f": "F", "gender_m": "M"}


def document(basis: Basis) -> dict[str, Any]:
    """State a forecast as Matchbook would."""
    unique = round(basis.unique)
    metadata = _metadata(basis, unique)
    shares = basis.columns.items()
    answer: dict[str, Any] = {
        "audience": {
            "status": "ACTIVE",
            "metadata": metadata,
            "canCreateLookalikeFrom": unique >= 1000,
            "uploadedAudienceCsvMatchMetadata": {
                "numMatches": round(basis.matched),
                "numUniqueMatches": unique,
                "columnMatchResults": [
                    {"column": name, "percentOfMatches": one.agree, "percentMissing": one.missing}
                    for name, one in shares
                    if one.agree is not None
                ],
            },
        }
    }
    if "num_phones" in metadata:
        phones = metadata["num_phones"]
        price = {
            "price_per_record": CENTS_A_PHONE,
            "count_total_available": phones,
            "count_already_paid": 0,
            "count_requiring_payment": phones,
        }
        answer["export"] = {
            "purchaseCostBreakdown": {"phone": price},
            "size": unique,
            "totalCost": phones * CENTS_A_PHONE,
        }
    return answer


def _metadata(basis: Basis, unique: int) -> dict[str, int]:
    """Count what the reference tells of the matched, scaled to all who are expected to match."""
    people, found = basis.people, {"size": unique}
    if not people.height:
        return found
    scale = unique / people.height
    if "gender" in people.columns:
        counts = {name: int((people["gender"] == one).sum()) for name, one in _GENDERS.items()}
        counts["gender_none"] = people.height - sum(counts.values())
        found |= {name: round(count * scale) for name, count in counts.items()}
    if "has_phone" in people.columns:
        found["num_phones"] = min(round(int(people["has_phone"].sum()) * scale), unique)
    if "birth_year" in people.columns:
        age = dt.datetime.now(dt.UTC).year - people["birth_year"].cast(pl.Int32)
        found |= {name: round(int(age.is_between(*ends).sum()) * scale) for name, ends in _AGES.items()}
    return found
