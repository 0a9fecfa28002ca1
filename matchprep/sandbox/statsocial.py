"""StatSocial's server. Source: the page Create Audience.

Invented, since no page at hand describes it: `/uploads`, error bodies, the form of `next`, the final statuses
and what an audience tells besides its id and status.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from matchprep.sandbox.body import form_of, json_of
from matchprep.sandbox.door import Handler, behind
from matchprep.sandbox.statsocial_lists import AFFINITIES, LISTS, PERSONALITIES, found_affinities
from matchprep.sandbox.statsocial_rules import OUTPUTS, UPLOADS, fault_of_audience
from matchprep.sandbox.webhooks import call_webhook
from matchprep.sandbox.world import Plays, World

#: The account of the sandbox. Not secret: nothing is behind it.
ACCOUNT = {"token": "sandbox-token", "upload_path": "/uploads"}
BUILT_AFTER_S = 90.0
CREDITS = 10
#: Entries of a page of a list.
PAGE = 2


@dataclass
class Built:
    """An audience as the server keeps it."""

    id: int
    body: Mapping[str, Any]
    made: float
    outputs: list[str]
    size: int
    fails: bool = False


@dataclass
class Tenant:
    """What the server remembers; StatSocial manages the permissions."""

    credits: int = CREDITS
    may_choose_outputs: bool = True
    may_begin_with_anything: bool = False
    uploads: dict[str, int] = field(default_factory=dict)
    audiences: dict[int, Built] = field(default_factory=dict)
    #: How often each call that creates or costs took effect, by `METHOD /path`.
    done: Counter[str] = field(default_factory=Counter)
    last_id: int = 67453
    #: How many callbacks to come are made twice.
    twice: int = 0


def _call_twice(world: World) -> None:
    """Make the callback of the build that comes next twice."""
    world.remembered("statsocial", Tenant).twice += 1


PLAYS = Plays(refusal={"error": "Scripted refusal."}, acts={"duplicate webhook": _call_twice})


def routes(world: World) -> list[Route]:
    """Make the server's routes.

    Args:
        world: The sandbox.

    Returns:
        The routes.
    """
    server = _Server(world)
    paths: dict[tuple[str, str], Handler] = {
        ("/audiences", "POST"): server.create,
        ("/audiences/{audience:id}", "GET"): server.audience,
        ("/credits", "GET"): server.credits,
        ("/affinities", "GET"): server.affinities,
        ("/personality-types", "GET"): server.personalities,
        ("/uploads", "POST"): server.upload,
        **{(path, "GET"): server.listed for path in LISTS},
    }
    return behind(server.refusal, paths)


def _no(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message, "invented": True}, status)


def _yes(response: Any, **more: Any) -> JSONResponse:
    return JSONResponse({**_document(response), **more})


def _document(response: Any) -> dict[str, Any]:
    return {"response": response, "information": {"version": "0.0.1"}}


class _Server:
    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def tenant(self) -> Tenant:
        return self._world.remembered("statsocial", Tenant)

    def refusal(self, request: Request) -> JSONResponse | None:
        """Ask for the token."""
        if request.headers.get("authorization") == f"Bearer {ACCOUNT['token']}":
            return None
        return _no(401, "The token is missing or not valid.")

    async def create(self, request: Request) -> JSONResponse:
        body, tenant = await json_of(request), self.tenant
        if fault := fault_of_audience(body, permitted=tenant.may_begin_with_anything):
            return _no(400, fault)
        keys = [key for one in body["parameters"] for key in one.get("upload", {}).get("keys", ())]
        if any(key not in tenant.uploads for key in keys):
            return _no(400, "An upload with one of the keys does not exist.")
        with self._world.lock:
            if tenant.credits == 0:
                return _no(402, "There is no build credit left.")
            tenant.credits -= tenant.credits > 0  # -1 is unlimited
            tenant.last_id += 1
        size = sum(tenant.uploads[key] for key in keys)
        outputs = self._outputs(body.get("outputs"))
        fails = bool(keys) and size == 0
        built = Built(tenant.last_id, body, self._world.now(), outputs, size, fails)
        tenant.audiences[built.id] = built
        tenant.done["POST /audiences"] += 1
        self._world.after(BUILT_AFTER_S, lambda: self._end_build(tenant, built))
        return _yes({"id": built.id, "status": "running"})

    def _outputs(self, wanted: Any) -> list[str]:
        """Choose the outputs; ss_id is always among them. Source: Choose Outputs."""
        chosen = wanted if isinstance(wanted, list) and self.tenant.may_choose_outputs else OUTPUTS
        return [one for one in OUTPUTS if one in chosen or one == "ss_id"]

    async def audience(self, request: Request) -> JSONResponse:
        built = self.tenant.audiences.get(request.path_params["audience"])
        return _no(404, "The audience does not exist.") if built is None else _yes(self._told(built))

    def _told(self, built: Built) -> dict[str, Any]:
        done = self._world.now() >= built.made + BUILT_AFTER_S
        end = "failed" if built.fails else "finished"
        told = {"id": built.id, "status": end if done else "running", "name": built.body["audience"]["name"]}
        size = built.size if done and not built.fails else None
        return {**told, "outputs": built.outputs, "size": size, "invented": True}

    def _end_build(self, tenant: Tenant, built: Built) -> None:
        """Give a failed build's credit back, and tell what Get Audience Data would answer."""
        with self._world.lock:
            tenant.credits += built.fails
            times = 2 if tenant.twice else 1
            tenant.twice -= times - 1
        wanted = [built.body.get("callback_url")]
        if built.body.get("generate_insights_automatically"):
            wanted.append(built.body.get("insight_callback_url"))
        for url in wanted:
            call_webhook(url, _document(self._told(built)), times=times)

    async def credits(self, _request: Request) -> JSONResponse:
        """Tell what is left; -1 is unlimited. Source: the page Credits."""
        others = ("insights", "universes", "expansions", "distributions", "scheduled_reruns")
        return _yes({"builds": self.tenant.credits, **dict.fromkeys(others, -1)})

    async def affinities(self, request: Request) -> JSONResponse:
        query = request.query_params.get("query", "")
        return _yes(found_affinities(AFFINITIES, query.casefold()))

    async def personalities(self, _request: Request) -> JSONResponse:
        return _yes({"personalities": [{"term": one} for one in PERSONALITIES]})

    async def listed(self, request: Request) -> JSONResponse:
        query, page = request.query_params.get("query", ""), request.query_params.get("page", "1")
        if not page.isdecimal() or len(page) > 9:
            return _no(400, "page is a number.")
        all_of_it = [one for one in LISTS[request.url.path] if query.casefold() in one["name"].casefold()]
        begin = (max(int(page), 1) - 1) * PAGE
        more = len(all_of_it) > begin + PAGE
        url = request.url.include_query_params(page=int(page) + 1)
        some = {"data": all_of_it[begin : begin + PAGE], "has_next": more, "next": str(url) if more else ""}
        return _yes(some)

    async def upload(self, request: Request) -> JSONResponse:
        async with form_of(request) as form:
            file, type_ = form.get("file"), form.get("type")
            if not isinstance(file, UploadFile) or type_ not in UPLOADS:
                return _no(400, f"A file, and a type: {', '.join(UPLOADS)}.")
            digest, rows = await run_in_threadpool(_count, file)
        day = "2022-11-02"  # as in the example
        key = f"/uploads/{day}/{digest}.{str(type_).replace('_', '')}"
        self.tenant.uploads[key] = rows
        return _yes({"key": key}, invented=True)


def _count(file: UploadFile) -> tuple[str, int]:
    """Give a list's digest, and its lines below the header."""
    digest, lines = hashlib.sha256(), 0
    while piece := file.file.read(1 << 20):
        digest.update(piece)
        lines += piece.count(b"\n")
    return digest.hexdigest()[:32], max(lines - 1, 0)
