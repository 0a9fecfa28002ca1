"""What the columns of a list are taken for, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchprep.fields import Field


@dataclass(frozen=True)
class Suggestion:
    """What one column is taken for.

    Args:
        column: The header.
        field: The field, or null when the column is left alone.
        why: The reason in words; no values of people.
        confidence: From 0 to 1; 1 is the caller's own word.
    """

    column: str
    field: Field | None
    why: str
    confidence: float


@dataclass(frozen=True)
class ColumnMap:
    """What every column of a list is taken for, in the order of the list.

    Args:
        suggestions: One a column.
    """

    suggestions: tuple[Suggestion, ...]

    @property
    def mapping(self) -> Mapping[str, Field]:
        """The columns that are taken for a field."""
        return {one.column: one.field for one in self.suggestions if one.field is not None}

    @property
    def fields(self) -> frozenset[Field]:
        """The fields that some column gives."""
        return frozenset(self.mapping.values())
