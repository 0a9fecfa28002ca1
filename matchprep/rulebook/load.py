"""Rule files -> ProviderRules; each fault with file, line and what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from matchprep.errors import RulesError, UsageError, did_you_mean
from matchprep.rulebook.fault import Fault
from matchprep.rulebook.lint import faults
from matchprep.rulebook.locate import rules_folder
from matchprep.rulebook.model import ProviderRules
from matchprep.rulebook.parse import FaultError, Mark, Marked, parse

SUFFIX = ".yaml"


def list_providers(*, rules_dir: str | Path | None = None) -> tuple[str, ...]:
    """List the providers that have a rule file.

    Args:
        rules_dir: The folder of rule files, if not the usual one.

    Returns:
        Their ids, sorted.

    Raises:
        RulesError: There is no folder of rule files.

    Example:
        >>> "iqm" in list_providers()
        True
    """
    return tuple(sorted(file.stem for file in rules_folder(rules_dir).glob(f"*{SUFFIX}")))


def load_rules(provider: str | Path, *, rules_dir: str | Path | None = None) -> ProviderRules:
    """Load the rules of one provider.

    Args:
        provider: Its id, or the path of a rule file.
        rules_dir: The folder of rule files, if not the usual one.

    Returns:
        Its rules; the same object for the same unchanged file.

    Raises:
        UsageError: There is no such provider.
        RulesError: The file does not fit the model; every fault with line and column.

    Example:
        >>> load_rules("targetsmart").name
        'TargetSmart SmartMatch'
    """
    path = _path(provider, rules_dir)
    try:
        return _load(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise RulesError(f"the rule file cannot be read ({error.strerror})", where=str(path)) from error


def _path(provider: str | Path, rules_dir: str | Path | None) -> Path:
    if isinstance(provider, Path) or provider.endswith(SUFFIX):
        return Path(provider)
    known = list_providers(rules_dir=rules_dir)
    if provider not in known:
        raise UsageError(f"unknown provider {provider}", where="provider", hint=did_you_mean(provider, known))
    return rules_folder(rules_dir) / f"{provider}{SUFFIX}"


@lru_cache(maxsize=64)
def _load(path: Path, _changed: int) -> ProviderRules:
    rules = read_rules(path.read_bytes(), name=f"{path.parent.name}/{path.name}")
    if rules.provider != path.stem:
        raise RulesError(
            f"the file is named {path.stem} and speaks of the provider {rules.provider}",
            where=str(path),
            hint="Give both the same name.",
        )
    return rules


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """One fault of a rule file, and where it stands.

    Args:
        line: Counted from 1; 1 where the whole file is meant.
        column: Counted from 1.
        what: What is wrong.
        hint: What to do about it; empty when there is nothing to add.
    """

    line: int
    column: int
    what: str
    hint: str = ""


def read_rules(text: bytes, *, name: str) -> ProviderRules:
    """Read the text of a rule file.

    Args:
        text: The whole file.
        name: How to call it in messages.

    Returns:
        Its rules.

    Raises:
        RulesError: The file is no rule file; all faults at once.
    """
    rules, found = _read(text)
    if rules is None or found:
        first, *rest = found
        more = "".join(f"\n{_at(name, one)}: {one.what}{'. ' + one.hint if one.hint else ''}" for one in rest)
        raise RulesError(first.what + more, where=_at(name, first), hint=first.hint or None)
    return rules


def lint_rules(text: bytes, *, name: str | None = None) -> tuple[PlacedFault, ...]:
    """Find every fault of a rule file, for those who write one.

    Args:
        text: The whole file.
        name: The name of the file without its ending, which must be that of the provider.

    Returns:
        The faults in the order of the file; none when it can be used.
    """
    rules, found = _read(text)
    if rules is not None and name is not None and rules.provider != name:
        what = f"the file is named {name} and speaks of the provider {rules.provider}"
        return (PlacedFault(1, 1, what, "Give both the same name."), *found)
    return found


def _at(name: str, fault: PlacedFault) -> str:
    return f"{name}:{fault.line}:{fault.column}"


def _read(text: bytes) -> tuple[ProviderRules | None, tuple[PlacedFault, ...]]:
    try:
        marked = parse(text)
    except FaultError as fault:
        mark = fault.mark or Mark(1, 1)
        return None, (PlacedFault(mark.line, mark.column, fault.what, fault.hint or ""),)
    try:
        rules = ProviderRules.model_validate(marked.data)
    except ValidationError as error:
        return None, _placed(_model_faults(error), marked)
    return rules, _placed(faults(rules), marked)


def _placed(found: Iterable[Fault], marked: Marked) -> tuple[PlacedFault, ...]:
    marks = ((marked.mark(fault.path), fault) for fault in found)
    placed = {PlacedFault(mark.line, mark.column, fault.what, fault.hint or "") for mark, fault in marks}
    return tuple(sorted(placed, key=lambda one: (one.line, one.column, one.what)))


def _model_faults(error: ValidationError) -> Iterable[Fault]:
    every = error.errors(include_url=False)
    for one in every:
        # NOTE: a list all of whose entries are at fault is also called too short; that would mislead.
        inner = any(other["loc"][: len(one["loc"])] == one["loc"] != other["loc"] for other in every)
        if one["type"] == "too_short" and inner:
            continue
        context: Mapping[str, Any] = one.get("ctx", {})
        path = tuple(one["loc"])
        if one["type"] == "unknown_key":
            path = (*path, context["key"])
        yield Fault(path, _what(one["type"], one["msg"], path), _hint(context, one.get("input")))


def _what(kind: str, message: str, path: tuple[int | str, ...]) -> str:
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")
    if kind == "missing":
        return f"{key} is missing"
    if kind in {"unknown_key", "unknown_field", "requirement", "rule", "source", "value"}:
        return message
    return f"{key}: {message[:1].lower()}{message[1:]}"


def _hint(context: Mapping[str, Any], given: Any) -> str | None:
    if "hint" in context:
        return str(context["hint"])
    expected = re.findall(r"'([^']*)'", str(context.get("expected", "")))
    return did_you_mean(given, expected) if expected and isinstance(given, str) else None
