"""The calls of the DigitalAudience API, each as it is sent, and what its answers say.

Sources: the Audience API; the page on creating a CRM audience for login and campaign.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matchprep.providers.call import Answer, Call
from matchprep.providers.jobs import Facts

if TYPE_CHECKING:
    from matchprep.providers.digitalaudience import DigitalaudienceSettings

_NO_DATA = "nodata"


def log_in(settings: DigitalaudienceSettings) -> Call:
    """Log in. Source: create a CRM audience, login."""
    body = {
        "userName": settings.user_name.get_secret_value(),
        "password": settings.password.get_secret_value(),
    }
    return Call(kind="look", method="POST", path="/account/login", json=body, secrets=frozenset(body))


def create_campaign(name: str, path: str) -> Call:
    """Create a campaign. Source: create a CRM audience, campaign."""
    return Call(kind="act", method="POST", path=path, json={"name": name})


def create_audience(body: Mapping[str, Any], path: str) -> Call:
    """Create an audience. Source: POST /audience/createcrmaudience."""
    return Call(kind="act", method="POST", path=path, json=_given(body))


def update(body: Mapping[str, Any]) -> Call:
    """Rename an audience; to say the same twice changes nothing. Source: POST /audience/update."""
    return Call(kind="look", method="POST", path="/audience/update", json=_given(body))


def activate(body: Mapping[str, Any]) -> Call:
    """Activate an audience. Source: POST /audience/activate."""
    return Call(kind="act", method="POST", path="/audience/activate", json=dict(body))


def load(audience: str) -> Call:
    """Load an audience. Source: GET /audience/loadAudienceById."""
    # NOTE: the body is empty; the document's own request names its type all the same.
    headers = {"Content-Type": "application/json"}
    return Call(kind="look", method="GET", path=f"/audience/loadaudiencebyid/{audience}", headers=headers)


def delete(audience: str) -> Call:
    """Delete an audience. Source: DELETE /audience/delete; the shape of the request is inferred."""
    return Call(kind="act", method="DELETE", path="/audience/delete", params={"audienceId": audience})


def platform_accounts(path: str) -> Call:
    """List the platform accounts. Source: Organization API, loadPlatformAccounts."""
    return Call(kind="look", method="GET", path=path)


def history(audience: Mapping[str, Any]) -> Facts:
    """Read the counts of the latest upload. Source: GET /audience/loadAudienceById, crmData.

    Args:
        audience: As it was loaded.

    Returns:
        Size, and values and match rates by kind; no value of a person.
    """
    crm = audience["crmData"]
    events = (crm.get("history") or {}).get("history") or {}
    latest = events[max(events)] if events else {}
    counts = {name: latest.get(name) for name in ("totalRows", "dataSet", "matchRates")}
    return {"status": crm.get("insightsState"), "size": crm.get("size"), **counts}


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def has_data(audience: Mapping[str, Any]) -> bool:
    """Say whether a file has arrived. Source: Fields, audienceState.

    Args:
        audience: As it was loaded.

    Returns:
        Whether it has.
    """
    return bool(audience.get("crmData")) or str(audience.get("audienceState")).casefold() != _NO_DATA


def id_in(answer: Answer) -> int:
    """Read the id of what was created.

    Args:
        answer: What came back.

    Returns:
        The id.
    """
    data = answer.document["data"]
    return int(data["id"] if isinstance(data, Mapping) else data)


def denied(document: Mapping[str, Any]) -> str | None:
    """Say why one of the three signs says no: HTTP, `success`, and `statusCode`; null when all say yes."""
    code = (document.get("status") or {}).get("statusCode")
    if document.get("success") is True and code == 0:
        return None
    return refused(document) or f"DigitalAudience refused without a reason (code {code})"


def refused(document: Any) -> str | None:
    """Read the reason. Source: status.message."""
    status = document.get("status") if isinstance(document, dict) else None
    said = status.get("message") if isinstance(status, dict) else None
    return str(said)[:300] if said else None
