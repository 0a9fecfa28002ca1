"""The calls of the StatSocial platform, each as it is sent, and what its answers say.

Source: the page Create Audience. Error bodies are not documented; both a word at the top and one inside
`response` are understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from matchprep.errors import PermanentProviderError
from matchprep.providers.call import Answer, Call

#: What can be looked up -> its path.
LOOK_UPS = {
    "affinities": "/affinities",
    "job titles": "/b2b/job-titles",
    "employers": "/b2b/employers",
    "personalities": "/personality-types",
    "cities": "/location/cities",
    "countries": "/location/countries",
    "dmas": "/location/dmas",
    "regions": "/location/regions",
}


def create_audience(body: Mapping[str, Any]) -> Call:
    """Create an audience and start its build, for a credit. Source: Getting Started."""
    return Call(kind="act", method="POST", path="/audiences", json=dict(body))


def get_audience(audience: str) -> Call:
    """Look an audience up. Source: Callback, Get Audience Data; its path is inferred from the others."""
    return Call(kind="look", method="GET", path=f"/audiences/{audience}")


def credits() -> Call:  # noqa: A001 - the page's own name
    """Ask how many credits are left. Source: the page Credits."""
    return Call(kind="look", method="GET", path="/credits")


def look_up(what: str, query: str | None = None) -> Call:
    """Search one of the lists that parameters are made of. Source: the sections of the kinds.

    Args:
        what: One of `LOOK_UPS`.
        query: What to search for; all when left out. The list of personalities takes none.

    Returns:
        The call.
    """
    return Call(kind="look", method="GET", path=LOOK_UPS[what], params={"query": query} if query else {})


def next_page(call: Call, answer: Mapping[str, Any]) -> Call | None:
    """Name the call for the next page. Source: Jobs Titles, `has_next` and `next`.

    Args:
        call: The call for this page.
        answer: Its page.

    Returns:
        The call; null when this is the last page.

    Raises:
        PermanentProviderError: There is a next page, and nothing says where.
    """
    if not answer.get("has_next"):
        return None
    # NOTE: every example ends with `next` empty, so its form is not known. An address, a query or a mark
    # are understood; only its query is taken, so that no key goes to another host.
    place = str(answer.get("next") or "")
    if not place:
        raise PermanentProviderError("the list goes on, yet not where", where=call.where)
    query = urlsplit(place).query or (place if "=" in place and "/" not in place else "")
    more = dict(parse_qsl(query.lstrip("?"))) if query else {"next": place}
    following = replace(call, params={**call.params, **more})
    if following == call:
        raise PermanentProviderError("the list goes round in a circle", where=call.where)
    return following


def upload(path: str, file: Path, type_: str) -> Call:
    """Upload a list. The page on uploads is linked and not at hand: the call is invented for the sandbox.

    Args:
        path: Of the call.
        file: The list.
        type_: Of its identifiers.

    Returns:
        The call; the same list gets the same key, so to repeat it does no harm.
    """
    files = {"file": (file.name, file, "text/csv")}
    return Call(kind="look", method="POST", path=path, data={"type": type_}, files=files)


def response_in(answer: Answer) -> Any:
    """Give what stands under `response`.

    Args:
        answer: What came back.

    Returns:
        The response.

    Raises:
        PermanentProviderError: There is none.
        AmbiguousProviderError: There is none, and the answer is to an act.
    """
    if "response" not in answer.document:
        raise answer.doubt("the answer is not JSON with a response")
    return answer.document["response"]


def refused(document: Any) -> str | None:
    """Read the reason out of an answer that says no."""
    inside = document.get("response") if isinstance(document, Mapping) else None
    for place in (document, inside):
        if isinstance(place, Mapping):
            for name in ("error", "errors"):
                if place.get(name):
                    return str(place[name])
    return None
