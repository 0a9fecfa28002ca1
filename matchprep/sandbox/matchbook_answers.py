"""What Matchbook's server keeps of audiences and exports, and how it tells them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matchprep.sandbox.matchbook_people import column_results, count_people, count_phones
from matchprep.sandbox.matchbook_rules import FILTER_NAMES
from matchprep.sandbox.matching import Matched
from matchprep.sandbox.world import World

#: Seconds that reading, matching and exporting take.
READ_AFTER_S, MATCHED_AFTER_S, EXPORTED_AFTER_S = 10.0, 30.0, 15.0
#: People that a match must have before a lookalike is built from it.
LEAST_MATCHED = 1000
#: Paid fields -> cents a record. Source: POST /create-preview-csv-export; but for phones invented.
PAID = {
    "phone": 6, "address": 2, "vote_history": 2, "issue_scores": 2, "media_scores": 2, "support_scores": 2,
    "turnout_scores": 2, "lookalike_scores": 2,
}  # fmt: skip
#: Error types that the page names.
DOCUMENTED = frozenset({"purchasableEntityAlreadyPurchased"})


@dataclass
class Audience:
    """An audience: an upload, a match of it, or a lookalike."""

    id: str
    customer: str
    made: float
    name: str | None = None
    file: Path | None = None
    fault: str | None = None
    selections: Mapping[str, Any] = field(default_factory=dict)
    matched: Matched | None = None
    matched_at: float | None = None
    #: Ids of the voters in it.
    people: tuple[str, ...] = ()
    exports: list[Export] = field(default_factory=list)
    paid: set[str] = field(default_factory=set)
    base: Audience | None = None
    filters: Mapping[str, Any] | None = None
    size: int | None = None
    include_original: bool | None = None

    def status(self, now: float) -> str:
        """Tell whether it is built."""
        built = self.matched_at is not None and now >= self.matched_at + MATCHED_AFTER_S
        return "ACTIVE" if built and self.fault is None else "PENDING"

    def upload_status(self, now: float) -> str:
        """Tell how far its CSV is."""
        if self.matched_at is not None:
            return "ACTIVE"
        read = now >= self.made + READ_AFTER_S and self.fault is None
        return "READY_FOR_COLUMN_SELECTION" if read else "READY_FOR_PARSING"

    def can_create_lookalike(self, now: float) -> bool:
        """Tell whether people like these can be found."""
        return (
            self.matched is not None
            and self.status(now) == "ACTIVE"
            and self.matched.matched >= LEAST_MATCHED
        )


@dataclass
class Export:
    """An export of an audience."""

    id: str
    audience: Audience
    fields: tuple[str, ...]
    made: float
    polled: bool
    bought_at: float | None = None

    def status(self, now: float) -> str:
        """Tell how far it is."""
        wait = EXPORTED_AFTER_S if self.polled else 0.0
        if self.bought_at is not None:
            return "ACTIVE" if now >= self.bought_at + wait else "IN_PROGRESS"
        return "REQUIRES_PAYMENT" if now >= self.made + wait else "IN_PROGRESS"


def told(audience: Audience, world: World, url: Callable[[Export], str]) -> dict[str, Any]:
    """Tell an audience. Source: GET /audience, example response.

    Args:
        audience: The audience.
        world: The sandbox.
        url: Signs the address of an export.

    Returns:
        The document.
    """
    now = world.now()
    active, upload = audience.status(now) == "ACTIVE", audience.base is None
    matched = audience.matched if active else None
    read = now >= audience.made + READ_AFTER_S
    return {
        "id": audience.id,
        "createdAt": _time(audience.made),
        "customerId": audience.customer,
        "name": audience.name,
        "status": audience.status(now),
        "metadata": count_people(world, audience.people) if active and upload else None,
        "isArchived": False,
        "canCreateLookalikeFrom": audience.can_create_lookalike(now),
        "errorInfoUserFacing": audience.fault if read else None,
        "numLookalikesRequested": audience.size,
        "lookalikeIncludeOriginalAudience": audience.include_original,
        "isFilteredFromLookalike": False,
        "audienceLookalikeCreatedFrom": None if audience.base is None else {"id": audience.base.id},
        "csvExports": [_export(one, world, url) for one in audience.exports],
        "filters": _filters(audience),
        "uploadedAudienceCsv": {
            "id": audience.id,
            "createdAt": _time(audience.made),
            "status": audience.upload_status(now),
        }
        if upload
        else None,
        "uploadedAudienceCsvMatchMetadata": {
            "numMatches": matched.matched,
            "numUniqueMatches": matched.unique,
            "columnMatchResults": column_results(matched, audience.selections),
        }
        if matched
        else None,
    }


def told_export(export: Export, world: World, url: Callable[[Export], str]) -> dict[str, Any]:
    """Tell an export, with its audience. Source: POST /purchase-csv-export, example response.

    Args:
        export: The export.
        world: The sandbox.
        url: Signs its address.

    Returns:
        The document; a preview that is priced at once has no status, as in the example.
    """
    audience = export.audience
    beside = {
        "id": audience.id,
        "customerId": audience.customer,
        "metadata": count_people(world, audience.people),
    }
    document = {**_export(export, world, url), "size": len(audience.people), "audience": beside}
    if export.bought_at is not None or export.polled:
        return document
    return {name: document[name] for name in ("id", "purchaseCostBreakdown", "size", "totalCost", "audience")}


def _export(export: Export, world: World, url: Callable[[Export], str]) -> dict[str, Any]:
    status = export.status(world.now())
    priced = export.bought_at is not None or status != "IN_PROGRESS"
    breakdown = {name: _cost(export, name, world) for name in export.fields}
    total = sum(PAID[name] * one["count_requiring_payment"] for name, one in breakdown.items())
    return {
        "id": export.id,
        "createdAt": _time(export.made),
        "downloadUrl": url(export) if status == "ACTIVE" else None,
        "purchaseCostBreakdown": breakdown if priced else None,
        "status": status,
        "totalCost": total if priced else None,
    }


def _cost(export: Export, name: str, world: World) -> dict[str, Any]:
    people = export.audience.people
    there = count_phones(world, people) if name == "phone" else len(people)
    paid = there if export.bought_at is None and name in export.audience.paid else 0
    cost = {
        "price_per_record": PAID[name],
        "count_total_available": there,
        "count_already_paid": paid,
        "count_requiring_payment": there - paid,
    }
    return cost if name == "phone" else {**cost, "invented": True}


def _filters(audience: Audience) -> dict[str, Any] | None:
    if audience.filters is None:
        return None
    known = {name: audience.filters.get(name) for name in FILTER_NAMES}
    return {"id": f"1{audience.id}", "createdAt": _time(audience.made), **known}


def _time(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="microseconds")
