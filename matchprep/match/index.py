"""The reference index: all that matching asks of a reference, made once and read by many.

A folder of Arrow files, which any program that knows Arrow can read, and `index.json`, which says what they
hold. A run maps them into memory and reads only the pages it needs, so that a thousand rows against five
million cost what a thousand rows cost.

people.arrow              a row a person: `id`, and for each feature the place of its text, -1 where missing
words_<vocabulary>.arrow  the texts by place, with their hashes and the places of their forms
keys_<rule>.arrow         blocking keys in order, where the people of each begin, and how many they are
rows_<rule>.arrow         these people
common_<rule>.arrow       keys that too many people share, and how many they are
counts_<feature>.arrow    how many people have the text of each place
shared_<value>.arrow      hashes of combined values that several people have, and how many do
sample.arrow, families.arrow   people and pairs that the weights start from
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from matchprep.errors import ReferenceIndexError, UsageError
from matchprep.match.blocking import RULES, Rule
from matchprep.match.blocks import Blocks, Rows, blocks, every_row
from matchprep.match.coded import FORMS_OF, NUMBERS, VOCABULARY, Hashes, People, Vocabulary, coded
from matchprep.match.comparisons import SHARERS
from matchprep.match.features import DERIVED, own_id
from matchprep.match.plan import CHANCE_ROWS
from matchprep.match.reference import Families, drawn, seen_families, shared_by_several
from matchprep.tables import CLEAN_VERSION

#: Raised whenever the files mean something else than before.
VERSION = 2
MANIFEST = "index.json"
_REBUILD = "Build it anew: matchprep reference build FILE -o INDEX."


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


def used_rules(rows: int) -> list[tuple[int, Rule]]:
    """Give the rules that a reference of this size is asked, with their numbers."""
    return [(number, rule) for number, rule in enumerate(RULES) if rows <= (rule.most_rows or rows)]


def build_index(
    clean: pl.LazyFrame | pl.DataFrame,
    folder: Path,
    *,
    source: Mapping[str, Any],
    made_by: str,
    threads: int = 2,
) -> IndexFacts:
    """Build an index, whole or not at all.

    Args:
        clean: CLEAN of the reference; best a scan.
        folder: Where the index shall be; an older index there is replaced.
        source: Name, size and digest of the file that the people came from.
        made_by: The version of matchprep that normalized them.
        threads: Processor threads.

    Returns:
        What the index says of itself.

    Raises:
        ReferenceIndexError: The reference has no rows or no usable field.
        UsageError: The folder cannot be written, or is something else than an index.
    """
    if folder.exists() and not is_index(folder):
        raise UsageError(
            "there is something else here already", where=str(folder), hint="Name a new folder with -o."
        )
    unfinished = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    try:
        unfinished.mkdir(mode=0o700, parents=True)
        facts = _Writer(unfinished).write(clean.lazy(), source=source, made_by=made_by, threads=threads)
        _replace(unfinished, folder)
    except OSError as error:
        raise UsageError(
            f"cannot write the index ({error.strerror})",
            where=str(folder),
            hint="Choose a folder that is yours and has room, with -o.",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return facts


def _replace(new: Path, folder: Path) -> None:
    """Put a finished folder in its place; runs that still read the old one keep its files."""
    if folder.exists():
        old = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.old")
        folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        new.rename(folder)


class _Writer:
    """Writes the files of an index into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, dict[str, Any]] = {}

    def write(
        self, clean: pl.LazyFrame, *, source: Mapping[str, Any], made_by: str, threads: int
    ) -> IndexFacts:
        people = coded(clean, threads=threads)
        if not people.rows or not any(people.filled.values()):
            raise ReferenceIndexError(
                "the reference has no field to match by" if people.rows else "the reference has no rows",
                where=str(source.get("name", "reference")),
                hint="It needs names and an address, a birth date, a phone or an email.",
            )
        self._people(clean, people)
        sizes = self._blocks(people, threads=threads)
        for name, parts in SHARERS.items():
            if len(parts) == 1:
                codes = people.feature(parts[0])
                self._table(f"counts_{parts[0]}", count=np.bincount(codes + 1)[1:].astype(np.int32))
            else:
                keys, counts = shared_by_several(every_row(people, parts))
                self._table(f"shared_{name}", key=keys, count=counts)
        self._table("sample", row=drawn(people, CHANCE_ROWS))
        seen = seen_families(people)
        self._table("families", left=seen.left, right=seen.right)
        facts = IndexFacts(
            VERSION, design(), made_by, dict(source), people.rows, people.filled, sizes,
            {"looked_at": seen.looked_at, "nearby": seen.nearby}, dict(sorted(self._files.items())),
        )  # fmt: skip
        with (self._folder / MANIFEST).open("w", encoding="utf-8") as file:
            json.dump(asdict(facts), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        return facts

    def _people(self, clean: pl.LazyFrame, people: People) -> None:
        ids = clean.select(own_id(clean.collect_schema().names()).alias("id")).collect()["id"]
        codes = {name: one for name, one in people.codes.items() if people.filled[name]}
        self._table("people", id=ids.to_arrow(compat_level=pl.CompatLevel.oldest()), **codes)
        for name, words in people.vocabularies.items():
            forms = {f"form_{form}": codes for form, codes in words.forms.items()}
            self._table(f"words_{name}", hash=words.hashes, text=words.texts, **forms)

    def _blocks(self, people: People, *, threads: int) -> dict[str, dict[str, int]]:
        rules = [
            (number, rule)
            for number, rule in used_rules(people.rows)
            if all(people.filled[name] for name in rule.needs)
        ]
        with ThreadPoolExecutor(threads) as pool:
            return dict(pool.map(lambda one: self._block(people, *one), rules))

    def _block(self, people: People, number: int, rule: Rule) -> tuple[str, dict[str, int]]:
        made = blocks(rule, people, every_row(people, rule.key))
        self._table(f"keys_{number}", key=made.keys, first=made.first, size=made.sizes)
        self._table(f"rows_{number}", row=made.rows)
        self._table(f"common_{number}", key=made.common, size=made.common_sizes)
        return rule.name, {
            "keys": len(made.keys), "people": len(made.rows), "too_common": len(made.common)
        }  # fmt: skip

    def _table(self, name: str, **columns: npt.NDArray[np.generic] | pa.Array) -> None:
        path = self._folder / f"{name}.arrow"
        table = pa.table(
            {key: one if isinstance(one, pa.Array) else pa.array(one) for key, one in columns.items()}
        )
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            for batch in table.combine_chunks().to_batches():
                writer.write_batch(batch)
        path.chmod(0o600)
        self._files[path.name] = {"size_bytes": path.stat().st_size, "sha256": digest(path)}


def digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class ReferenceIndex:
    """An index that was opened; its files are mapped, and read where a matching asks.

    Args:
        path: The folder.
        facts: What it says of itself.
    """

    def __init__(self, path: Path, facts: IndexFacts) -> None:
        self.path, self.facts = path, facts

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an index.

        Args:
            path: The folder.

        Raises:
            ReferenceIndexError: It is no index, of another version, or files of it are missing or cut off.
        """
        facts = read_facts(path)
        if not facts.is_current:
            raise ReferenceIndexError(
                "the reference index is of another version of matchprep", where=str(path), hint=_REBUILD
            )
        for name, one in facts.files.items():
            file = path / name
            if not file.is_file() or file.stat().st_size != one["size_bytes"]:
                raise ReferenceIndexError(
                    f"the reference index is damaged: {name} is missing or incomplete",
                    where=str(path),
                    hint=_REBUILD,
                )
        if is_stale(facts):
            raise ReferenceIndexError(
                "the file of the reference has changed since the index was built",
                where=str(path),
                hint=f"Bring it up to date: matchprep reference update {path}",
            )
        return cls(path, facts)

    def verify(self) -> None:
        """Hold every file against its digest.

        Raises:
            ReferenceIndexError: A file is not as it was written.
        """
        for name, one in self.facts.files.items():
            if digest(self.path / name) != one["sha256"]:
                raise ReferenceIndexError(
                    f"the reference index is damaged: {name} is not as it was written",
                    where=str(self.path),
                    hint=_REBUILD,
                )

    def _columns(self, name: str) -> dict[str, pa.Array]:
        try:
            batches = pa.ipc.open_file(pa.memory_map(str(self.path / f"{name}.arrow")))
            if not batches.num_record_batches:
                return {one.name: pa.array([], one.type) for one in batches.schema}
            batch = batches.get_batch(0)
        except (OSError, pa.ArrowInvalid) as error:
            raise ReferenceIndexError(
                f"the reference index is damaged: {name}.arrow cannot be read",
                where=str(self.path),
                hint=_REBUILD,
            ) from error
        return dict(zip(batch.schema.names, batch.columns, strict=True))

    def _numbers(self, name: str) -> dict[str, npt.NDArray[Any]]:
        return {key: one.to_numpy(zero_copy_only=True) for key, one in self._columns(name).items()}

    @cached_property
    def people(self) -> People:
        """The people by numbers."""
        columns = {name: one for name, one in self._columns("people").items() if name != "id"}
        nobody = np.broadcast_to(np.int32(-1), (self.facts.rows,))
        codes = dict.fromkeys((*VOCABULARY, *NUMBERS), nobody)
        codes |= {name: one.to_numpy(zero_copy_only=True) for name, one in columns.items()}
        words = {name: self._vocabulary(name) for name in FORMS_OF}
        return People(self.facts.rows, codes, words, self.facts.filled)

    def _vocabulary(self, name: str) -> Vocabulary:
        columns = self._columns(f"words_{name}")
        forms = {form: columns[f"form_{form}"].to_numpy(zero_copy_only=True) for form in FORMS_OF[name]}
        return Vocabulary(columns["hash"].to_numpy(zero_copy_only=True), columns["text"], forms)

    def blocks(self, rules: Sequence[Rule], wanted: Sequence[Hashes]) -> list[Callable[[], Blocks]]:
        """Give what opens the blocks of each rule, whatever keys are wanted."""
        del wanted
        numbers = {rule: number for number, rule in enumerate(RULES)}

        def opened(number: int) -> Blocks:
            keys, common = self._numbers(f"keys_{number}"), self._numbers(f"common_{number}")
            return Blocks(
                keys["key"], keys["first"], keys["size"], self._numbers(f"rows_{number}")["row"],
                common["key"], common["size"],
            )  # fmt: skip

        return [partial(opened, numbers[rule]) for rule in rules]

    def counts(self, name: str) -> npt.NDArray[np.integer]:
        """Give for each value of a feature how many people have it."""
        return self._numbers(f"counts_{name}")["count"]

    def shared(self, name: str, wanted: Hashes) -> tuple[Hashes, npt.NDArray[np.integer]]:
        """Give the combined values that several people share, ascending, and how many do."""
        del wanted
        columns = self._numbers(f"shared_{name}")
        return columns["key"], columns["count"]

    @cached_property
    def sample(self) -> Rows:
        """Rows drawn at random, the same whatever the order of the rows."""
        return self._numbers("sample")["row"]

    @cached_property
    def families(self) -> Families:
        """What is seen of families in it."""
        pairs, seen = self._numbers("families"), self.facts.families
        return Families(pairs["left"], pairs["right"], int(seen["looked_at"]), float(seen["nearby"]))

    def ids(self, rows: Rows) -> pl.Series:
        """Name people as their source does."""
        return pl.Series(self._columns("people")["id"].take(pa.array(rows)))


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
        raise ReferenceIndexError("this is no reference index", where=str(path), hint=_REBUILD) from error
    except (OSError, ValueError, TypeError) as error:
        raise ReferenceIndexError(
            "the reference index is damaged, or of another version of matchprep",
            where=str(path),
            hint=_REBUILD,
        ) from error
