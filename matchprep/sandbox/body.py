"""What a request holds, whatever was sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

#: Bytes that a field of a form may have: the metadata of a list hold samples of all its columns.
_FIELD_BYTES = 16 << 20


class _Id(IntegerConvertor):
    """A number in a path: `{audience:id}`. Longer ones than a database has are none."""

    regex = "[0-9]{1,18}"


register_url_convertor("id", _Id())


async def json_of(request: Request) -> dict[str, Any]:
    """Read a body as a JSON document.

    Args:
        request: The request.

    Returns:
        The document; an empty one when the body is none, or holds what could not be said again in JSON:
        numbers that are none, halves of characters, a depth that nobody reads.
    """
    try:
        body = await request.json()
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError, ClientDisconnect):
        return {}
    return body if isinstance(body, dict) else {}


async def keep(request: Request, target: Path) -> bool:
    """Keep a body as a file, whole or not at all, as storage does.

    Args:
        request: The request.
        target: The file.

    Returns:
        Whether its end came.
    """
    try:
        with target.open("wb") as file:
            async for piece in request.stream():
                file.write(piece)
    except ClientDisconnect:
        await run_in_threadpool(target.unlink)
        return False
    return True


@asynccontextmanager
async def form_of(request: Request) -> AsyncIterator[FormData]:
    """Read a body as a form of several parts.

    Args:
        request: The request.

    Yields:
        Its fields and files, which are gone after; none when the body is no form.
    """
    parser = MultiPartParser(request.headers, request.stream(), max_part_size=_FIELD_BYTES)
    try:
        try:
            form = await parser.parse()
            "".join(one for one in form.values() if isinstance(one, str)).encode()
        except (MultiPartException, ClientDisconnect, KeyError, UnicodeError):
            form = FormData()
        yield form
    finally:
        # NOTE: a file whose end never came is in no form that could be closed.
        for file in parser._files_to_close_on_error:  # noqa: SLF001
            file.close()
