"""Parameters of the documented calls, held against the rules before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from matchprep.check.findings import Finding, worst_first
from matchprep.check.mapping import (
    check_columns,
    check_selection,
    check_settings,
    fitting_profiles,
    missing_settings,
)
from matchprep.errors import UsageError, did_you_mean
from matchprep.rulebook import ProviderRules
from matchprep.rulebook.part import Severity
from matchprep.rulebook.requests import Param, Request

_URL = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
_TRUTH = {"true": True, "false": False}


def check_request(
    rules: ProviderRules,
    request: str,
    body: Mapping[str, Any],
    *,
    profile: str | None = None,
    headers: frozenset[str] | None = None,
    used: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Finding, ...]:
    """Hold the parameters of one call against the rules.

    Args:
        rules: The provider.
        request: The call, as the rule file names it.
        body: Its parameters.
        profile: The way of using the provider, where rules on mappings differ by it.
        headers: The headers of the file, where a mapping shall be held against them.
        used: Values that were used before, by parameter, where they must not repeat.

    Returns:
        Every finding, the worst first.

    Raises:
        UsageError: The provider has no such call.
    """
    if request not in rules.requests:
        hint = did_you_mean(request, rules.requests)
        raise UsageError(f"{rules.name} has no call {request}", where="request", hint=hint)
    call = rules.requests[request]
    return worst_first([*_findings(rules, call, body, profile, headers), *_repeated(call, body, used or {})])


def check_params(rules: ProviderRules, params: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Hold single parameters against the rules of every call that takes them.

    Args:
        rules: The provider.
        params: Parameters by name; what is missing is not complained of.

    Returns:
        Every finding, the worst first.

    Raises:
        UsageError: No call takes a parameter of that name.
    """
    known = {name for call in rules.requests.values() for name in call.params}
    for name in params:
        if name not in known:
            raise UsageError(
                f"{rules.name} has no parameter {name}", where="param", hint=did_you_mean(name, known)
            )
    found = [
        finding
        for call in rules.requests.values()
        for name, value in params.items()
        if name in call.params
        for finding in _one(call.params[name], value)
    ]
    return worst_first(list({(one.rule, one.severity): one for one in found}.values()))


def _findings(
    rules: ProviderRules,
    call: Request,
    body: Mapping[str, Any],
    profile: str | None,
    headers: frozenset[str] | None,
) -> Iterator[Finding]:
    yield from _table(call.params, body)
    for name, params in call.nested.items():
        if isinstance(body.get(name), Mapping):
            yield from _table(params, body[name])
    for name, param in call.params.items():
        value = body.get(name)
        if not isinstance(value, Mapping):
            continue
        if param.type == "selection":
            yield from check_selection(rules, value, param=param, profile=profile, headers=headers)
        elif param.type == "columns":
            yield from check_columns(rules, value, param=param, headers=headers)
            yield from _settled(rules, call, value, body)
        elif param.type == "settings":
            yield from check_settings(rules, value, param=param)


def _settled(
    rules: ProviderRules, call: Request, columns: Mapping[str, Any], body: Mapping[str, Any]
) -> Iterator[Finding]:
    """Hold the other parameters against what the mapped columns settle."""
    ways = [rules.profiles[name].sets for name in fitting_profiles(rules, columns)]
    for name, param in call.params.items():
        right = {str(way[name]).lower() for way in ways if name in way}
        if right and name in body and str(body[name]).lower() not in right:
            yield finding(param)
        if param.type == "settings" and missing_settings(rules, columns, body.get(name) or {}):
            yield finding(param)


def _table(params: Mapping[str, Param], body: Mapping[str, Any]) -> Iterator[Finding]:
    names = {alias: name for name, param in params.items() for alias in (name, *param.aliases)}
    given = {names.get(key, key): value for key, value in body.items()}
    for key in body:
        if key not in names:
            yield Finding(
                rule="UNKNOWN-PARAMETER",
                severity="warning",
                scope="params",
                says=f"The document knows no parameter {key}.",
                do=did_you_mean(key, names),
                source="matchprep",
            )
    for name, param in params.items():
        if given.get(name) is not None:
            yield from _one(param, given[name])
            yield from _beside(param, given, given[name])
        elif param.required:
            yield finding(param)


def _one(param: Param, value: Any) -> Iterator[Finding]:
    if not _TYPES[param.type](value) or not _allowed(param, value):
        yield finding(param)
    elif param.prefer is not None and not re.fullmatch(param.prefer, str(value)):
        yield finding(param, severity="warning")
    elif param.costs and _is_paid_for(param, value):
        yield finding(param, severity="info")


def _is_paid_for(param: Param, value: Any) -> bool:
    if param.type == "boolean":
        return value in _TRUTH and _TRUTH[value] if isinstance(value, str) else bool(value)
    return str(value) != str(param.default) and value != []


def _is_absent(value: Any) -> bool:
    # NOTE: 0 is there, as a distance of no miles is; False is not.
    return value is None or value is False or value == "false"


def _beside(param: Param, given: Mapping[str, Any], value: Any) -> Iterator[Finding]:
    if any(_is_absent(given.get(other)) for other in param.needs):
        yield finding(param)
    if param.after is not None and given.get(param.after) is not None:
        ends, starts = _moment(value), _moment(given[param.after])
        if ends is not None and starts is not None and ends < starts:
            yield finding(param)


def _repeated(
    call: Request, body: Mapping[str, Any], used: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    for name, param in call.params.items():
        if param.unique_by is not None and body.get(name) in used.get(name, frozenset()):
            yield finding(param)


def _allowed(param: Param, value: Any) -> bool:
    if param.matches is not None and not re.fullmatch(param.matches, str(value)):
        return False
    if param.within is not None and not param.within[0] <= float(value) <= param.within[1]:
        return False
    if param.one_of:
        known = {one.lower() for one in param.one_of} if param.any_case else set(param.one_of)
        words = [str(one).lower() if param.any_case else str(one) for one in _listed(value)]
        return all(word in known for word in words)
    return True


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return list(value) if isinstance(value, list | tuple) else [value]


def _is_integer(value: Any) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"-?[0-9]{1,18}", value) is not None
    return isinstance(value, int) and not isinstance(value, bool)


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.astimezone()


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str) and bool(value.strip()),
    "id": lambda value: _is_integer(value) or (isinstance(value, str) and bool(value.strip())),
    "integer": _is_integer,
    "boolean": lambda value: isinstance(value, bool) or value in _TRUTH,
    "url": lambda value: isinstance(value, str) and _URL.fullmatch(value) is not None,
    "date": _is_date,
    "time": lambda value: isinstance(value, str) and "T" in value and _moment(value) is not None,
    "list": lambda value: isinstance(value, list | tuple) or (isinstance(value, str) and bool(value)),
    "mapping": lambda value: isinstance(value, Mapping),
    "selection": lambda value: isinstance(value, Mapping),
    "columns": lambda value: isinstance(value, Mapping),
    "settings": lambda value: isinstance(value, Mapping),
}


def finding(param: Param, *, severity: Severity | None = None) -> Finding:
    """Say what a parameter must be.

    Args:
        param: Its rule.
        severity: If another than the rule's own.

    Returns:
        The finding; without the value, which may be someone's.
    """
    return Finding(
        rule=param.id,
        severity=severity or param.severity,
        scope="params",
        says=param.says,
        do=param.do,
        source=str(param.source),
        confidence=param.confidence,
    )
