"""The calls of the Matchbook Audiences API, each as it is sent, and what its answers say.

Source: the Audiences page, Endpoints and Errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from matchprep.providers.call import Call, Kind


class Paths(BaseModel):
    """The paths of the calls behind the base URL; the stored page lost their separators."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    upload_csv: str = "/upload-csv"
    match_uploaded_csv: str = "/match-uploaded-csv"
    audience: str = "/audience"
    audiences: str = "/audiences"
    create_preview_csv_export: str = "/create-preview-csv-export"
    purchase_csv_export: str = "/purchase-csv-export"
    create_lookalike_audience: str = "/create-lookalike-audience"


def upload_csv(paths: Paths, *, customer: str, url: str) -> Call:
    """Let Matchbook fetch a CSV. Source: POST /upload-csv."""
    return _post(paths.upload_csv, {"customerId": customer, "url": url})


def match_uploaded_csv(
    paths: Paths, *, audience: str, customer: str, name: str, selections: Mapping[str, Any]
) -> Call:
    """Match a CSV that was read. Source: POST /match-uploaded-csv."""
    body = {"audienceId": audience, "customerId": customer, "audienceName": name}
    return _post(paths.match_uploaded_csv, {**body, "columnSelections": dict(selections)})


def get_audience(paths: Paths, *, audience: str, customer: str | None = None) -> Call:
    """Look one audience up. Source: GET /audience; the table's audienceId, not the example's id."""
    return _get(paths.audience, {"audienceId": audience, **_customer(customer)})


def list_audiences(paths: Paths, *, customer: str | None = None) -> Call:
    """List audiences. Source: GET /audiences."""
    return _get(paths.audiences, _customer(customer))


def create_preview_csv_export(
    paths: Paths, *, audience: str, customer: str | None = None, optional: Sequence[str] = ()
) -> Call:
    """Price an export. Source: POST /create-preview-csv-export."""
    fields = {"optionalFieldTypes": list(optional)} if optional else {}
    return _post(paths.create_preview_csv_export, {"audienceId": audience, **_customer(customer), **fields})


def purchase_csv_export(paths: Paths, *, export: str, customer: str | None = None) -> Call:
    """Buy a priced export; it is invoiced. Source: POST /purchase-csv-export."""
    return _post(paths.purchase_csv_export, {"exportId": export, **_customer(customer)})


def create_lookalike_audience(
    paths: Paths,
    *,
    base: str,
    customer: str,
    size: int,
    name: str,
    include_original: bool | None = None,
    filters: Mapping[str, Any] | None = None,
) -> Call:
    """Build people like those of a matched audience. Source: POST /create-lookalike-audience."""
    body: dict[str, Any] = {
        "baseAudienceId": base,
        "customerId": customer,
        "size": size,
        "audienceName": name,
    }
    if include_original is not None:
        body["includeOriginalAudience"] = include_original
    if filters is not None:
        body["filters"] = dict(filters)
    return _post(paths.create_lookalike_audience, body)


def denied(document: Any) -> str | None:
    """Say why an answer says no inside HTTP 200; null when it says yes."""
    if isinstance(document, Mapping) and "error" in document:
        return refused(document) or "Matchbook refused without a reason"
    return None


def refused(document: Any) -> str | None:
    """Read the reason out of an answer that says no. Source: Errors."""
    if not isinstance(document, Mapping) or "error" not in document:
        return None
    kind = document.get("errorType")
    return f"{document['error']}" + (f" ({kind})" if kind else "")


def _customer(customer: str | None) -> dict[str, str]:
    return {} if customer is None else {"customerId": customer}


def _get(path: str, params: Mapping[str, str]) -> Call:
    return Call(kind="look", method="GET", path=path, params=params)


def _post(path: str, body: Mapping[str, Any], kind: Kind = "act") -> Call:
    return Call(kind=kind, method="POST", path=path, json=dict(body))
