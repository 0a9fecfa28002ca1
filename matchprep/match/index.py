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

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from matchprep.errors import ReferenceIndexError
from matchprep.match.blocking import RULES, Rule
from matchprep.match.blocks import Blocks, Rows
from matchprep.match.coded import FORMS_OF, NUMBERS, VOCABULARY, Hashes, People, Vocabulary
from matchprep.match.facts import REBUILD, IndexFacts, digest, is_stale, read_facts
from matchprep.match.reference import Families


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
                "the reference index is of another version of matchprep", where=str(path), hint=REBUILD
            )
        for name, one in facts.files.items():
            file = path / name
            if not file.is_file() or file.stat().st_size != one["size_bytes"]:
                raise ReferenceIndexError(
                    f"the reference index is damaged: {name} is missing or incomplete",
                    where=str(path),
                    hint=REBUILD,
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
                    hint=REBUILD,
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
                hint=REBUILD,
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
