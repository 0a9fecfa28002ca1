"""The calls of the IQM API, each as it is sent, and what its answers say.

Sources: the quickstart guide (Steps 1 to 4, Best Practices) and the OpenAPI description.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matchprep.providers.call import Answer, Call
from matchprep.providers.pace import Rate
from matchprep.providers.provider import Submission

if TYPE_CHECKING:
    from matchprep.providers.iqm import IqmSettings

#: Source: guide, Best Practices: 20 requests per minute.
_RATES = {"requests": Rate(20, 60.0)}
_FORM = ("columns", "columnSettings", "metadata", "audienceName", "isSingleColumnEnabled", "fileTotalCount")


def log_in(settings: IqmSettings) -> Call:
    """Log in. Source: guide, Step 1."""
    body = {
        "grantType": "password",
        "email": settings.email.get_secret_value(),
        "password": settings.password.get_secret_value(),
    }
    return _session(settings, "/api/v3/ua/login", body)


def refresh(settings: IqmSettings, refresh_token: str) -> Call:
    """Renew the token. Source: guide, Best Practices; the authentication guide for its path."""
    body = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _session(settings, "/api/v3/ua/oauth/token", body)


def column_list() -> Call:
    """List the columns. Source: guide, Step 2."""
    return _look("/api/v3/audience/static/matched/column-list", method="POST")


def column_list_by_get() -> Call:
    """List the columns. Source: OpenAPI, column-list: the guide's path, another method."""
    return _look("/api/v3/audience/static/matched/column-list")


def fields() -> Call:
    """List the columns. Source: OpenAPI, matched/fields: what the guide shows for Step 2."""
    return _look("/api/v2/audience/matched/fields")


def data_partner() -> Call:
    """List data partners. Source: guide, Step 3, VoterId."""
    return _look("/api/v3/audience/static/matched/data-partner")


def data_format() -> Call:
    """List data formats. Source: guide, Step 3, Phone."""
    return _look("/api/v3/audience/static/matched/data-format")


def add(submission: Submission) -> Call:
    """Upload a file and create its audience. Source: guide, Step 3."""
    document = {**submission.document, "audienceName": submission.name}
    return Call(
        kind="act",
        method="POST",
        path="/api/v2/audience/matched/add",
        data={name: _form(document[name]) for name in _FORM if name in document},
        files={"file": (submission.file.name, submission.file, "text/csv")},
        rates=_RATES,
    )


def details(audience: str) -> Call:
    """Look an audience up. Source: guide, Step 4."""
    return _look(f"/api/v2/audience/matched/{audience}")


def audience_list(name: str) -> Call:
    """Search audiences by name. Source: OpenAPI, audience/list."""
    return _look("/api/v2/audience/list", params={"searchField": name})


def delete(audience: str) -> Call:
    """Delete an audience. Source: OpenAPI, audience/delete."""
    body = {"audienceIds": audience}
    return Call(kind="act", method="PUT", path="/api/v2/audience/delete", json=body, rates=_RATES)


def _look(path: str, *, method: str = "GET", params: Mapping[str, str] | None = None) -> Call:
    return Call(kind="look", method=method, path=path, params=params or {}, rates=_RATES)


def _session(settings: IqmSettings, path: str, body: Mapping[str, str]) -> Call:
    pair = f"{settings.client_id.get_secret_value()}:{settings.client_secret.get_secret_value()}"
    basic = "Basic " + base64.b64encode(pair.encode()).decode()
    headers = {"Authorization": basic, "X-IAA-HOST": settings.workspace}
    secrets = frozenset(body) - {"grantType", "grant_type"}
    return Call(
        kind="look", method="POST", path=path, json=body, headers=headers, rates=_RATES, secrets=secrets
    )


def _form(value: Any) -> str:
    """Write a form's field: JSON in text, but for names and numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        if isinstance(value, dict)
        else str(value)
    )


def listed(answer: Answer) -> list[Mapping[str, Any]]:
    """Give the list in an answer, whichever dialect it is in.

    Args:
        answer: What came back.

    Returns:
        Its entries.
    """
    document = answer.document
    found = document.get("data", document.get("responseObject", []))
    if isinstance(found, dict):
        found = next((one for one in found.values() if isinstance(one, list)), [])
    return list(found)


def denied(document: Mapping[str, Any]) -> str | None:
    """Say why an answer says no inside HTTP 200; null when it says yes."""
    if document.get("success") is False or int(document.get("statusCode", 200)) >= 400:
        return refused(document) or "IQM refused without a reason"
    return None


def refused(document: Any) -> str | None:
    """Read the reason in both dialects. Source: guide, response samples 400, 403, 500."""
    if not isinstance(document, dict):
        return None
    told = document.get("responseObject")
    if isinstance(told, dict) and "errorMsg" in told:
        return str(told["errorMsg"])
    reasons = [
        ": ".join(str(one[name]) for name in ("error", "reason") if one.get(name))
        for one in document.get("errorObjects") or []
    ]
    return "; ".join(reasons) or None
