"""DigitalAudience's server. Source: the Audience API.

The document names no call that uploads a file; the door `/invented/upload/{audience}` is this sandbox's own.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from matchprep.errors import MatchprepError
from matchprep.sandbox.body import json_of, keep
from matchprep.sandbox.digitalaudience_people import Counted, count_values
from matchprep.sandbox.door import Handler, behind
from matchprep.sandbox.world import Plays, World

#: The account of the sandbox. Not secret: nothing is behind it.
ACCOUNT = {
    "user_name": "sandbox@example.com",
    "password": "sandbox-password",
    "upload_url": "/invented/upload/{audience}",
}
_COOKIE, _LOGIN = "digitalAudience", "/account/login"
#: Seconds that a session lasts. Invented: the document does not say.
SESSION_S = 1200.0
#: Seconds after the upload that the insights are there.
READY_AFTER_S = 300.0
_ACCOUNTS = ({"id": 71, "name": "Sandbox platform account"},)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")


@dataclass
class Audience:
    """An audience as the server keeps it."""

    id: int
    name: str
    description: str | None
    campaign: int
    made: float
    changed: float
    active: bool = False
    events: list[tuple[float, Counted]] = field(default_factory=list)


@dataclass
class Organisation:
    """What the server remembers."""

    sessions: dict[str, float] = field(default_factory=dict)
    campaigns: dict[int, str] = field(default_factory=dict)
    audiences: dict[int, Audience] = field(default_factory=dict)
    #: How often each call that creates took effect, by `METHOD /path`; and the id of the last one.
    done: Counter[str] = field(default_factory=Counter)
    made: dict[str, int] = field(default_factory=dict)
    next_id: int = 69249

    def count(self, call: str) -> int:
        """Count what was created, and give it an id."""
        self.next_id += 1
        self.done[call] += 1
        self.made[call] = self.next_id
        return self.next_id


def _end_sessions(world: World) -> None:
    """Let every session end at once."""
    world.remembered("digitalaudience", Organisation).sessions.clear()


PLAYS = Plays(
    refusal={"data": None, "success": False, "status": {"statusCode": 1, "message": "Scripted refusal."}},
    acts={"expire token": _end_sessions},
)


def routes(world: World) -> list[Route]:
    """Make the server's routes.

    Args:
        world: The sandbox.

    Returns:
        The routes; the document writes paths in any case, and some in two ways.
    """
    server = _Server(world)
    handlers = {
        (_LOGIN, "POST"): server.log_in,
        ("/campaign/createcampaign", "POST"): server.create_campaign,
        ("/campaign/create", "POST"): server.create_campaign,
        ("/audience/createcrmaudience", "POST"): server.create,
        ("/audience/create/api/audience/createcrmaudience", "POST"): server.create,
        ("/audience/update", "POST"): server.update,
        ("/audience/activate", "POST"): server.activate,
        ("/audience/loadaudiencebyid/{audienceId:id}", "GET"): server.load,
        ("/audience/delete", "DELETE"): server.delete,
        ("/organisation/loadplatformaccounts", "GET"): server.platform_accounts,
        ("/organistion/loadplatformaccounts", "GET"): server.platform_accounts,
    }
    upload = Route("/invented/upload/{audience:id}", server.upload, methods=["PUT"])
    rest = {place: server.reading(handler) for place, handler in handlers.items()}
    return [upload, *behind(server.refusal, rest, kind=_AnyCase)]


class _AnyCase(Route):
    """A route whose path may be written in any case."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.path_regex = re.compile(self.path_regex.pattern, re.IGNORECASE)


def _yes(data: Any) -> JSONResponse:
    return JSONResponse({"data": data, "status": {"statusCode": 0, "message": None}, "success": True})


def _no(message: str, *, status: int = 200) -> JSONResponse:
    """Say no as the document's envelope does: inside HTTP 200."""
    told = {"statusCode": 1, "message": message}
    return JSONResponse({"data": None, "status": told, "success": False}, status)


