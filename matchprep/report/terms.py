"""The forecast in a provider's own field names, laid out as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Listing:
    """A list of the document: its name, its headers, its rows."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Terms:
    """A document, as names with values and as lists."""

    values: tuple[tuple[str, str], ...]
    lists: tuple[Listing, ...]


def terms(document: Mapping[str, Any] | None) -> Terms | None:
    """Lay out a document of a provider.

    Args:
        document: What it would answer.

    Returns:
        Each value by its path, and each list of like things as a table; null where there is no document.

    Example:
        >>> terms({"a": {"size": 1200}}).values
        (('a.size', '1,200'),)
    """
    if document is None:
        return None
    found = list(_walked(document, ""))
    return Terms(
        tuple((path, _text(value)) for path, value in found if not _is_listing(value)),
        tuple(_listing(path, value) for path, value in found if _is_listing(value)),
    )


def _walked(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(part, Mapping) and part:
        for name, value in part.items():
            yield from _walked(value, f"{path}.{name}" if path else str(name))
    else:
        yield path, part


def _is_listing(value: Any) -> bool:
    several = isinstance(value, Sequence) and not isinstance(value, str) and bool(value)
    return several and all(isinstance(one, Mapping) for one in value)


def _listing(path: str, items: Sequence[Mapping[str, Any]]) -> Listing:
    header = tuple(dict.fromkeys(name for one in items for name in one))
    return Listing(path, header, tuple(tuple(_text(one.get(name)) for name in header) for one in items))


def _text(value: Any) -> str:
    if value is None or value in ([], {}):
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)
