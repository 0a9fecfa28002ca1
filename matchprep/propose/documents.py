"""The mapping documents that providers take, one builder a kind.

Which kind a provider takes is read from its rule file: a call with a parameter of the type `selection` or
`columns`, an audience grammar with uploads, and else the headers of the file itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from matchprep.check import Finding, check_audience, check_request
from matchprep.check.ways import Way
from matchprep.fields import Field
from matchprep.propose.headers import Chosen
from matchprep.read import SourceFacts
from matchprep.rulebook import ProviderRules, holds, resolve
from matchprep.rulebook.requests import Type

Kind = Literal["selection", "columns", "upload", "headers"]
#: Stands for what only a call to the provider can tell.
TO_FILL_IN = "0"
#: The key of an upload is known only once the list is uploaded.
KEY_TO_COME = "/uploads/KEY-THAT-THE-UPLOAD-RETURNS"


def kind_of(rules: ProviderRules) -> Kind:
    """Say which kind of mapping document a provider takes."""
    if _call_with(rules, "selection"):
        return "selection"
    if _call_with(rules, "columns"):
        return "columns"
    uploads = rules.audience is not None and "upload" in rules.audience.kinds
    return "upload" if uploads else "headers"


def _call_with(rules: ProviderRules, type_: Type) -> tuple[str, str] | None:
    """Find the call, and its parameter, that carries a mapping of some type."""
    for name, call in rules.requests.items():
        for param, one in call.params.items():
            if one.type == type_:
                return name, param
    return None


def selection(rules: ProviderRules, way: Way, chosen: Sequence[Chosen]) -> dict[str, Any]:
    """Write a selection: the provider's field -> the column, and whether it must agree."""
    found = _call_with(rules, "selection")
    name = found[1] if found else "selection"
    return {
        name: {
            rules.fields[one.field].wire: {
                "column_name": one.header,
                "is_required": is_required(rules, way, one.field),
            }
            for one in chosen
        }
    }


def is_required(rules: ProviderRules, way: Way, field: Field) -> bool:
    """Say whether the provider shall insist on a field; what may have one role only, has it."""
    roles = rules.fields[field].roles
    if len(roles) == 1:
        return roles[0] == "required"
    if field == Field.FULL_NAME:
        return bool({Field.FIRST_NAME, Field.LAST_NAME} & set(way.required))
    return field in way.required


def columns(
    rules: ProviderRules,
    way: Way,
    chosen: Sequence[Chosen],
    facts: SourceFacts,
    samples: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Write a mapping of headers to the provider's keys, and what goes beside it."""
    keys = {one.header: str(rules.fields[one.field].key) for one in chosen if rules.fields[one.field].key}
    settings = {
        str(rules.fields[one.field].key): _setting(rules, way, one)
        for one in chosen
        if rules.fields[one.field].setting
    }
    voters = [header for header, key in keys.items() if key == rules.fields[Field.VOTER_ID].key]
    beside = {
        "columnSettings": settings,
        "audienceName": facts.name.partition(".")[0],
        "metadata": {
            "columns": list(facts.columns),
            "fileName": facts.name,
            "fileSize": facts.size_bytes,
            "columnValues": {header: list(values) for header, values in samples.items()},
            "rows": facts.rows,
            "voterIDColumn": voters,
        },
        "fileTotalCount": facts.rows,
        **rules.profiles[way.profile].sets,
    }
    found = _call_with(rules, "columns")
    known = rules.requests[found[0]].params if found else {}
    kept = {name: value for name, value in beside.items() if name in known and value != {}}
    return {found[1] if found else "columns": keys, **kept}


def _setting(rules: ProviderRules, way: Way, one: Chosen) -> str:
    part = rules.fields[one.field]
    if not one.digests or part.hash is None:
        return part.setting[0]
    algorithm = way.hash_algorithm or part.hash.default or ""
    return next((name for name in part.setting if name.lower() == algorithm), part.setting[0])


def upload(rules: ProviderRules, way: Way, facts: SourceFacts) -> dict[str, Any]:
    """Write an audience made of one uploaded list."""
    sets = rules.profiles[way.profile].sets
    parameters = [{"operation": "OR", "upload": {"keys": [KEY_TO_COME], **sets}}]
    return {"audience": {"name": facts.name.partition(".")[0]}, "parameters": parameters}


def headers(rules: ProviderRules, chosen: Sequence[Chosen]) -> dict[str, Any]:
    """Write the header that each column must have in the file that is sent."""
    return {"headers": {one.header: _header(rules, one) for one in chosen}}


def _header(rules: ProviderRules, one: Chosen) -> str:
    part = rules.fields[one.field]
    if one.digests and part.hash is not None and part.hash.given is not None:
        return rules.fields[part.hash.given].wire
    return part.wire


def faults(
    rules: ProviderRules, way: Way, document: Mapping[str, Any], chosen: Sequence[Chosen], facts: SourceFacts
) -> tuple[Finding, ...]:
    """Hold a proposed document against the provider's rules.

    Args:
        rules: The provider.
        way: How the list shall be sent.
        document: What is proposed.
        chosen: The columns that take part.
        facts: The list's file.

    Returns:
        Findings of severity error; none when the document may be sent.
    """
    kind = kind_of(rules)
    if kind == "upload":
        found = check_audience(rules, document) if chosen else _lacking(rules, way, chosen)
    elif kind == "headers":
        found = _lacking(rules, way, chosen)
    else:
        carrier = _call_with(rules, "selection" if kind == "selection" else "columns")
        call = carrier[0] if carrier else ""
        names = [name for name, param in rules.requests[call].params.items() if param.required]
        body = {**dict.fromkeys(names, TO_FILL_IN), **document}
        found = check_request(rules, call, body, profile=way.profile, headers=frozenset(facts.columns))
    return tuple(one for one in found if one.severity == "error")


def _lacking(rules: ProviderRules, way: Way, chosen: Sequence[Chosen]) -> tuple[Finding, ...]:
    there = {one.field for one in chosen}
    matching = [field for field in there if rules.fields[field].purpose == "matching"]
    groups = {"required fields": way.required, "optional fields": way.optional, "matching fields": matching}
    return tuple(
        Finding(
            rule=rule.id,
            severity="error",
            scope="params",
            says=rule.says,
            do=rule.do,
            source=str(rule.source),
        )
        for rule in rules.rules_for(way.profile)
        if rule.require is not None and not holds(resolve(rule.require, groups), there)
    )
