"""What Matchbook can be asked: the audiences of a customer, one of them, its exports.

Source: the Audiences page, GET /audience and GET /audiences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matchprep.providers.lookup import Entry, LookUp, chosen

if TYPE_CHECKING:
    from matchprep.providers.matchbook import Client

_TOLD = ("id", "name", "status", "createdAt", "canCreateLookalikeFrom", "isArchived", "errorInfoUserFacing")
_MATCH = ("numMatches", "numUniqueMatches")
#: NOTE: `downloadUrl` is signed, and leads to people: it is not shown.
_EXPORT = ("id", "status", "createdAt", "totalCost", "purchaseCostBreakdown")


def _told(audience: Mapping[str, Any]) -> dict[str, Any]:
    match = audience.get("uploadedAudienceCsvMatchMetadata") or {}
    size = (audience.get("metadata") or {}).get("size")
    return chosen({**audience, **chosen(match, _MATCH), "size": size}, (*_TOLD, *_MATCH, "size"))


def _audiences(client: Client, _term: str | None) -> list[Entry]:
    return [_told(one) for one in client.audiences(client.customer)]


def _audience(client: Client, term: str | None) -> list[Entry]:
    found = client.audience(str(term), client.customer)
    agree = (found.get("uploadedAudienceCsvMatchMetadata") or {}).get("columnMatchResults") or []
    columns = {str(one.get("column")): one.get("percentOfMatches") for one in agree}
    return [{**_told(found), **({"columnMatchResults": columns} if columns else {})}]


def _exports(client: Client, term: str | None) -> list[Entry]:
    exports = client.audience(str(term), client.customer).get("csvExports") or []
    return [chosen(one, _EXPORT) for one in exports]


LOOK_UPS: Mapping[str, LookUp] = {
    "audiences": LookUp("the customer's audiences", _audiences),
    "audience": LookUp("how one audience stands, and what matched", _audience, "id"),
    "exports": LookUp("the exports of one audience, and what they cost, in cents", _exports, "id"),
}
