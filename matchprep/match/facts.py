"""What a reference index says of itself: its version, what it was made of, and whether that holds still."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matchprep.errors import ReferenceIndexError
from matchprep.match.blocking import RULES
from matchprep.match.coded import NUMBERS, VOCABULARY
from matchprep.match.comparisons import SHARERS
from matchprep.match.features import DERIVED
from matchprep.tables import CLEAN_VERSION

#: Raised whenever the files mean something else than before.
VERSION = 2
MANIFEST = "index.json"
#: What to do about an index that cannot be used.
REBUILD = "Build it anew: matchprep reference build FILE -o INDEX."


@dataclass(frozen=True)
class IndexFacts:
    """What an index says of itself. No value of a person is in it."""

    version: int
    #: Of the rules and features that it was made by.
    design: str
    #: The version of matchprep that normalized the people.
    made_by: str
    #: Name, size and digest of the file that it was made of.
    source: Mapping[str, Any]
    rows: int
    #: Rows that have each feature.
    filled: Mapping[str, int]
    #: Blocking rule -> keys, people under them, keys that too many people share.
    blocks: Mapping[str, Mapping[str, int]]
    families: Mapping[str, float]
    #: File -> its size and digest.
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def is_current(self) -> bool:
        """Whether this version of matchprep would build the same."""
        return self.version == VERSION and self.design == design()

    @property
    def size_bytes(self) -> int:
        """Size of all files."""
        return sum(int(one["size_bytes"]) for one in self.files.values())


def design() -> str:
    """Give a digest of all that decides what the files hold: the normalizer, rules, features, their order."""
    decides = repr((CLEAN_VERSION, RULES, dict(VOCABULARY), NUMBERS, dict(DERIVED), SHARERS))
    return hashlib.sha256(decides.encode()).hexdigest()[:16]


def is_index(path: Path) -> bool:
    """Say whether a path is a reference index, of whatever version."""
    return path.is_dir() and (path / MANIFEST).is_file()


def digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_stale(facts: IndexFacts) -> bool:
    """Say whether the file that an index was made of has changed since.

    Args:
        facts: What the index says of itself.

    Returns:
        Whether the file is there and holds something else; a file that is gone makes nothing stale.
    """
    source = facts.source
    path = Path(str(source.get("path", "")))
    if not source.get("path") or not path.is_file():
        return False
    stat = path.stat()
    if stat.st_size == source["size_bytes"] and stat.st_mtime_ns == source.get("modified_ns"):
        return False
    return bool(stat.st_size != source["size_bytes"] or digest(path) != source["sha256"])


def read_facts(path: Path) -> IndexFacts:
    """Read what an index says of itself.

    Args:
        path: The folder.

    Raises:
        ReferenceIndexError: It is no index, or of a version that says other things.
    """
    try:
        said = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        return IndexFacts(**said)
    except FileNotFoundError as error:
        raise ReferenceIndexError("this is no reference index", where=str(path), hint=REBUILD) from error
    except (OSError, ValueError, TypeError) as error:
        raise ReferenceIndexError(
            "the reference index is damaged, or of another version of matchprep",
            where=str(path),
            hint=REBUILD,
        ) from error
