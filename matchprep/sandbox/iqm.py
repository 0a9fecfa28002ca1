"""IQM's server. Sources: the quickstart guide, Steps 1 to 4, and the OpenAPI description."""

from __future__ import annotations

import base64
import re
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from matchprep.errors import MatchprepError
from matchprep.sandbox.body import form_of, json_of
from matchprep.sandbox.door import Handler, behind
from matchprep.sandbox.iqm_rules import COLUMNS, COMBINATIONS, SINGLE, choices_of, faults_of
from matchprep.sandbox.matching import Matched, match_file
from matchprep.sandbox.world import Plays, World

#: The account of the sandbox. Not secret: nothing is behind it.
ACCOUNT = {
    "client_id": "sandbox-client",
    "client_secret": "sandbox-secret",
    "email": "sandbox@example.com",
    "password": "sandbox-password",
    "workspace": "sandbox.example.com",
}
OW_ID = 200001
EXPIRES_IN_S = 35_999
PER_MINUTE = 20
#: Seconds after the upload that an audience is matched, and approved.
MATCHED_AFTER_S, APPROVED_AFTER_S = 60.0, 120.0

#: Calls of a session's own, which need no token.
_SESSIONS = "/api/v3/ua/"
_PARTNERS = ("Voters_StateVoterID", "LalVoterID", "i360_id", "voterbase_id", "aristotle_id", "Other")
_FORMATS = ("Raw", "MD5", "SHA1", "SHA256", "SHA512", "Other")


@dataclass
class Audience:
    """An audience as the server keeps it."""

    id: int
    name: str
    made: float
    matched: Matched | None
    metadata: str
    columns: str


@dataclass
class Tenant:
    """What the server remembers."""

    tokens: dict[str, float] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=set)
    audiences: dict[int, Audience] = field(default_factory=dict)
    seen: list[float] = field(default_factory=list)
    #: How often each call that creates or costs took effect, by `METHOD /path`.
    done: Counter[str] = field(default_factory=Counter)
    next_id: int = 15332


def _expire_tokens(world: World) -> None:
    """Let every token end at once that is good now; the refresh tokens stay."""
    tokens = world.remembered("iqm", Tenant).tokens
    tokens.update(dict.fromkeys(tokens, world.now()))


PLAYS = Plays(
    refusal={"success": False, "errorObjects": [{"error": "Scripted refusal."}]},
    acts={"expire token": _expire_tokens},
)


def routes(world: World) -> list[Route]:
    """Make the server's routes.

    Args:
        world: The sandbox.

    Returns:
        The routes.
    """
    server = _Server(world)
    paths: dict[tuple[str, str], Handler] = {
        ("/api/v3/ua/login", "POST"): server.login,
        ("/api/v3/ua/oauth/token", "POST"): server.token,
        ("/api/v3/audience/static/matched/column-list", "POST"): server.column_list,
        ("/api/v3/audience/static/matched/column-list", "GET"): server.column_list_new,
        ("/api/v2/audience/matched/fields", "GET"): server.column_list,
        ("/api/v3/audience/static/matched/data-partner", "GET"): server.data_partner,
        ("/api/v3/audience/static/matched/data-format", "GET"): server.data_format,
        ("/api/v2/audience/matched/add", "POST"): server.add,
        ("/api/v2/audience/matched/{audience:id}", "GET"): server.details,
        ("/api/v2/audience/list", "GET"): server.list,
        ("/api/v2/audience/delete", "PUT"): server.delete,
    }
    return behind(server.refusal, paths)


def _no(status: int, message: str, *, dialect: int = 2) -> JSONResponse:
    if dialect == 3:
        return JSONResponse({"success": False, "errorObjects": [{"error": message}]}, status)
    return JSONResponse(
        {"statusCode": status, "responseObject": {"errorMsg": message, "errorCode": status}}, status
    )


def _yes(body: Any) -> JSONResponse:
    return JSONResponse({"statusCode": 200, "responseObject": body})


