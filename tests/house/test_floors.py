"""A module imports only from lower floors; rooms on one floor do not know each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "matchprep"

#: Room (the first part after `matchprep.`) -> floor.
FLOORS = {
    "errors": 0,
    "fields": 1,
    "files": 1,
    "tables": 2,
    "rulebook": 3,
    "normalize": 3,
    "read": 4,
    "columns": 4,
    "profile": 5,
    "quality": 5,
    "check": 4,
    "match": 4,
    "intake": 6,
    "estimate": 6,
    "seal": 6,
    "propose": 6,
    "results": 6,
    "prepare": 7,
    "report": 7,
    "providers": 7,
    "sandbox": 7,
    "pipeline": 8,
    "cli": 9,
    "__init__": 9,
    "__main__": 10,
}

#: A library that stays in one place: its name -> the only files that may import it.
#: `pyarrow` and `numpy` are tools of many rooms; these are not.
KEPT_IN_ONE_PLACE = {
    "duckdb": ("match/",),
    "polars_hash": ("normalize/hashes.py", "match/keys.py"),  # digests; 64-bit keys of blocks
    "httpx": ("providers/http.py",),
    "asyncssh": ("providers/sftp.py",),
    "vl_convert": ("report/",),
    "jinja2": ("report/",),
    "phonenumbers": ("normalize/",),
    "usaddress": ("normalize/",),
    "pycrfsuite": ("normalize/",),
    "typer": ("cli/",),
    "yaml": ("files.py", "rulebook/", "columns/"),
}


def modules() -> list[Path]:
    """All modules; of packages that load lazily also the stub that names what they have."""
    return sorted(PACKAGE.rglob("*.pyi")) + sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".pyi").removesuffix(".py")


def imported(path: Path) -> list[tuple[int, str]]:
    """All imports of a file with their lines, those inside functions included."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # The stub of a package that loads lazily names its own modules, and only these.
            assert (node.level == 1) == (path.suffix == ".pyi"), f"{path.name}:{node.lineno}: relative import"
            home = ".".join(("matchprep", *path.parent.relative_to(PACKAGE).parts)) if node.level else ""
            module = ".".join(part for part in (home, node.module) if part)
            if module == "matchprep":
                found += [(node.lineno, f"matchprep.{alias.name}") for alias in node.names]
            else:
                found.append((node.lineno, module))
    return found


def test_every_room_has_a_floor():
    assert {room_of(path) for path in modules()} <= set(FLOORS)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_only_from_lower_floors(path):
    room = room_of(path)
    faults = []
    for line, name in imported(path):
        if not name.startswith("matchprep"):
            continue
        parts = name.split(".")
        other = parts[1] if len(parts) > 1 else "__init__"
        if other != room and FLOORS.get(other, 99) >= FLOORS[room]:
            faults.append(f"line {line}: {room} (floor {FLOORS[room]}) imports {name}")
    assert not faults


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_stays_in_its_place(path):
    place = str(path.relative_to(PACKAGE))
    faults = [
        f"line {line}: {name}"
        for line, name in imported(path)
        if (homes := KEPT_IN_ONE_PLACE.get(name.split(".")[0])) and not place.startswith(homes)
    ]
    assert not faults
