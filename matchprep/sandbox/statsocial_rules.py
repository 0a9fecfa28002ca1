"""What StatSocial refuses, written from its page by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matchprep.sandbox.statsocial_lists import PERSONALITIES

#: Source: Choose Outputs.
OUTPUTS = ("ss_id", "twitter_id", "twitter_user", "md5", "email_raw", "cint_id", "ma_id")
#: Source: Create Audience With Upload.
UPLOADS = ("ss_id", "twitter_id", "twitter_user", "md5", "email_raw", "ramp_id", "cint_id", "ma_id")
_PLACES = ("cities", "countries", "dmas", "regions")
_NEEDS_PERMISSION_FIRST = frozenset({"age", "gender", "location"})


def fault_of_audience(body: Mapping[str, Any], *, permitted: bool) -> str | None:
    """Say what is wrong with an audience document.

    Args:
        body: The document.
        permitted: Whether age, gender and location may be the first parameter.

    Returns:
        The fault; null when there is none.
    """
    audience, parameters = body.get("audience"), body.get("parameters")
    if not isinstance(audience, Mapping) or not audience.get("name"):
        return "The audience needs a name."
    outputs = body.get("outputs", [])
    if not isinstance(outputs, list) or any(one not in OUTPUTS for one in outputs):
        return f"outputs may be {', '.join(OUTPUTS)}."
    if not isinstance(body.get("generate_insights_automatically", False), bool):
        return "generate_insights_automatically is true or false."
    if not isinstance(parameters, list) or not parameters:
        return "parameters is a list of at least one parameter."
    for place, one in enumerate(parameters):
        if fault := _fault_of_parameter(one, first=place == 0, permitted=permitted):
            return f"Parameter {place + 1}: {fault}"
    return None


def _fault_of_parameter(parameter: Any, *, first: bool, permitted: bool) -> str | None:
    if not isinstance(parameter, Mapping) or len(parameter) != 2:
        return "An operation and one kind are wanted."
    operation = parameter.get("operation")
    kind = next((name for name in parameter if name != "operation"), "")
    body = parameter.get(kind)
    if operation not in ("OR", "AND", "NOT"):
        return "The operation is OR, AND or NOT."
    if kind not in _KINDS or not isinstance(body, Mapping):
        return f"The kind is one of {', '.join(_KINDS)}."
    if not _KINDS[kind](body):
        return f"The values of {kind} are not valid."
    return _fault_of_place(kind, body, operation, first=first, permitted=permitted)


def _fault_of_place(
    kind: str, body: Mapping[str, Any], operation: str, *, first: bool, permitted: bool
) -> str | None:
    never_or = kind == "ethnicity" or "countries" in body
    if first and never_or:
        return f"{kind} can never be the first parameter."
    if first and operation != "OR":
        return "The first parameter includes people: OR."
    if first and kind in _NEEDS_PERMISSION_FIRST and not permitted:
        return f"{kind} as the first parameter needs a permission."
    if not first and operation == "OR" and (never_or or kind in {"age", "gender"}):
        return f"{kind} can never be OR here."
    return None


def _words(name: str, *allowed: str) -> Callable[[Mapping[str, Any]], bool]:
    def fit(body: Mapping[str, Any]) -> bool:
        found = body.get(name)
        return _is_list(found, str) and (not allowed or all(one in allowed for one in found or ()))

    return fit


def _is_list(value: Any, kind: type) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, kind) for one in value)


def _entries(value: Any, *names: str) -> bool:
    return _is_list(value, Mapping) and all(any(one.get(name) for name in names) for one in value)


def _b2b(body: Mapping[str, Any]) -> bool:
    chosen = [name for name in ("job_titles", "employer_names") if name in body]
    wanted = body.get("filter")
    fits = wanted is None or (
        isinstance(wanted, Mapping)
        and wanted.get("direction") in ("<", ">", "<=", ">=")
        and isinstance(wanted.get("count"), int)
    )
    return len(chosen) == 1 and _entries(body[chosen[0]], "id") and fits


def _location(body: Mapping[str, Any]) -> bool:
    return bool(body) and all(name in _PLACES and _entries(value, "id") for name, value in body.items())


def _upload(body: Mapping[str, Any]) -> bool:
    return _is_list(body.get("keys"), str) and body.get("type") in UPLOADS


def _accounts(cutoffs: range, *, required: bool = False) -> Callable[[Mapping[str, Any]], bool]:
    def fit(body: Mapping[str, Any]) -> bool:
        cutoff = body.get("cutoff", None if required else cutoffs[0])
        last = body.get("last_tweeted", 0)
        accounts = body.get("accounts")
        return (
            _entries(accounts, "id", "screen_name")
            and all(set(one) <= {"id", "screen_name"} for one in accounts or ())
            and isinstance(cutoff, int)
            and cutoff in cutoffs
            and last in (0, 1, 7, 30, 60, 90, 180, 365)
        )

    return fit


def _bio(body: Mapping[str, Any]) -> bool:
    places = ("search_in_twitter", "search_in_youtube", "search_in_instagram", "search_in_twitch")
    return _words("phrases")(body) and all(isinstance(body.get(name, False), bool) for name in places)


_ONE = _accounts(range(1, 2), required=True)
#: Kind -> whether its body is valid. Source: the section of each kind.
_KINDS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "affinities": lambda body: _entries(body.get("affinities"), "id"),
    "b2b": _b2b,
    "personality": _words("personalities", *PERSONALITIES),
    "age": _words("ranges", "18-24", "25-34", "35-44", "45-54", "over 54", "unknown"),
    "gender": _words("genders", "male", "female", "unknown"),
    "ethnicity": _words("ethnicities", "asian", "black", "hispanic", "native", "white", "unknown"),
    "location": _location,
    "upload": _upload,
    "twitter_followers": _accounts(range(1, 11)),
    "twitch_followers": _ONE,
    "instagram_engagers": _ONE,
    "tiktok_engagers": _ONE,
    "youtube_channels": _accounts(range(1, 11)),
    "bio_search": _bio,
    "tweet_search": _words("phrases"),
}
