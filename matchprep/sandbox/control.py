"""The sandbox's own endpoints, under `/__sandbox__/` of every server: time, faults, log, reset."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from matchprep.sandbox.body import json_of
from matchprep.sandbox.world import Fault, Plays, World

#: Seconds that the clock can be turned forward altogether.
_FARTHEST_S = 100 * 365.25 * 24 * 3600


def control_routes(world: World, provider: str, plays: Plays) -> list[Route]:
    """Make the routes.

    Args:
        world: What they turn and tell.
        provider: Whose server they are on.
        plays: Which faults can befall it.

    Returns:
        The routes.
    """

    async def clock(request: Request) -> JSONResponse:
        seconds = (await json_of(request)).get("turn", 0.0)
        if not isinstance(seconds, int | float) or world.turned + seconds > _FARTHEST_S:
            return JSONResponse({"error": "turn is a number of seconds, within a hundred years"}, 400)
        return JSONResponse({"now": world.turn(seconds)})

    async def faults(request: Request) -> JSONResponse:
        try:
            fault = Fault.model_validate(await json_of(request))
        except ValidationError as error:
            return JSONResponse({"error": error.errors(include_url=False, include_input=False)}, 400)
        if reason := plays.lacks(fault.does):
            return JSONResponse({"error": f"{provider} {reason}: no fault `{fault.does}` here"}, 400)
        world.order(provider, fault)
        return JSONResponse({"ordered": len(world.orders)})

    async def log(_request: Request) -> JSONResponse:
        return JSONResponse([asdict(one) for one in world.log])

    async def reset(_request: Request) -> JSONResponse:
        world.reset()
        return JSONResponse({})

    async def about(_request: Request) -> JSONResponse:
        return JSONResponse({"sandbox": 1, "urls": world.urls, "now": world.now()})

    return [
        Route("/__sandbox__", about),
        Route("/__sandbox__/clock", clock, methods=["GET", "POST"]),
        Route("/__sandbox__/faults", faults, methods=["POST"]),
        Route("/__sandbox__/log", log),
        Route("/__sandbox__/reset", reset, methods=["POST"]),
    ]
