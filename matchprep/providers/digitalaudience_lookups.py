"""What DigitalAudience can be asked: where audiences can be activated; an audience, insights and history.

Sources: the Audience API, GET /audience/loadAudienceById; the Organization API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from matchprep.providers.lookup import Entry, LookUp, chosen

if TYPE_CHECKING:
    from matchprep.providers.digitalaudience import Client

_TOLD = (
    "id", "name", "description", "campaignId", "campaignName", "audienceState", "activationStatus",
    "lifetimeStatus", "type", "canCreateLookalike", "hasSegments", "sourceAudienceId", "startDate", "endDate",
    "created", "updated", "dataUpdated",
)  # fmt: skip
_COUNTS = ("TOTAL", "UNIQUE", "MATCH", "UMATCH", "NOMATCH")


def _audience(client: Client, term: str | None) -> list[Entry]:
    return [chosen(client.load(int(term or 0)), _TOLD)]


def _insights(client: Client, term: str | None) -> list[Entry]:
    crm = client.load(int(term or 0)).get("crmData") or {}
    events = (crm.get("history") or {}).get("totalEvents")
    return [chosen({**crm, "totalEvents": events}, ("insightsState", "size", "totalEvents"))]


def _history(client: Client, term: str | None) -> Iterator[Entry]:
    """Give each upload and each kind of value in it."""
    crm = client.load(int(term or 0)).get("crmData") or {}
    for date, event in sorted(((crm.get("history") or {}).get("history") or {}).items()):
        rates = event.get("matchRates") or {}
        for kind, counts in (event.get("dataSet") or {}).items():
            rate = {} if kind not in rates else {"matchRate": rates[kind]}
            yield {"date": date, "mode": event.get("mode"), "rows": event.get("totalRows"), "kind": kind,
                   **chosen(counts, _COUNTS), **rate}  # fmt: skip


LOOK_UPS: Mapping[str, LookUp] = {
    "accounts": LookUp(
        "where an audience can be activated", lambda client, _term: client.platform_accounts()
    ),
    "audience": LookUp("how one audience stands", _audience, "number"),
    "insights": LookUp("whether an audience's insights are there, and its size", _insights, "number"),
    "history": LookUp("what was uploaded to an audience, when, and what matched", _history, "number"),
}
