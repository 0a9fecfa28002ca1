"""People as numbers: every distinct text once, in the order of its hash, and each row by the text's place.

Names of all kinds share one *vocabulary*, so that a first name can be held against a last name; every other
feature has its own. What is derived of a text (its sound, its initial) is derived once and stands in the
vocabulary, too. A place is the same whatever the order of the rows, and -1 stands for a missing value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from matchprep.match.features import DERIVED, FORMS, MATCH_FORM, raw_values
from matchprep.match.gates import Letters
from matchprep.match.keys import text_hash

Codes = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

#: Feature -> its vocabulary.
VOCABULARY: Mapping[str, str] = {
    "given": "names",
    "middle": "names",
    "surname": "names",
    **{name: name for name in ("suffix", "gender", "house", "street", "unit", "zip", "city", "state")},
    **{name: name for name in ("phone", "email", "identifier")},
}
NUMBERS = ("year", "month", "day", "woman")
#: Of a vocabulary this many times as large as the texts that are asked for, only these are looked at.
_FEW = 4
#: Vocabulary -> the forms that its texts take.
FORMS_OF: Mapping[str, tuple[str, ...]] = {
    name: tuple(dict.fromkeys(how for of, how in DERIVED.values() if VOCABULARY[of] == name))
    for name in dict.fromkeys(VOCABULARY.values())
}


@dataclass(frozen=True)
class Vocabulary:
    """The distinct texts of one kind."""

    #: Of each text, ascending; 64 bits are taken for the text itself.
    hashes: Hashes
    texts: pa.Array | pa.ChunkedArray = field(repr=False)
    #: Form -> for each text the place of its form.
    forms: Mapping[str, Codes] = field(default_factory=dict, repr=False)

    def find(self, hashes: Hashes) -> Codes:
        """Give the places of texts by their hashes; -1 where a text is not there."""
        if not len(self.hashes):
            return np.full(len(hashes), -1, dtype=np.int32)
        order = np.argsort(hashes)
        sought = hashes[order]
        place = np.minimum(np.searchsorted(self.hashes, sought), len(self.hashes) - 1)
        found = np.empty(len(hashes), dtype=np.int32)
        found[order] = np.where(self.hashes[place] == sought, place, -1)
        return found

    @cached_property
    def letters(self) -> Codes:
        """The number of each text's first letter, with a missing one at the end."""
        first = pl.Series(self.texts).str.slice(0, 1).str.to_integer(base=36, strict=False)
        return np.append(first.fill_null(-1).cast(pl.Int32).to_numpy(), np.int32(-1))

    @cached_property
    def looks(self) -> Letters:
        """The letters of each text, for gates."""
        return Letters.of(self.texts)

    def looked_at(self, codes: Codes) -> tuple[Letters, npt.NDArray[np.integer]]:
        """Give letters, and where those of some texts stand among them; a few texts alone are quick."""
        if "looks" in self.__dict__ or len(codes) * _FEW > len(self.hashes):
            return self.looks, codes
        some, places = np.unique(codes, return_inverse=True)
        return Letters.of(self.texts.take(pa.array(some))), places

    def form(self, name: str, codes: Codes) -> Codes:
        """Give the form of texts by their places; missing stays missing."""
        return take(self.forms[name], codes)


def take(values: Codes, codes: Codes) -> Codes:
    """Look values up by places; a missing place gives -1."""
    if not len(values):
        return np.full(len(codes), -1, dtype=values.dtype)
    found = values[codes]
    found[codes < 0] = -1
    return found


@dataclass(frozen=True)
class People:
    """One side: a list or a reference, by numbers."""

    rows: int
    #: Feature of `VOCABULARY` or `NUMBERS` -> the place of each row's text, or the number itself.
    codes: Mapping[str, Codes] = field(repr=False)
    vocabularies: Mapping[str, Vocabulary] = field(repr=False)
    #: How many rows have each feature, where that was counted before.
    counted: Mapping[str, int] | None = None

    @cached_property
    def filled(self) -> dict[str, int]:
        """How many rows have each feature."""
        if self.counted is not None:
            return dict(self.counted)
        own = {name: int((codes >= 0).sum()) for name, codes in self.codes.items()}
        return own | {name: own[of] for name, (of, _) in DERIVED.items()}

    def feature(self, name: str, rows: npt.NDArray[np.integer] | slice = slice(None)) -> Codes:
        """Give a feature of some rows."""
        of, _ = DERIVED.get(name, (name, ""))
        codes = self.codes[of][rows]
        return self.derived(name, codes) if name in DERIVED else codes

    def derived(self, name: str, codes: Codes) -> Codes:
        """Give a derived feature of those whose feature that it derives of is known."""
        of, how = DERIVED[name]
        return self.vocabularies[VOCABULARY[of]].form(how, codes)

    def hashes(self, name: str, rows: npt.NDArray[np.integer] | slice = slice(None)) -> tuple[Hashes, Flags]:
        """Give the hashes of a text feature of some rows, and where there is one."""
        codes = self.feature(name, rows)
        vocabulary = self.vocabularies[VOCABULARY[DERIVED.get(name, (name, ""))[0]]]
        if not len(vocabulary.hashes):
            return np.zeros(len(codes), dtype=np.uint64), np.zeros(len(codes), dtype=bool)
        return vocabulary.hashes[codes], codes >= 0

    def texts(self, name: str, rows: npt.NDArray[np.integer]) -> pa.Array:
        """Give the texts of a feature of some rows, all of which have it."""
        return self.vocabularies[VOCABULARY[name]].texts.take(pa.array(self.codes[name][rows]))

    def looked_at(self, name: str, rows: npt.NDArray[np.integer]) -> tuple[Letters, npt.NDArray[np.integer]]:
        """Give letters, and where those of a feature of some rows stand among them; all have it."""
        return self.vocabularies[VOCABULARY[name]].looked_at(self.codes[name][rows])

    def written(self, name: str, rows: npt.NDArray[np.integer]) -> pl.Series:
        """Give a feature of some rows as it is written, missing ones as null."""
        codes = pl.Series(name, self.feature(name, rows))
        there = codes >= 0
        if name in NUMBERS:
            return pl.select(pl.when(there).then(codes)).to_series()
        places = pl.select(pl.when(there).then(codes)).to_series().to_arrow()
        vocabulary = self.vocabularies[VOCABULARY[DERIVED.get(name, (name, ""))[0]]]
        return pl.Series(name, vocabulary.texts.take(places), dtype=pl.String)

    def in_words_of(self, other: People) -> dict[str, Codes]:
        """Give all features by the places of the other side's vocabularies.

        Args:
            other: The other side.

        Returns:
            Feature -> places; texts that the other side lacks get places beyond its own.
        """
        translated = {}
        for name, vocabulary in self.vocabularies.items():
            theirs = other.vocabularies[name]
            place = theirs.find(vocabulary.hashes)
            beyond = np.arange(len(place), dtype=np.int32) + np.int32(len(theirs.hashes))
            translated[name] = np.where(place >= 0, place, beyond)
        features = {name: take(translated[VOCABULARY[name]], self.codes[name]) for name in VOCABULARY}
        for name, (of, _) in DERIVED.items():
            features[name] = take(translated[VOCABULARY[of]], self.feature(name))
        return features | {name: self.codes[name] for name in NUMBERS}


