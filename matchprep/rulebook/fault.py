"""A fault of a rule file, by the path of the part at fault."""

from __future__ import annotations

from dataclasses import dataclass

from matchprep.rulebook.parse import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a rule file.

    Args:
        path: The part at fault.
        what: What is wrong.
        hint: What to do about it.
    """

    path: Path
    what: str
    hint: str | None = None