class _Server:
    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def organisation(self) -> Organisation:
        return self._world.remembered("digitalaudience", Organisation)

    def refusal(self, request: Request) -> JSONResponse | None:
        """Ask for the session, but at the login."""
        known = self.organisation.sessions.get(request.cookies.get(_COOKIE, ""), 0.0) > self._world.now()
        if known or request.url.path.casefold() == _LOGIN:
            return None
        return _no("Not logged in.", status=401)

    def reading(self, handler: Callable[[Mapping[str, Any]], JSONResponse]) -> Handler:
        """Give a handler the parameters, wherever the call has them."""

        @wraps(handler)
        async def call(request: Request) -> JSONResponse:
            told = {**request.query_params, **await json_of(request), **request.path_params}
            with self._world.lock:
                return handler(told)

        return call

    async def upload(self, request: Request) -> JSONResponse:
        """Take a file. Invented: the document knows no such call."""
        audience = self.organisation.audiences.get(request.path_params["audience"])
        if audience is None:
            return JSONResponse({"invented": True, "error": "There is no such audience."}, 404)
        kept = self._world.folder / f"digitalaudience-{audience.id}-{len(audience.events)}.csv"
        counted = None
        if await keep(request, kept):
            with suppress(MatchprepError):
                counted = await run_in_threadpool(count_values, self._world, kept)
        if counted is None:
            return JSONResponse({"invented": True, "error": "The file cannot be read."}, 400)
        audience.events.append((self._world.now(), counted))
        self.organisation.done["PUT /invented/upload"] += 1
        return JSONResponse({"invented": True, "rows": counted.rows})

    def log_in(self, body: Mapping[str, Any]) -> JSONResponse:
        if (body.get("userName"), body.get("password")) != (ACCOUNT["user_name"], ACCOUNT["password"]):
            return _no("The user name or the password is wrong.")
        session = secrets.token_hex(16)
        self.organisation.sessions[session] = self._world.now() + SESSION_S
        answer = _yes(data=True)
        answer.set_cookie(_COOKIE, session, httponly=True)
        return answer

    def create_campaign(self, body: Mapping[str, Any]) -> JSONResponse:
        if not _is_text(body.get("name")):
            return _no("name is required.")
        campaign = self.organisation.count("POST /campaign/createcampaign")
        self.organisation.campaigns[campaign] = body["name"]
        return _yes({"id": campaign, "name": body["name"]})

    def create(self, body: Mapping[str, Any]) -> JSONResponse:
        campaign = _number(body.get("campaignId"))
        if not _is_text(body.get("name")):
            return _no("name is required.")
        if campaign not in self.organisation.campaigns:
            return _no("campaignId: there is no such campaign.")
        made, now = self.organisation.count("POST /audience/createcrmaudience"), self._world.now()
        audience = Audience(made, body["name"], body.get("description"), campaign, now, now)
        self.organisation.audiences[made] = audience
        return _yes(self._told(audience))

    def update(self, body: Mapping[str, Any]) -> JSONResponse:
        audience = self.organisation.audiences.get(_number(body.get("id")))
        if audience is None or not _is_text(body.get("name")):
            return _no("id and name are required, and the audience must exist.")
        audience.name, audience.changed = body["name"], self._world.now()
        audience.description = body.get("description", audience.description)
        return _yes(self._told(audience))

    def activate(self, body: Mapping[str, Any]) -> JSONResponse:
        names = ("audienceId", "accountId", "name", "description", "startDate", "endDate")
        if missing := [name for name in names if body.get(name) in (None, "")]:
            return _no(f"Required: {', '.join(missing)}.")
        audience = self.organisation.audiences.get(_number(body["audienceId"]))
        if audience is None or _number(body["accountId"]) not in {one["id"] for one in _ACCOUNTS}:
            return _no("audienceId and accountId must reference valid existing entities.")
        if not all(_MOMENT.fullmatch(str(body[name])) for name in ("startDate", "endDate")):
            return _no("startDate and endDate must be in ISO 8601 format.")
        audience.active = True
        segment = self.organisation.count("POST /audience/activate")
        return _yes({"flowId": str(uuid.uuid4()), "segmentId": segment})

    def load(self, body: Mapping[str, Any]) -> JSONResponse:
        audience = self.organisation.audiences.get(_number(body.get("audienceId")))
        return _yes(self._told(audience)) if audience else _no("There is no such audience.")

    def delete(self, body: Mapping[str, Any]) -> JSONResponse:
        gone = self.organisation.audiences.pop(_number(body.get("audienceId")), None)
        return _yes(data=True) if gone else _no("There is no such audience.")

    def platform_accounts(self, _body: Mapping[str, Any]) -> JSONResponse:
        return _yes(list(_ACCOUNTS))

    def _told(self, audience: Audience) -> dict[str, Any]:
        ready = bool(audience.events) and self._world.now() >= audience.events[-1][0] + READY_AFTER_S
        state = ("READY", 0) if ready else ("PROCESSING", 1) if audience.events else ("NODATA", 5)
        active = ("Active", 1) if audience.active else ("New", 0)
        told = {
            "userId": 123,
            "id": audience.id,
            "name": audience.name,
            "description": audience.description,
            "campaignId": audience.campaign,
            "campaignName": self.organisation.campaigns[audience.campaign],
            "created": _time(audience.made),
            "updated": _time(audience.changed),
            "dataUpdated": _time(audience.events[-1][0]) if audience.events else None,
            "activationStatus": active[0],
            "activationStatusId": active[1],
            "audienceState": state[0],
            "audienceStateId": state[1],
            "type": "ONBOARDING",
            "typeId": 0,
            "canCreateLookalike": ready,
            "hasSegments": audience.active,
            "crmData": _crm(audience, ready=ready),
        }
        empty = ("startDate", "endDate", "lifetimeStatus", "lifetimeStatusId", "tagCollection")
        source = ("sourceAudienceId", "sourceAudienceTypeId")
        # NOTE: the state of an audience that is matched is not in the document.
        return {**told, **dict.fromkeys((*empty, *source)), **({"invented": True} if ready else {})}


def _crm(audience: Audience, *, ready: bool) -> dict[str, Any] | None:
    if not audience.events:
        return None
    events = {
        _time(at): {
            "audienceId": audience.id,
            "mode": "opt-in",
            "totalRows": counted.rows,
            "created": _time(at),
            "dataSet": counted.values,
            "matchRates": counted.rates,
        }
        for at, counted in audience.events
        if ready
    }
    return {
        "insightsState": "READY" if ready else "PENDING",
        "insightsStateId": int(ready),
        "size": audience.events[-1][1].rows,
        "history": {"totalEvents": len(events), "history": events},
    }


def _number(value: Any) -> int:
    """Read an id, which the document writes with and without quotes; -1 where it is none."""
    return int(value) if re.fullmatch(r"[0-9]{1,18}", str(value)) else -1


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _time(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat().replace("+00:00", "Z")
