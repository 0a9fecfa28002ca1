"""Matchbook's server, and the storage beside it. Source: the Audiences page, Cookbook and Endpoints.

Exports are priced and bought in one call, as the endpoints say; for customers whose id begins with `polled`
they take a while, as the cookbook says. The page names one error type only; the others are invented.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from matchprep.errors import MatchprepError
from matchprep.sandbox import matchbook_storage as storage
from matchprep.sandbox.body import json_of
from matchprep.sandbox.door import Handler, behind
from matchprep.sandbox.matchbook_answers import (
    DOCUMENTED,
    PAID,
    Audience,
    Export,
    told,
    told_export,
)
from matchprep.sandbox.matchbook_people import columns_of, lookalike_people, matched_people
from matchprep.sandbox.matchbook_rules import fault_of_filters, fault_of_selections
from matchprep.sandbox.matching import match_file
from matchprep.sandbox.world import Plays, World

#: The account of the sandbox. Not secret: nothing is behind it.
ACCOUNT = {"token": "sandbox-token", "customer_id": "sandbox-customer"}
PLAYS = Plays(refusal={"error": "Scripted refusal.", "errorType": "scripted"})


@dataclass
class Tenant:
    """What the server remembers."""

    audiences: dict[str, Audience] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)
    #: How often each call that creates or costs took effect, by `METHOD /path`.
    done: Counter[str] = field(default_factory=Counter)
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    last_id: int = 0

    def next_id(self) -> str:
        """Give an id that nothing has yet."""
        self.last_id += 1
        return str(self.last_id)


def routes(world: World) -> list[Route]:
    """Make the server's routes.

    Args:
        world: The sandbox.

    Returns:
        The routes.
    """
    server = _Server(world)
    handlers = {
        ("/upload-csv", "POST"): server.upload_csv,
        ("/match-uploaded-csv", "POST"): server.match_uploaded_csv,
        ("/audience", "GET"): server.audience,
        ("/audiences", "GET"): server.audiences,
        ("/create-preview-csv-export", "POST"): server.create_preview_csv_export,
        ("/purchase-csv-export", "POST"): server.purchase_csv_export,
        ("/create-lookalike-audience", "POST"): server.create_lookalike_audience,
    }
    return behind(server.refusal, {place: _reading(handler) for place, handler in handlers.items()})


def storage_routes(world: World) -> list[Route]:
    """Make the routes of the storage that lists are published to and exports fetched from.

    Args:
        world: The sandbox.

    Returns:
        The routes.
    """

    async def export(request: Request) -> Response:
        tenant = world.remembered("matchbook", Tenant)
        name, query = request.path_params["export"], request.query_params
        if not storage.is_signed(tenant.key, name, query, world.now()):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        found = tenant.exports.get(name)
        if found is None:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404, media_type="application/xml")
        csv = await run_in_threadpool(columns_of, world, found)
        return Response(csv, media_type="text/csv")

    return [Route("/exports/{export}.csv", export), *storage.drop_routes(world)]


def _reading(handler: Callable[[Mapping[str, Any]], Awaitable[JSONResponse]]) -> Handler:
    """Give a handler the parameters, wherever the call has them."""

    @wraps(handler)
    async def call(request: Request) -> JSONResponse:
        return await handler(
            await json_of(request) if request.method == "POST" else dict(request.query_params)
        )

    return call


def _no(status: int, message: str, kind: str) -> JSONResponse:
    body = {"error": message, "errorType": kind}
    return JSONResponse(body if kind in DOCUMENTED else {**body, "invented": True}, status)


def _absent(what: str = "audience") -> JSONResponse:
    return _no(400, f"No {what} with the requested id exists.", f"{what}NotFound")


class _Server:
    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def tenant(self) -> Tenant:
        return self._world.remembered("matchbook", Tenant)

    def refusal(self, request: Request) -> JSONResponse | None:
        """Ask for the token."""
        if request.headers.get("authorization") == f"Bearer {ACCOUNT['token']}":
            return None
        return _no(401, "The API token is missing or not valid.", "unauthorized")

    async def upload_csv(self, body: Mapping[str, Any]) -> JSONResponse:
        customer, url = body.get("customerId"), body.get("url")
        if not _is_text(customer) or not _is_text(url):
            return _no(400, "customerId and url are required.", "missingParameter")
        tenant = self.tenant
        with self._world.lock:
            audience = Audience(tenant.next_id(), str(customer), self._world.now())
        file = self._world.folder / f"matchbook-{secrets.token_hex(4)}.csv"
        audience.fault = await run_in_threadpool(storage.fetch, str(url), file)
        audience.file = file
        tenant.audiences[audience.id] = audience
        tenant.done["POST /upload-csv"] += 1
        return self._told(audience)

    async def match_uploaded_csv(self, body: Mapping[str, Any]) -> JSONResponse:
        audience, name = self._find(body.get("audienceId"), body.get("customerId")), body.get("audienceName")
        if audience is None or not audience.customer:
            return _absent()
        if audience.upload_status(self._world.now()) != "READY_FOR_COLUMN_SELECTION":
            return _no(400, "The CSV is not ready for column selection.", "notReadyForColumnSelection")
        if not _is_text(name) or self._is_taken(str(name), audience.customer):
            return _no(400, "audienceName is required, and unique by customerId.", "audienceNameTaken")
        selections, file = body.get("columnSelections"), audience.file or Path()
        if fault := await run_in_threadpool(fault_of_selections, selections, file):
            return _no(400, fault, "invalidColumnSelections")
        audience.name, audience.selections = str(name), dict(selections or {})
        audience.matched_at = self._world.now()
        self.tenant.done["POST /match-uploaded-csv"] += 1
        required = tuple(
            name for name, one in audience.selections.items() if one["is_required"] and name != "id"
        )
        choices = tuple(f"{one['column_name']}={field}" for field, one in audience.selections.items())
        try:
            audience.matched = await run_in_threadpool(
                match_file, self._world, file, choices=choices, required=required
            )
        except MatchprepError:
            audience.fault = "The CSV could not be matched."
        else:
            audience.people = await run_in_threadpool(matched_people, audience.matched)
        return self._told(audience)

    async def audience(self, body: Mapping[str, Any]) -> JSONResponse:
        found = self._find(body.get("audienceId", body.get("id")), body.get("customerId"))
        return self._told(found) if found else _absent()

    async def audiences(self, body: Mapping[str, Any]) -> JSONResponse:
        customer = body.get("customerId")
        known = list(self.tenant.audiences.values())
        some = [one for one in known if customer is None or one.customer == customer]
        return JSONResponse([told(one, self._world, self._url) for one in some])

    async def create_preview_csv_export(self, body: Mapping[str, Any]) -> JSONResponse:
        audience = self._find(body.get("audienceId"), body.get("customerId"))
        if audience is None:
            return _absent()
        if audience.status(self._world.now()) != "ACTIVE":
            return _no(400, "The audience is not active.", "audienceNotActive")
        wanted = body.get("optionalFieldTypes") or []
        if not isinstance(wanted, list) or not all(isinstance(one, str) and one in PAID for one in wanted):
            return _no(400, f"optionalFieldTypes may be {', '.join(PAID)}.", "invalidOptionalFieldTypes")
        polled = audience.customer.startswith("polled")
        export = Export(self.tenant.next_id(), audience, tuple(wanted), self._world.now(), polled)
        audience.exports.append(export)
        self.tenant.exports[export.id] = export
        self.tenant.done["POST /create-preview-csv-export"] += 1
        return JSONResponse(told_export(export, self._world, self._url))

    async def purchase_csv_export(self, body: Mapping[str, Any]) -> JSONResponse:
        export = self.tenant.exports.get(str(body.get("exportId")))
        if export is None or export.audience.customer != body.get("customerId"):
            return _absent("export")
        if export.status(self._world.now()) == "IN_PROGRESS":
            return _no(400, "The export is not priced yet.", "exportInProgress")
        if export.bought_at is not None:
            return _no(400, "You've already made this purchase.", "purchasableEntityAlreadyPurchased")
        export.bought_at = self._world.now()
        export.audience.paid |= set(export.fields)
        self.tenant.done["POST /purchase-csv-export"] += 1
        return JSONResponse(told_export(export, self._world, self._url))

    async def create_lookalike_audience(self, body: Mapping[str, Any]) -> JSONResponse:
        customer, name = body.get("customerId"), body.get("audienceName")
        base = self._find(body.get("baseAudienceId"), customer)
        if base is None:
            return _absent()
        if refusal := self._refuse_lookalike(base, body):
            return refusal
        made = Audience(self.tenant.next_id(), str(customer), self._world.now(), name=str(name))
        made.base, made.filters, made.size = base, body.get("filters"), body["size"]
        made.include_original = body.get("includeOriginalAudience")
        made.matched_at = made.made
        made.people = await run_in_threadpool(lookalike_people, self._world, made)
        self.tenant.audiences[made.id] = made
        self.tenant.done["POST /create-lookalike-audience"] += 1
        return self._told(made)

    def _refuse_lookalike(self, base: Audience, body: Mapping[str, Any]) -> JSONResponse | None:
        name, size, original = body.get("audienceName"), body.get("size"), body.get("includeOriginalAudience")
        if not base.can_create_lookalike(self._world.now()):
            message = "A lookalike needs a match of at least 1,000 people from an uploaded CSV."
            return _no(400, message, "notEligibleForLookalike")
        if not _is_text(name) or self._is_taken(str(name), base.customer):
            return _no(400, "audienceName is required, and unique by customerId.", "audienceNameTaken")
        if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size < 1 << 31:
            return _no(400, "size must be an integer.", "invalidSize")
        if not isinstance(original, bool | None):
            return _no(400, "includeOriginalAudience must be a boolean.", "invalidParameter")
        fault = fault_of_filters(body.get("filters"))
        return _no(400, fault, "invalidFilters") if fault else None

    def _find(self, audience: Any, customer: Any) -> Audience | None:
        """Find an audience of a customer; another customer's does not exist."""
        found = self.tenant.audiences.get(str(audience))
        return found if found is not None and found.customer == customer else None

    def _is_taken(self, name: str, customer: str) -> bool:
        known = self.tenant.audiences.values()
        return any((one.name, one.customer) == (name, customer) for one in known)

    def _told(self, audience: Audience) -> JSONResponse:
        return JSONResponse(told(audience, self._world, self._url))

    def _url(self, export: Export) -> str:
        base = self._world.urls["matchbook-storage"]
        return f"{base}/exports/{export.id}.csv?{storage.sign(self.tenant.key, export.id, self._world.now())}"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
