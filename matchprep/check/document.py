"""An audience document in a file: read without running anything, held against the rules, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchprep.check.audience import check_audience, compile_audience
from matchprep.check.findings import Finding
from matchprep.errors import InputError
from matchprep.rulebook import ProviderRules
from matchprep.rulebook.parse import MAX_BYTES, FaultError, Marked, parse

#: Files of these endings are documents and never lists.
SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, kw_only=True)
class CheckedDocument:
    """An audience document held against the rules of a provider.

    Args:
        findings: Everything found, the worst first; `rows` are places in the list of parameters.
        lines: Place of a parameter -> the line it begins on.
        body: The body of the request; null where an error stands in the way.
    """

    findings: tuple[Finding, ...]
    lines: Mapping[int, int]
    body: Mapping[str, Any] | None

    @property
    def ready(self) -> bool:
        """Say whether it may be sent."""
        return self.body is not None

    @property
    def verdict(self) -> str:
        """Say it in a word or three: ready, ready with warnings, not ready."""
        if not self.ready:
            return "not ready"
        return "ready with warnings" if any(one.severity == "warning" for one in self.findings) else "ready"


def is_document(path: Path) -> bool:
    """Say whether a file is an audience document and no list of people.

    YAML is never a list. JSON is a document when it is one mapping with a list of parameters or the
    description of an audience.

    Args:
        path: The file; it need not exist.

    Returns:
        Whether it is.
    """
    if path.suffix.lower() in SUFFIXES:
        return True
    if path.suffix.lower() != ".json" or not path.is_file() or path.stat().st_size > MAX_BYTES:
        return False
    try:
        data = parse(path.read_bytes()).data
    except FaultError:
        return False
    return isinstance(data, Mapping) and bool({"parameters", "audience"} & set(data))


def check_document(path: Path, rules: ProviderRules, *, permitted: bool = False) -> CheckedDocument:
    """Hold an audience document in a file against the rules, and compile it.

    Args:
        path: YAML or JSON. Anchors, tags and deep nesting are refused, as in rule files.
        rules: The provider.
        permitted: Whether the provider has granted the special permissions for first parameters.

    Returns:
        What was found, and the body of the request.

    Raises:
        InputError: The file cannot be read as a document.
        UsageError: The provider has no audience documents.
    """
    marked = _read(path)
    findings = check_audience(rules, marked.data, permitted=permitted)
    ready = not any(one.severity == "error" for one in findings)
    return CheckedDocument(
        findings=findings,
        lines=_lines(marked, rules),
        body=compile_audience(rules, marked.data) if ready else None,
    )


def _read(path: Path) -> Marked:
    try:
        marked = parse(path.read_bytes())
    except OSError as error:
        raise InputError(f"the document cannot be read ({error.strerror})", where=str(path)) from error
    except FaultError as fault:
        where = f"{path}:{fault.mark.line}:{fault.mark.column}" if fault.mark else str(path)
        raise InputError(fault.what, where=where, hint=fault.hint) from fault
    if not isinstance(marked.data, Mapping):
        raise InputError(
            "an audience document is a mapping with `audience` and `parameters`",
            where=str(path),
            hint="`matchprep providers statsocial` names its kinds of parameters.",
        )
    return marked


def _lines(marked: Marked, rules: ProviderRules) -> dict[int, int]:
    name = rules.audience.list if rules.audience else ""
    given = marked.data.get(name)
    places = range(len(given)) if isinstance(given, list) else range(0)
    return {place + 1: marked.mark((name, place)).line for place in places}