def coded(clean: pl.LazyFrame, *, threads: int = 2) -> People:
    """Read the features of a side, column by column.

    Args:
        clean: CLEAN; best a scan, for it is asked once for each vocabulary.
        threads: How many columns are read at a time.

    Returns:
        The people by numbers, in the order of CLEAN.
    """
    raw = raw_values(clean.collect_schema().names())
    rows = int(clean.select(pl.len()).collect().item())
    groups = {name: [one for one, of in VOCABULARY.items() if of == name] for name in FORMS_OF}
    with ThreadPoolExecutor(threads) as pool:
        made = list(pool.map(lambda name: _vocabulary(clean, raw, groups[name], FORMS_OF[name]), groups))
    there = [name for name in NUMBERS if raw[name].meta.root_names()]
    numbers = clean.select(raw[name].cast(pl.Int32).fill_null(-1) for name in there).collect()
    codes = {name: np.full(rows, -1, dtype=np.int32) for name in (*VOCABULARY, *NUMBERS)}
    codes |= {name: numbers[name].to_numpy() for name in there}
    for _, some in made:
        codes |= some
    return People(rows, codes, {name: one for name, (one, _) in zip(groups, made, strict=True)})


def _vocabulary(
    clean: pl.LazyFrame, raw: Mapping[str, pl.Expr], features: list[str], forms: Iterable[str]
) -> tuple[Vocabulary, dict[str, Codes]]:
    """Build one vocabulary and the places of the features that speak it."""
    kind = pl.Categorical(pl.Categories.random())
    written = {name: raw[f"raw_{name}"] if name in MATCH_FORM else raw[name] for name in features}
    features = [name for name in features if written[name].meta.root_names()]
    if not features:
        nothing = np.zeros(0, dtype=np.int32)
        return Vocabulary(
            nothing.astype(np.uint64), pa.array([], pa.large_string()), dict.fromkeys(forms, nothing)
        ), {}
    columns = clean.select(written[name].cast(kind).alias(name) for name in features).collect()
    distinct = pl.concat([columns[name].unique() for name in features]).drop_nulls()
    distinct = distinct.unique() if len(features) > 1 else distinct
    words = pl.DataFrame({"place": distinct.to_physical(), "word": distinct.cast(pl.String)})
    if features[0] in MATCH_FORM:
        words = words.with_columns(MATCH_FORM[features[0]](pl.col("word")))
        known = words.select("word").drop_nulls().unique()
    else:
        known = words.select("word")
    known = known.with_columns(FORMS[form](pl.col("word")).alias(form) for form in forms)
    every = known["word"]
    if forms:
        every = pl.concat([known[name].alias("word") for name in known.columns]).drop_nulls().unique()
    words_of_all = every.to_frame().with_columns(text_hash("word").alias("hash")).sort("hash")
    known = known.with_columns(text_hash(name).alias(f"#{name}") for name in known.columns)
    hashes = words_of_all["hash"].to_numpy()
    texts = words_of_all["word"].to_arrow(compat_level=pl.CompatLevel.oldest())
    vocabulary = Vocabulary(hashes, texts)
    own = _places(vocabulary, known["#word"])
    derived = {}
    for form in forms:
        # A text that is only a form of another is its own form: nobody asks.
        derived[form] = np.arange(len(hashes), dtype=np.int32)
        derived[form][own] = _places(vocabulary, known[f"#{form}"])
    place = words.select("place", text_hash("word").alias("hash"))
    size = int(place["place"].to_numpy().max()) + 2 if place.height else 1
    table = np.full(size, -1, dtype=np.int32)
    table[place["place"].to_numpy()] = _places(vocabulary, place["hash"])
    codes = {name: table[columns[name].to_physical().fill_null(size - 1).to_numpy()] for name in features}
    return Vocabulary(hashes, texts, derived), codes


def _places(vocabulary: Vocabulary, hashes: pl.Series) -> Codes:
    """Find the places of hashes, null ones missing."""
    found = vocabulary.find(hashes.fill_null(0).to_numpy())
    found[hashes.is_null().to_numpy()] = -1
    return found
