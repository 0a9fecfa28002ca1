"""Text as people write it: blanks, stray characters, display form and match form.

Steps of `squeeze`, the display form of any value, in this order:

1. `mend_mojibake`: UTF-8 that was read as Windows-1252 is put right (`JosÃ©` -> `José`).
2. NFKC: one code point a letter; full-width and ligature forms become plain ones.
3. Invisible characters go: zero-width, soft hyphen, direction marks, byte-order mark, controls.
4. Every run of white space, no-break spaces included, becomes one space; the ends are trimmed.
5. Nothing left is null.

Steps of `fold`, the match form of a name or a place:

1. Letters that NFKD leaves whole are written out: ß SS, Æ AE, Ø O, Ł L, Đ D, Þ TH, ...
2. NFKD, then upper-case.
3. Everything but A to Z goes (`fold_alphanumeric` also keeps 0 to 9).
4. Nothing left is null.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
import polars as pl

from matchprep.normalize.buffers import first_bytes
from matchprep.normalize.gate import gated, gated_together

#: What people, spreadsheets and databases write where nothing is known; compared in lower case.
BLANKS = frozenset({
    "#n/a", "#na", "#name?", "#null!", "#ref!", "#value!", "#div/0!", "#num!", "(blank)", "(null)",
    "(none)", "(unknown)", "<na>", "<null>", "<none>", "[null]", "\\n", "n/a", "n.a.", "n.a", "na",
    "nil", "none", "not available", "not applicable", "not known", "not provided", "null", "undefined",
    "unk", "unknown", "unspecified",
})  # fmt: skip

#: What programs write, and is a name in other case (Nan, short for Nancy).
_NOT_A_NUMBER = ("nan", "NaN")
_TOKENS = rf"{'|'.join(re.escape(blank) for blank in sorted(BLANKS))}|(?-i:{'|'.join(_NOT_A_NUMBER)})"
#: What is odd or blank, as far as bytes of ASCII tell.
_ODD_OR_BLANK = rf"[^ -~]|  |^ | $|^[^A-Za-z0-9]*$|(?i:^(?:{_TOKENS})$)"
#: NOTE: any letter, in any case: `(?i)` makes a difference for U+0345.
_WORDS = r"(?i)[\p{L}\p{N}]"
_BLANK_WORDS = pl.Series(sorted(BLANKS), dtype=pl.String).implode()

#: Letters with no decomposition into a plain letter and marks. Upper-casing follows, so that
#: upper-case forms need no entry where lower-case ones exist - but the lower-case of İ does.
_WRITTEN_OUT = {
    "ß": "SS", "ẞ": "SS", "æ": "AE", "Æ": "AE", "œ": "OE", "Œ": "OE", "ø": "O", "Ø": "O", "ł": "L", "Ł": "L",
    "đ": "D", "Đ": "D", "ð": "D", "Ð": "D", "þ": "TH", "Þ": "TH", "ħ": "H", "Ħ": "H", "ı": "I", "ĸ": "K",
    "ŋ": "N", "Ŋ": "N", "ŧ": "T", "Ŧ": "T", "ƒ": "F", "ə": "A", "Ə": "A", "ɓ": "B", "Ɓ": "B", "ɗ": "D",
    "Ɗ": "D", "ƙ": "K", "Ƙ": "K", "ƴ": "Y", "Ƴ": "Y", "ɛ": "E", "Ɛ": "E", "ɔ": "O", "Ɔ": "O",
}  # fmt: skip

# NOTE: \p{Cf} holds zero-width characters, soft hyphens, direction marks and the byte-order mark;
#  \p{Cc} holds controls, among them the white space that the next step turns into one space.
_INVISIBLE = r"[\p{Cf}\p{Co}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\x{fffd}\x{fe00}-\x{fe0f}]+"
#: Anything but printable ASCII with single spaces inside; the ends are trimmed before.
_ODD = r"[^ -~]|  "
# NOTE: Python's notion of white space: Rust's \s lacks \x1c to \x1f.
_WHITE = r"[\s\x1c-\x1f]+"
#: What a formula can begin with, and what of that is neither a number nor a telephone number.
_RISKY = np.isin(np.arange(256), np.frombuffer(b"=+-@\t\r", np.uint8))
_FORMULA = r"^(?:[=@\t\r]|[+-](?:$|[^0-9]|[0-9 ().-]*[^0-9 ().-]))"


def _mojibake() -> dict[str, str]:
    """Map each two- or three-character ruin of a UTF-8 letter to the letter."""
    letters = [chr(code) for code in range(0xA1, 0x180)] + list("‘’“”–—\u00a0")
    ruined: dict[str, str] = {}
    for letter in letters:
        # NOTE: Windows-1252 has no character for five bytes; readers then keep the C1 control.
        seen = "".join(
            bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in letter.encode("utf-8")
        )
        ruined[seen] = letter
    return ruined


_MOJIBAKE = _mojibake()
#: What every ruin begins with.
_RUINED = f"[{''.join(sorted({ruin[0] for ruin in _MOJIBAKE}))}]"


def mend_mojibake(expr: pl.Expr) -> pl.Expr:
    """Put right UTF-8 text that was read as Windows-1252 (`JosÃ©` -> `José`).

    Args:
        expr: Text.

    Returns:
        The same text; only sequences that are no text in any language are changed.

    Nulls: null stays null.
    """
    return expr.str.replace_many(list(_MOJIBAKE), list(_MOJIBAKE.values()))


def squeeze(expr: pl.Expr) -> pl.Expr:
    """Bring text to its display form: NFKC, nothing invisible, one space between words.

    Args:
        expr: Text as written.

    Returns:
        Text with case and accents as written.

    Nulls: null stays null; nothing but white space becomes null.
    """
    return empty_to_null(_squeezed(expr))


def blank_to_null(expr: pl.Expr) -> pl.Expr:
    """Bring text to its display form, and what only says "nothing here" to null.

    Args:
        expr: Text as written.

    Returns:
        What `squeeze` gives; null for `N/A`, `NULL`, `#N/A`, `unknown` and the like, and for text without
        any letter or digit (`-`, `???`).

    Nulls: null stays null.
    """
    return gated(expr, lambda text: null_if_blank(_squeezed(text)), where=_ODD_OR_BLANK)


def blanks_to_null(frame: pl.LazyFrame, columns: Collection[str]) -> pl.LazyFrame:
    """Bring several columns to their display form, and what only says "nothing here" to null.

    Args:
        frame: A table.
        columns: Which columns of it, all texts as written.

    Returns:
        The table, and in these columns what `blank_to_null` gives of them.

    Nulls: as of `blank_to_null`.
    """
    return gated_together(frame, columns, lambda text: null_if_blank(_squeezed(text)), where=_ODD_OR_BLANK)


def empty_to_null(expr: pl.Expr) -> pl.Expr:
    """Bring text without a character to null.

    Args:
        expr: Text.

    Returns:
        The same text.

    Nulls: null stays null; empty becomes null.
    """
    # NOTE: `replace("", None)` is no elementwise step to the streaming engine: it gathers the whole column,
    #  and holds back every other column of the table meanwhile.
    return expr.map_batches(_without_empty, return_dtype=pl.String, is_elementwise=True)


def _without_empty(values: pl.Series) -> pl.Series:
    empty = values == ""
    return values.set(empty, None) if empty.any() else values


def null_if_blank(expr: pl.Expr) -> pl.Expr:
    """Bring text in display form that only says "nothing here" to null.

    Args:
        expr: Text in display form.

    Returns:
        The text where it says something; see `blank_to_null`.

    Nulls: null stays null.
    """
    return expr.map_batches(_without_blank, return_dtype=pl.String, is_elementwise=True)


def _without_blank(values: pl.Series) -> pl.Series:
    # NOTE: looked up, not matched: Polars keeps few patterns ready, and this one takes a millisecond to make.
    word = pl.col("value")
    silent = word.str.to_lowercase().is_in(_BLANK_WORDS) | word.is_in(
        pl.lit(pl.Series(_NOT_A_NUMBER)).implode()
    )
    blank = values.to_frame("value").select(silent | ~word.str.contains("[A-Za-z0-9]")).to_series()
    rows = blank.arg_true()
    if rows.is_empty():
        return values
    wordless = values.gather(rows).to_frame("value").select(silent | ~word.str.contains(_WORDS)).to_series()
    empty = pl.repeat(None, int(wordless.sum()), dtype=pl.String, eager=True)
    return values.clone().scatter(rows.filter(wordless), empty)


def fold(expr: pl.Expr) -> pl.Expr:
    """Bring a name or a place to its match form: A to Z only.

    Args:
        expr: Text, in any form.

    Returns:
        Upper-case letters without accents, spaces or punctuation.

    Nulls: null stays null; text without a Latin letter becomes null.

    Example:
        >>> pl.select(fold(pl.lit("Mc Donald-Łuçáß"))).item()
        'MCDONALDLUCASS'
    """
    upper = gated(expr, _written_out, where=r"[^ -~]").str.to_uppercase()
    return empty_to_null(gated(upper, lambda text: text.str.replace_all(r"[^A-Z]+", ""), where=r"[^A-Z]"))


def fold_alphanumeric(expr: pl.Expr) -> pl.Expr:
    """Bring text to a match form that keeps digits: A to Z and 0 to 9 only.

    Args:
        expr: Text, in any form.

    Returns:
        Upper-case letters without accents, and digits.

    Nulls: null stays null; text without a Latin letter or digit becomes null.
    """
    upper = gated(expr, _written_out, where=r"[^ -~]").str.to_uppercase()
    kept = gated(upper, lambda text: text.str.replace_all(r"[^A-Z0-9]+", ""), where=r"[^A-Z0-9]")
    return empty_to_null(kept)


def plain_words(expr: pl.Expr) -> pl.Expr:
    """Bring text to upper-case words of A to Z and 0 to 9 with one space between them.

    Args:
        expr: Text, in any form.

    Returns:
        Apostrophes vanish (`O'FALLON` -> `OFALLON`), other punctuation parts words.

    Nulls: null stays null; text without a Latin letter or digit becomes null.
    """
    upper = gated(expr, _written_out, where=r"[^ -~]").str.to_uppercase()
    words = gated(upper, _words, where=r"[^A-Z0-9 ]|  |^ | $")
    return empty_to_null(words)


def _squeezed(expr: pl.Expr) -> pl.Expr:
    return gated(expr.str.strip_chars(" "), _squeeze, where=_ODD, until_stable=True)


def _squeeze(text: pl.Expr) -> pl.Expr:
    mended = gated(text, mend_mojibake, where=_RUINED)
    clean = mended.str.normalize("NFKC").str.replace_all(_INVISIBLE, "")
    return clean.str.replace_all(_WHITE, " ").str.strip_chars(" ")


def _written_out(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(list(_WRITTEN_OUT), list(_WRITTEN_OUT.values())).str.normalize("NFKD")


def _words(text: pl.Expr) -> pl.Expr:
    joined = text.str.replace_all(r"['’ʼ`´\p{M}]+", "")
    return joined.str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars(" ")


def spreadsheet_safe(expr: pl.Expr) -> pl.Expr:
    """Keep a spreadsheet from running text as a formula when it opens the file.

    Args:
        expr: Text that goes into a file people open.

    Returns:
        The same text, with an apostrophe before what starts like a formula; numbers and telephone
        numbers (`-74.5`, `+1 212 555 0123`) stay as they are.

    Nulls: null stays null.

    Source: OWASP, CSV Injection.
    """
    return expr.map_batches(_quoted, return_dtype=pl.String, is_elementwise=True)


def table_safe(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Keep a spreadsheet from running any text of a table as a formula; see `spreadsheet_safe`.

    Args:
        frame: What goes into a file people open.

    Returns:
        The table; its headers are as they were.

    Rows: all, in order.
    """

    def run(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.with_columns(_quoted(text) for text in batch.select(pl.col(pl.String)).get_columns())

    return frame.map_batches(run, projection_pushdown=True, slice_pushdown=True, streamable=True)


def _quoted(values: pl.Series) -> pl.Series:
    risky = np.flatnonzero(_RISKY[first_bytes(values)])
    if not len(risky):
        return values
    rows = risky[values.gather(risky).str.contains(_FORMULA).fill_null(value=False).to_numpy()]
    return values.clone().scatter(rows, "'" + values.gather(rows)) if len(rows) else values
