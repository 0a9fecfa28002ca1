"""An audience document (a list of parameters) held against the grammar of the rule file, and compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from matchprep.check.findings import Finding, worst_first
from matchprep.check.params import check_request
from matchprep.errors import UsageError
from matchprep.rulebook import ProviderRules
from matchprep.rulebook.audience import AudienceGrammar, First, Kind, Said, Slot
from matchprep.rulebook.part import Named, Severity

_OPERATIONS = ("OR", "AND", "NOT")


def check_audience(
    rules: ProviderRules, document: Mapping[str, Any], *, permitted: bool = False
) -> tuple[Finding, ...]:
    """Hold an audience document against the grammar and against the call that carries it.

    Args:
        rules: The provider.
        document: The body of the request.
        permitted: Whether StatSocial has granted the special permissions for first parameters.

    Returns:
        Every finding, the worst first; `rows` are places in the list of parameters, counted from 1.

    Raises:
        UsageError: The provider has no audience documents.
    """
    grammar, request = _grammar(rules)
    found = list(check_request(rules, request, document))
    parameters = document.get(grammar.list)
    if isinstance(parameters, Sequence) and not isinstance(parameters, str):
        for place, parameter in enumerate(parameters):
            some = _parameter(grammar, parameter, first=place == 0, permitted=permitted)
            found.extend(replace(one, rows=(place + 1,)) for one in some)
    return worst_first(found)


def compile_audience(rules: ProviderRules, document: Mapping[str, Any]) -> dict[str, Any]:
    """Write an audience document as the body of the request: names as the examples have them.

    Args:
        rules: The provider.
        document: A document without findings of severity error.

    Returns:
        The body; aliases written out as the names that are sent.
    """
    grammar, _ = _grammar(rules)
    return {
        key: [_compiled(grammar, one) for one in value] if key == grammar.list else value
        for key, value in document.items()
    }


def _compiled(grammar: AudienceGrammar, parameter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _named(grammar.kinds[key], value) if key in grammar.kinds else value
        for key, value in parameter.items()
    }


def _named(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    names = {alias: name for name, slot in kind.slots.items() for alias in (name, *slot.aliases)}
    return {names.get(key, key): value for key, value in body.items()}


def _grammar(rules: ProviderRules) -> tuple[AudienceGrammar, str]:
    if rules.audience is None:
        raise UsageError(f"{rules.name} has no audience documents", where="provider", hint="StatSocial has.")
    carriers = [name for name, call in rules.requests.items() if rules.audience.list in call.params]
    return rules.audience, carriers[0]


def _parameter(
    grammar: AudienceGrammar, parameter: Any, *, first: bool, permitted: bool
) -> Iterator[Finding]:
    if not isinstance(parameter, Mapping):
        yield _finding(grammar.one_kind)
        return
    operation = parameter.get("operation")
    if operation not in _OPERATIONS:
        yield _finding(grammar.operation)
    elif first and operation != grammar.first_operation.value:
        yield _finding(grammar.first_operation)
    kinds = [key for key in parameter if key != "operation"]
    if len(kinds) != 1 or kinds[0] not in grammar.kinds:
        yield _finding(grammar.one_kind)
        return
    kind, body = grammar.kinds[kinds[0]], parameter[kinds[0]]
    yield from _position(kind, kind.first, kind.operations, operation, first=first, permitted=permitted)
    if isinstance(body, Mapping):
        yield from _body(kind, _named(kind, body), operation, first=first, permitted=permitted)
    else:
        yield _finding(kind)


def _position(
    said: Kind | Slot,
    where: First,
    operations: tuple[str, ...],
    operation: Any,
    *,
    first: bool,
    permitted: bool,
) -> Iterator[Finding]:
    if first and where == "never":
        yield _finding(said)
    elif first and where == "needs permission" and not permitted:
        yield _finding(said, severity="warning")
    elif not first and operation in _OPERATIONS and operation not in operations:
        yield _finding(said)


def _body(
    kind: Kind, body: Mapping[str, Any], operation: Any, *, first: bool, permitted: bool
) -> Iterator[Finding]:
    unknown = [key for key in body if key not in kind.slots]
    chosen = [name for name in kind.exactly_one_of if name in body]
    lacking = kind.any_of and not any(name in body for name in kind.any_of)
    if unknown or (kind.exactly_one_of and len(chosen) != 1) or lacking:
        yield _finding(kind)
    if kind.any_true and not any(body.get(name) is True for name in kind.any_true):
        yield _finding(kind, severity="warning")
    for name, slot in kind.slots.items():
        if name in body:
            yield from _position(
                slot, slot.first, slot.operations, operation, first=first, permitted=permitted
            )
            if not _slot_fits(slot, body[name]):
                yield _finding(slot)
        elif slot.required:
            yield _finding(slot)


def _slot_fits(slot: Slot, value: Any) -> bool:
    match slot.type:
        case "entries":
            return _is_list(value) and all(_entry_fits(slot, entry) for entry in value)
        case "words":
            return _is_list(value) and all(
                isinstance(word, str) and word and _word_fits(slot, word) for word in value
            )
        case "text":
            return isinstance(value, str) and _word_fits(slot, value)
        case "boolean":
            return isinstance(value, bool)
        case "filter":
            return _filter_fits(slot, value)
        case _:
            return _number_fits(slot, value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0


def _entry_fits(slot: Slot, entry: Any) -> bool:
    if slot.item is None or not isinstance(entry, Mapping):
        return False
    if any(key not in slot.item.keys for key in entry) or any(
        not entry.get(key) for key in slot.item.required
    ):
        return False
    return not slot.item.any_of or any(entry.get(key) for key in slot.item.any_of)


def _word_fits(slot: Slot, word: str) -> bool:
    if slot.matches is not None and not re.fullmatch(slot.matches, word):
        return False
    return not slot.one_of or word in slot.one_of


def _filter_fits(slot: Slot, value: Any) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"count", "direction"}:
        return False
    count = value["count"]
    return isinstance(count, int) and not isinstance(count, bool) and value["direction"] in slot.one_of


def _number_fits(slot: Slot, value: Any) -> bool:
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    if slot.numbers and value not in slot.numbers:
        return False
    return slot.within is None or slot.within[0] <= value <= slot.within[1]


def _finding(said: Named, *, severity: Severity = "error") -> Finding:
    acting = cast("Kind | Slot | Said", said)
    return Finding(
        rule=said.id,
        severity=severity,
        scope="params",
        says=said.says,
        do=acting.do,
        source=str(said.source),
        confidence=said.confidence,
    )
