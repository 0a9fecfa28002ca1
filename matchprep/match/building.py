"""Building a reference index: the files of `index.py`, written whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from matchprep.errors import ReferenceIndexError, UsageError
from matchprep.match.blocking import RULES, Rule
from matchprep.match.blocks import blocks, every_row
from matchprep.match.coded import People, coded
from matchprep.match.comparisons import SHARERS
from matchprep.match.facts import MANIFEST, VERSION, IndexFacts, design, digest, is_index
from matchprep.match.features import own_id
from matchprep.match.plan import CHANCE_ROWS
from matchprep.match.reference import drawn, seen_families, shared_by_several


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
