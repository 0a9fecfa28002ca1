"""The distinct tokens met so far, each with its class.

A token of up to 15 bytes is its own key of 128 bits. Numbers are told apart only as far as the model can:
`4711` and `1234` are one entry, and so are all ZIP+4 codes that end alike.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.normalize.address.classes import TokenClasses
from matchprep.normalize.address.growing import Growing
from matchprep.normalize.address.scan import LETTER, ODD, Tokens
from matchprep.normalize.buffers import KEEP, Bytes, Places, eights, expand, strings
from matchprep.normalize.lookup import Keys, Lookup, distinct

_LONGEST = 15
_U8 = np.uint64(8)
#: By the length of a token: what of its first eight bytes is in its key, what of the next seven, and the
#: length.
_LENGTHS = np.arange(_LONGEST + 2)
_LOW: Keys = KEEP[np.minimum(_LENGTHS, 8)]
_HIGH: Keys = KEEP[np.clip(_LENGTHS - 8, 0, 7)]
_SIZE: Keys = _LENGTHS.astype(np.uint64) << np.uint64(56)
#: Digits but zero become 1: the model sees the length of a number and its trailing zeros.
_CANON: Bytes = np.arange(256, dtype=np.uint8)
_CANON[ord("2") : ord("9") + 1] = ord("1")
_ZIP4 = np.frombuffer(b"11111-11", np.uint64)[0]


class Vocabulary:
    """Numbers tokens and knows the class of each.

    Args:
        classes: The classes of the address model.
    """

    def __init__(self, classes: TokenClasses) -> None:
        self._classes = classes
        self._lookup = Lookup(16)
        self._class = Growing(np.int32)
        self._texts: list[pl.Series] = []
        self._long: dict[str, int] = {}
        known = [word.encode()[:8] for word in classes.known["word"] if word[0].isdigit()]
        self._numbers_known = np.array(
            [int.from_bytes(word, "little") for word in known if len(word) == 8], np.uint64
        )

    @property
    def size(self) -> int:
        """How many tokens it holds."""
        return self._lookup.count

    def texts_from(self, number: int) -> pl.Series:
        """Give the tokens from a number on.

        Args:
            number: The first one.

        Returns:
            One token of each entry.
        """
        if number == self.size:
            return pl.Series([], dtype=pl.String)
        self._texts = [pl.concat(self._texts)]
        return self._texts[0].slice(number)

    def look_up(self, tokens: Tokens) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Number tokens, taking in the new ones.

        Args:
            tokens: Where the tokens of a batch lie.

        Returns:
            The number of each token, and its class.
        """
        low, high = self._keys(tokens)
        found = self._lookup.find(low, high)
        new = np.flatnonzero(found < 0)
        if len(new):
            once, place = distinct(low[new], high[new])
            chosen = new[once]
            found[new] = self.size + place
            self._lookup.add(low[chosen], high[chosen])
            self._texts.append(token_texts(tokens, chosen))
            self._class.extend(self._classes.classify(self._texts[-1]))
        return found, self._class.values[found]

    def _keys(self, tokens: Tokens) -> tuple[Keys, Keys]:
        """Write each token as a key of 128 bits: fifteen bytes and their number."""
        text, start, size = tokens.text, tokens.start, tokens.stop - tokens.start
        both = np.concatenate([text, _CANON[text]])
        text_at = eights(both)
        number = (tokens.kinds & (LETTER | ODD)) == 0
        place = start + number * len(text)
        held = np.minimum(size, _LONGEST + 1)
        low = text_at[place] & _LOW[held]
        high = (text_at[place + 8] & _HIGH[held]) | _SIZE[held]
        self._merge_zips(tokens, low, high)
        long = np.flatnonzero(size > _LONGEST)
        if len(long):
            texts = token_texts(tokens, long)
            for word in texts.unique(maintain_order=True):
                self._long.setdefault(word, len(self._long))
            low[long] = texts.replace_strict(self._long, return_dtype=pl.UInt64).to_numpy()
            high[long] = ~np.uint64(0)
        return low, high

    def _merge_zips(self, tokens: Tokens, low: Keys, high: Keys) -> None:
        """Write ZIP+4 codes as 11111-111 and their last digit, save those that the model knows as words."""
        size = tokens.stop - tokens.start
        odd = (tokens.kinds & (LETTER | ODD)) == ODD
        maybe = np.flatnonzero(odd & ((size == 10) | (size == 11)))
        maybe = maybe[~np.isin(low[maybe], self._numbers_known)]
        start = tokens.start[maybe]
        is_zip = tokens.text[start + 5] == ord("-")
        for step in (0, 1, 2, 3, 4, 6, 7, 8, 9):
            byte = tokens.text[start + step]
            is_zip &= (byte >= ord("0")) & (byte <= ord("9"))
        merged = maybe[is_zip]
        low[merged] = _ZIP4
        high[merged] = (high[merged] >> _U8 << _U8) | np.uint64(ord("1"))


def token_texts(tokens: Tokens, chosen: Places) -> pl.Series:
    """Cut tokens out of the text.

    Args:
        tokens: Where they lie.
        chosen: Which ones.

    Returns:
        They, as strings.
    """
    start, size = tokens.start[chosen], (tokens.stop - tokens.start)[chosen]
    places, _ = expand(start, size)
    return strings(tokens.text[places], np.concatenate([[0], np.cumsum(size)]))
