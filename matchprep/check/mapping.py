"""The mapping documents that providers want beside a file: which column is what, and in which role."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from matchprep.check.findings import Finding
from matchprep.errors import did_you_mean
from matchprep.fields import Field
from matchprep.rulebook import ProviderRules, Rule, holds, resolve
from matchprep.rulebook.requests import Param


def check_selection(
    rules: ProviderRules,
    selection: Mapping[str, Any],
    *,
    param: Param,
    profile: str | None = None,
    headers: Collection[str] | None = None,
) -> Iterator[Finding]:
    """Hold a selection of columns against the rules: `{canonical: {column_name, is_required}}`.

    Args:
        rules: The provider.
        selection: The document.
        param: The rule on the document as such.
        profile: The way of using the provider; by default the rule file's own.
        headers: The headers of the file, where they are known.

    Yields:
        Findings.
    """
    wires = {part.wire: field for field, part in rules.fields.items()}
    roles: dict[Field, bool] = {}
    for name, entry in selection.items():
        if name not in wires:
            yield _of_param(param, do=did_you_mean(name, wires))
        elif not isinstance(entry, Mapping) or not isinstance(entry.get("is_required"), bool):
            yield _of_param(param, do=f"Give {name} a column_name and an is_required of true or false.")
        else:
            roles[wires[name]] = entry["is_required"]
            if headers is not None and entry.get("column_name") not in headers:
                yield _of_param(
                    param, do=f"The file has no column of the name given for {name}; headers count exactly."
                )
    yield from _of_roles(rules, roles, profile or rules.default_profile)


def _of_roles(rules: ProviderRules, roles: Mapping[Field, bool], profile: str) -> Iterator[Finding]:
    matching = [field for field in roles if rules.fields[field].purpose == "matching"]
    groups = {
        "required fields": [field for field in matching if roles[field]],
        "optional fields": [field for field in matching if not roles[field]],
        "matching fields": matching,
    }
    required = frozenset(groups["required fields"])
    for rule in rules.rules_for(profile):
        selected, forbid, require = rule.selected, rule.forbid, rule.require
        wrong_role = selected is not None and roles.get(selected.field) == (selected.role == "optional")
        together = forbid is not None and holds(resolve(forbid, groups), set(roles))
        lacking = require is not None and not holds(resolve(require, groups), required)
        if wrong_role or together or lacking:
            yield _of_rule(rule)


def check_columns(
    rules: ProviderRules, columns: Mapping[str, Any], *, param: Param, headers: Collection[str] | None = None
) -> Iterator[Finding]:
    """Hold a mapping of headers against the rules: `{header: key}`.

    Args:
        rules: The provider.
        columns: The document.
        param: The rule on the document as such.
        headers: The headers of the file, where they are known.

    Yields:
        Findings.
    """
    keys = {name for part in rules.fields.values() if part.key for name in (part.key, *part.aliases)}
    for header, key in columns.items():
        if key not in keys:
            yield _of_param(param, do=did_you_mean(str(key), keys))
        if headers is not None and header not in headers:
            yield _of_param(param, do="One of the headers is not in the file; headers count exactly.")
    if not fitting_profiles(rules, columns):
        first = next(iter(rules.profiles))
        yield from (_of_rule(rule) for rule in rules.rules_for(first) if rule.require is not None)
    yield from _too_many(rules, _mapped(rules, columns))


def _mapped(rules: ProviderRules, columns: Mapping[str, Any]) -> tuple[Field, ...]:
    return tuple(field for field, part in rules.fields.items() if part.key in columns.values())


def fitting_profiles(rules: ProviderRules, columns: Mapping[str, Any]) -> tuple[str, ...]:
    """List the profiles that a mapping of headers satisfies.

    Args:
        rules: The provider.
        columns: `{header: key}`.

    Returns:
        Names of profiles.
    """
    present = _mapped(rules, columns)
    needs = {
        name: [rule.require for rule in rules.rules_for(name) if rule.require] for name in rules.profiles
    }
    return tuple(name for name, some in needs.items() if all(holds(need, present) for need in some))


def _too_many(rules: ProviderRules, present: Collection[Field]) -> Iterator[Finding]:
    # Fields that share a key (as all voter IDs do) are one column.
    first = {rules.fields[field].key: field for field in reversed(list(present))}
    for rule in rules.rules:
        if rule.mapping_only and rule.advise is not None and not holds(rule.advise, set(first.values())):
            yield _of_rule(rule)


def check_settings(rules: ProviderRules, settings: Mapping[str, Any], *, param: Param) -> Iterator[Finding]:
    """Hold the settings of columns against the rules: `{key: setting}`.

    Args:
        rules: The provider.
        settings: The document.
        param: The rule on the document as such.

    Yields:
        Findings.
    """
    known: dict[str, set[str]] = {}
    for part in rules.fields.values():
        if part.key is not None and part.setting:
            known.setdefault(part.key, set()).update(part.setting)
    for key, value in settings.items():
        if key not in known:
            yield _of_param(param, do=did_you_mean(str(key), known))
        elif value not in known[key]:
            yield _of_param(param, do=did_you_mean(str(value), known[key]))


def missing_settings(
    rules: ProviderRules, columns: Mapping[str, Any], settings: Mapping[str, Any]
) -> set[str]:
    """Name the keys that are mapped and need a setting that is not there.

    Args:
        rules: The provider.
        columns: `{header: key}`.
        settings: `{key: setting}`.

    Returns:
        The provider's keys.
    """
    needing = {part.key for part in rules.fields.values() if part.key and part.setting}
    return {str(key) for key in columns.values() if key in needing and key not in settings}


def _of_rule(rule: Rule) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        scope="params",
        says=rule.says,
        do=rule.do,
        source=str(rule.source),
        confidence=rule.confidence,
    )


def _of_param(param: Param, *, do: str) -> Finding:
    return Finding(
        rule=param.id,
        severity=param.severity,
        scope="params",
        says=param.says,
        do=do,
        source=str(param.source),
        confidence=param.confidence,
    )
