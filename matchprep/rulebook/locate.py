"""Where the rule files are: beside the call, in the environment, in the package, in the checkout."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from matchprep.errors import RulesError

#: Environment variable that names a folder of rule files.
VARIABLE = "MATCHPREP_RULES"
#: A folder of that name counts as ours only if it holds this file.
MARKER = "schema.json"

_PACKAGE = Path(__file__).resolve().parent.parent


def rules_folder(explicit: str | Path | None = None) -> Path:
    """Find the folder of rule files.

    A folder that was asked for, by argument or by environment, is taken or refused, never replaced
    by another. Then the copy inside the installed package comes before the checkout, because the
    parent of an installed package is site-packages, where anyone's `rules/` may lie.

    Args:
        explicit: The folder the caller names.

    Returns:
        The folder.

    Raises:
        RulesError: There is none; the message names every place looked at.
    """
    places = list(_places(explicit))
    for place, _ in places:
        if _is_ours(place, asked=place == explicit):
            return place
    looked = "; ".join(f"{why}: {place}" for place, why in places)
    raise RulesError(
        f"no rule files found (looked at {looked})",
        hint=f"Name a folder that holds them with --rules or {VARIABLE}, or install matchprep anew.",
    )


def _places(explicit: str | Path | None) -> Iterator[tuple[Path, str]]:
    if explicit is not None:
        yield Path(explicit), "the folder asked for"
        return
    if named := os.environ.get(VARIABLE):
        yield Path(named), VARIABLE
        return
    yield _PACKAGE / "_rules", "the installed package"
    yield _PACKAGE.parent / "rules", "the checkout"


def _is_ours(place: Path, *, asked: bool) -> bool:
    if place == _PACKAGE.parent / "rules" and not asked:
        return (place / MARKER).is_file()
    return place.is_dir()
