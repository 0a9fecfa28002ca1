"""What the address model sees of a token, as one small number: its class.

usaddress describes a token by a dictionary of features. The model has weights for few of the values that
these can take (some 700 words, lengths up to 18, ...), so that hundreds of thousands of tokens fall into some
hundreds of classes that it cannot tell apart. Tokens of Latin letters and ASCII are classed by expressions,
all others by usaddress's own function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import usaddress

from matchprep.normalize.address.crf import Floats, Model
from matchprep.normalize.address.units import UNIT_WORDS, Marks, mark

Classes = npt.NDArray[np.int32]

_NEIGHBORS = ("", "previous:", "next:")
_FLAGS = ("abbrev", "directional", "street_name", "has.vowels")
#: Letters beyond ASCII that Python and Polars understand alike: Latin with accents, nothing else.
_LATIN = "À-ÖØ-öø-ɏ"
_PLAIN = rf"^[\x01-\x7f{_LATIN}]*$"
_WORD = f"A-Za-z0-9_{_LATIN}"


def attributes(features: Mapping[str, Any]) -> Iterator[str]:
    """Name the attributes that a token's features give to the model.

    Args:
        features: As `usaddress.tokenFeatures` gives them.

    Yields:
        Each attribute as the model spells it; features that are false have none.
    """
    for name, value in features.items():
        attribute = f"{name}:{value}" if isinstance(value, str) else name
        if value is not False:
            yield attribute.split("\0", 1)[0]  # NOTE: CRFsuite's strings end at NUL


class TokenClasses:
    """The classes met so far, and their weights.

    Args:
        model: The address model.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._numbers: dict[str, int] = {}
        #: The features of one token of each class.
        self.examples: list[dict[str, Any]] = []
        #: Weights for each label, of a class as the token itself, as the one before it, as the one after it.
        self.weights: Floats = np.zeros((3, 0, len(model.labels)))
        bare = {name.removeprefix("previous:").removeprefix("next:") for name in model.attributes}
        self.known = {
            feature: sorted(name.partition(":")[2] for name in bare if name.startswith(f"{feature}:"))
            for feature in ("trailing.zeros", "length", "endsinpunc", "word")
        }

    @property
    def marks(self) -> Marks:
        """What the tokens of each class are beside their labels; see `units`."""
        return np.array([mark(example) for example in self.examples], np.uint8)

    def classify(self, tokens: pl.Series) -> Classes:
        """Find the classes of tokens.

        Args:
            tokens: Tokens as usaddress cuts them, most of them distinct.

        Returns:
            The number of each token's class.
        """
        plain = pl.col("token").str.contains(_PLAIN)
        frame = tokens.to_frame("token").with_row_index()
        odd = frame.filter(~plain)
        # NOTE: the one place where single tokens are looked at: those of other letters and signs.
        odd = odd.with_columns(key=pl.Series([self._key(token) for token in odd["token"]], dtype=pl.String))
        keyed = pl.concat([self._with_keys(frame.filter(plain)), odd])
        for key, token in (
            keyed.unique("key", keep="first", maintain_order=True).select("key", "token").rows()
        ):
            if key not in self._numbers:
                self._learn(key, token)
        number = pl.col("key").replace_strict(self._numbers, return_dtype=pl.Int32)
        return keyed.sort("index").select(number).to_series().to_numpy()

    def _learn(self, key: str, token: str) -> None:
        """Give a class its number and its weights, from the first token met of it."""
        self._numbers[key] = len(self._numbers)
        example = usaddress.tokenFeatures(token)
        self.examples.append(example)
        names = list(attributes(example))
        rows = [
            [self._model.attributes[side + name] for name in names if side + name in self._model.attributes]
            for side in _NEIGHBORS
        ]
        weights = np.array([[self._model.state[row].sum(axis=0)] for row in rows])
        self.weights = np.concatenate([self.weights, weights], axis=1)

    def _key(self, token: str) -> str:
        """Write what the model sees of a token as a text, in the format of `_with_keys`.

        And what the line needs to know: whether it is the word of a unit.
        """
        features = usaddress.tokenFeatures(token)
        flags = "".join(str(int(features[name])) for name in _FLAGS)
        values = [str(features[name]).split("\0", 1)[0] for name in self.known]
        seen = [
            value if value in known else "False" if features[name] is False else "?"
            for value, (name, known) in zip(values, self.known.items(), strict=True)
        ]
        unit = [kind for kind, words in UNIT_WORDS.items() if features["word"] in words]
        return "|".join([flags, features["digits"], *seen, *unit])

    def _with_keys(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Write what the model sees of plain tokens as texts, as `usaddress.tokenFeatures` sees it."""
        token, clean, word, number = (pl.col(name) for name in ("token", "clean", "word", "number"))
        marks = pl.when(token.is_in(["&", "#"])).then(token)
        bare = token.str.replace(f"^[^{_WORD}]+", "").str.replace(f"[^{_WORD}.]+$", "")
        # NOTE: step by step, so that what many features ask for is worked out once.
        steps = (
            frame.with_columns(clean=marks.otherwise(bare))
            .with_columns(word=clean.str.to_lowercase().str.replace_all(".", "", literal=True))
            .with_columns(number=word.str.contains("^[0-9]+$"))
        )
        units = [pl.when(word.is_in(words)).then(pl.lit(kind)) for kind, words in UNIT_WORDS.items()]
        texts = [_flags(clean, word), _digits(clean), *self._values(token, word, number), *units]
        key = pl.concat_str(texts, separator="|", ignore_nulls=True)
        return steps.select("index", "token", key=key)

    def _values(self, token: pl.Expr, word: pl.Expr, number: pl.Expr) -> list[pl.Expr]:
        """Write the features that have many values: `False` without one, `?` where the model knows none."""
        inner = token.str.slice(1).str.contains(f"[^{_WORD}.]")
        kind = pl.when(number).then(pl.lit("d:")).otherwise(pl.lit("w:"))
        values = {
            "trailing.zeros": pl.when(number).then(word.str.extract("(0*)$")),
            "length": kind + word.str.len_chars().cast(pl.String),
            "endsinpunc": pl.when(inner).then(token.str.slice(-1)),
            "word": pl.when(~number).then(word),
        }
        return [
            pl.when(values[name].is_in(known))
            .then(values[name])
            .when(values[name].is_null())
            .then(pl.lit("False"))
            .otherwise(pl.lit("?"))
            for name, known in self.known.items()
        ]


def _flags(clean: pl.Expr, word: pl.Expr) -> pl.Expr:
    """Write the features that are true or false as ones and zeros, in the order of `_FLAGS`."""
    flags = {
        "abbrev": clean.str.ends_with("."),
        "directional": word.is_in(sorted(usaddress.DIRECTIONS)),
        "street_name": word.is_in(sorted(usaddress.STREET_NAMES)),
        "has.vowels": word.str.slice(1).str.contains("[aeiou]"),
    }
    return pl.concat_str([flags[name].cast(pl.Int8).cast(pl.String) for name in _FLAGS])


def _digits(clean: pl.Expr) -> pl.Expr:
    return (
        pl.when(clean.str.contains("^[0-9]+$"))
        .then(pl.lit("all_digits"))
        .when(clean.str.contains("[0-9]"))
        .then(pl.lit("some_digits"))
        .otherwise(pl.lit("no_digits"))
    )
