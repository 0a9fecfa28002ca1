"""How the USPS writes a word: in its standard form, or without punctuation, in upper case."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.normalize.address.plans import CONSTANTS, TABLES
from matchprep.normalize.address.usps import standard_forms
from matchprep.normalize.buffers import lay_out
from matchprep.normalize.gate import gated

Pieces = npt.NDArray[np.int32]


def bare_word(token: pl.Expr) -> pl.Expr:
    """Write words in upper case without accents and without punctuation.

    Hyphens, slashes and the periods of decimal numbers stay, as Publication 28 (section 223) has it.

    Args:
        token: Tokens of addresses.

    Returns:
        Such as `OBRIEN` of `O'Brien,`.
    """
    return gated(token, _bare, unless="^[A-Za-z0-9]*$").str.to_uppercase()


def _bare(token: pl.Expr) -> pl.Expr:
    word = token.str.normalize("NFKD").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}.&#/\-]|[\p{M}]", "")
    word = word.str.replace_all(r"(\d)\.(\d)", "${1}\x00${2}").str.replace_all(".", "", literal=True)
    return word.str.replace_all("\x00", ".", literal=True).str.strip_chars("-/")


class Forms:
    """What to write for each token of a vocabulary.

    Texts stand in a pool of pieces: the constants first, then every standard form, then the tokens that are
    more than upper case away from their bare word. All other tokens are cut out of the address itself.
    """

    def __init__(self) -> None:
        tables = [{} if table == "plain" else dict(standard_forms(table)) for table in TABLES]
        texts = sorted({form for table in tables for form in table.values()})
        self._piece = {text: number for number, text in enumerate((*CONSTANTS, *texts))}
        self._tables = [{word: self._piece[form] for word, form in table.items()} for table in tables]
        self._pool: list[pl.Series] = [pl.Series(list(self._piece), dtype=pl.String)]
        #: How many bytes of a token to leave out before and after its word.
        self.lead, self.tail = np.empty(0, np.int64), np.empty(0, np.int64)
        #: Table and token -> piece, or -1 where the token is cut out of the address.
        self.pieces: Pieces = np.empty((len(TABLES), 0), np.int32)
        self.text, self.start = lay_out(self._pool[0])

    def extend(self, tokens: pl.Series) -> None:
        """Take in the next tokens of the vocabulary.

        Args:
            tokens: Their texts.
        """
        if not len(tokens):
            return
        token, bare = pl.col("token"), pl.col("bare")
        frame = tokens.to_frame("token").with_columns(bare=bare_word(token))
        edges = token.str.len_bytes() - token.str.strip_chars_start("(").str.len_bytes()
        frame = frame.with_columns(
            lead=edges.cast(pl.Int64),
            tail=(
                token.str.len_bytes().cast(pl.Int64)
                - edges.cast(pl.Int64)
                - bare.str.len_bytes().cast(pl.Int64)
            ),
        ).with_columns(
            cut=(pl.col("tail") >= 0)
            & token.str.contains(r"^[\x01-\x7f]*$")
            & token.str.slice(pl.col("lead")).str.to_uppercase().str.starts_with(bare)
        )
        size = sum(len(pool) for pool in self._pool)
        own = (size + (~frame["cut"]).cum_sum() - 1).cast(pl.Int32)
        plain = frame.select(pl.when("cut").then(pl.lit(-1, pl.Int32)).otherwise(own)).to_series()
        rows = [
            frame.select(bare.replace_strict(table, default=plain, return_dtype=pl.Int32))
            .to_series()
            .to_numpy()
            for table in self._tables
        ]
        self.pieces = np.concatenate([self.pieces, np.array(rows)], axis=1)
        self.lead = np.concatenate([self.lead, frame["lead"].to_numpy()])
        self.tail = np.concatenate([self.tail, frame["tail"].to_numpy()])
        self._pool.append(frame.filter(~pl.col("cut"))["bare"])
        self.text, self.start = lay_out(pl.concat(self._pool))