class _Server:
    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def tenant(self) -> Tenant:
        return self._world.remembered("iqm", Tenant)

    def refusal(self, request: Request) -> JSONResponse | None:
        """Keep the pace for every call, and ask for the token but at the login."""
        tenant, now = self.tenant, self._world.now()
        with self._world.lock:
            tenant.seen[:] = [at for at in tenant.seen if at > now - 60.0]
            if len(tenant.seen) >= PER_MINUTE:
                answer = _no(429, "Too many requests")
                answer.headers["Retry-After"] = str(max(round(tenant.seen[0] + 60.0 - now), 1))
                return answer
            tenant.seen.append(now)
        if request.url.path.startswith(_SESSIONS):
            return None
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if tenant.tokens.get(token, 0.0) <= now:
            return _no(401, "The access token is invalid or has expired.")
        if request.headers.get("x-iaa-ow-id") != str(OW_ID):
            return _no(403, "User is not allowed to this workspace.")
        return None

    async def login(self, request: Request) -> JSONResponse:
        pair = f"{ACCOUNT['client_id']}:{ACCOUNT['client_secret']}".encode()
        if request.headers.get("authorization") != "Basic " + base64.b64encode(pair).decode():
            return _no(401, "The client is not known.", dialect=3)
        body = await json_of(request)
        right = body.get("grantType") == "password" and all(
            body.get(name) == ACCOUNT[name] for name in ("email", "password")
        )
        if not right or request.headers.get("x-iaa-host") != ACCOUNT["workspace"]:
            return _no(403, "User doesn't exist or user is not allowed to provided workspace.", dialect=3)
        return JSONResponse({"success": True, "data": {**self._new_token(), "owId": OW_ID}})

    async def token(self, request: Request) -> JSONResponse:
        body = await json_of(request)
        known = str(body.get("refresh_token")) in self.tenant.refresh
        if body.get("grant_type") == "refresh_token" and known:
            return JSONResponse(self._new_token())
        return _no(401, "The refresh token is invalid.", dialect=3)

    def _new_token(self) -> dict[str, Any]:
        access, refresh = secrets.token_hex(16), secrets.token_hex(16)
        self.tenant.tokens[access] = self._world.now() + EXPIRES_IN_S
        self.tenant.refresh.add(refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "scope": "read write",
            "token_type": "bearer",
            "expires_in": EXPIRES_IN_S,
        }

    async def column_list(self, _request: Request) -> JSONResponse:
        numbered = [{"id": place, "name": key, "l2Name": key} for place, key in enumerate(COLUMNS, 1)]
        by_key = {one["l2Name"]: one for one in numbered}
        mandatory = [by_key[key] for key in sorted(COMBINATIONS[0])]
        voters = [by_key["Voters_ID"]]
        rest = [one for one in numbered if one not in mandatory and one not in voters]
        return _yes({"mandatoryColumns": mandatory, "voterIDColumns": voters, "optionalColumns": rest})

    async def column_list_new(self, _request: Request) -> JSONResponse:
        data = [
            {"id": place, "label": key, "key": key, "order": place, "isSingleColumn": key in SINGLE}
            for place, key in enumerate(COLUMNS, 1)
        ]
        return JSONResponse({"success": True, "data": data})

    async def data_partner(self, _request: Request) -> JSONResponse:
        data = [{"id": place, "keyName": name, "columnId": 1} for place, name in enumerate(_PARTNERS, 1)]
        data.append({"id": len(data) + 1, "keyName": "hl_npi_id", "columnId": 26})
        return JSONResponse({"success": True, "data": data})

    async def data_format(self, _request: Request) -> JSONResponse:
        data = [{"id": place, "name": name} for place, name in enumerate(_FORMATS, 1)]
        return JSONResponse({"success": True, "data": data})

    async def add(self, request: Request) -> JSONResponse:
        async with form_of(request) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            upload = form.get("file")
            fault = faults_of(fields, upload)
            if fault or not isinstance(upload, UploadFile):
                return _no(400, fault or "The file is missing.")
            tenant = self.tenant
            with self._world.lock:
                tenant.next_id += 1
                audience = tenant.next_id
            kept = self._world.folder / f"iqm-{audience}{Path(upload.filename or '').suffix}"
            await run_in_threadpool(_keep, upload, kept)
        try:
            matched = await run_in_threadpool(match_file, self._world, kept, choices=choices_of(fields))
        except MatchprepError:
            matched = None
        tenant.audiences[audience] = Audience(
            audience,
            fields["audienceName"],
            self._world.now(),
            matched,
            fields["metadata"],
            fields["columns"],
        )
        tenant.done["POST /api/v2/audience/matched/add"] += 1
        return _yes({"id": audience, "message": "Audience created successfully"})

    async def details(self, request: Request) -> JSONResponse:
        audience = self.tenant.audiences.get(request.path_params["audience"])
        return _yes(self._told(audience)) if audience else _no(404, "Audience does not exist.")

    async def list(self, request: Request) -> JSONResponse:
        wanted = request.query_params.get("searchField", "")
        found = [self._told(one) for one in self.tenant.audiences.values() if wanted in one.name]
        return JSONResponse({"success": True, "data": found})

    async def delete(self, request: Request) -> JSONResponse:
        ids = str((await json_of(request)).get("audienceIds", ""))
        if not re.fullmatch(r"[0-9]{1,18}(,[0-9]{1,18})*", ids):
            return _no(400, "audienceIds are numbers with commas between them.")
        wanted = {int(one) for one in ids.split(",")}
        gone = [one for one in wanted if self.tenant.audiences.pop(one, None)]
        return _yes({"success": gone, "failed": sorted(wanted - set(gone))})

    def _told(self, audience: Audience) -> Mapping[str, Any]:
        age, matched = self._world.now() - audience.made, audience.matched
        ready = "Ready" if age >= APPROVED_AFTER_S else "Pending" if age >= MATCHED_AFTER_S else "Processing"
        status = ready if matched else "Failed"
        known = matched if status in {"Ready", "Pending"} else None
        return {
            "id": audience.id,
            "audienceName": audience.name,
            "existingColumnMatching": audience.columns,
            "metadata": audience.metadata,
            "rawS3URL": "",
            "status": status,
            "matchRate": round(100 * known.rate, 2) if known else 0,
            "uniques": known.unique if known else 0,
            "dataCost": 1.5,
            "createdDate": int(audience.made),
            "modifiedDate": int(self._world.now()),
            "owId": OW_ID,
        }


def _keep(upload: UploadFile, target: Path) -> None:
    with target.open("wb") as file:
        while piece := upload.file.read(1 << 20):
            file.write(piece)
