"""Hashing, and knowing what is hashed already.

Steps of `hashed`, in this order:

1. Empty text is null: the digest of nothing is a valid digest, and the same for everyone.
2. The digest over the UTF-8 bytes of the text, in the algorithm asked for.
3. Written as lower-case hex, upper-case hex or base64 of the raw digest.

What goes in is up to the provider: `PHONE_FORMS`, `EMAIL_FORMS`, `NAME_FORMS` and `DATE_FORMS` name the
input forms that providers document, so that a rule file can say which one it wants. One telephone
number of the United States has three of them, and their digests do not agree.

The only module of matchprep that imports the hash library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, get_args

import polars as pl
import polars_hash as plh

from matchprep.normalize.text import blank_to_null, empty_to_null

Algorithm = Literal["md5", "sha1", "sha256", "sha512"]
Encoding = Literal["hex", "hex_upper", "base64"]
Form = Callable[[pl.Expr], pl.Expr]

ALGORITHMS: tuple[str, ...] = get_args(Algorithm)
ENCODINGS: tuple[str, ...] = get_args(Encoding)

_DIGESTS: Mapping[str, Form] = {
    "md5": lambda text: _hashable(text).nchash.md5(),
    "sha1": lambda text: _hashable(text).nchash.sha1(),
    "sha256": lambda text: _hashable(text).chash.sha2_256(),
    "sha512": lambda text: _hashable(text).chash.sha2_512(),
}
_ENCODINGS: Mapping[str, Form] = {
    "hex": lambda digest: digest,
    "hex_upper": lambda digest: digest.str.to_uppercase(),
    "base64": lambda digest: digest.str.decode("hex").bin.encode("base64"),
}
#: Length of a digest in hex and in base64, and the padding of the latter.
_LENGTHS: Mapping[str, tuple[int, int, str]] = {
    "md5": (32, 22, "=="),
    "sha1": (40, 27, "="),
    "sha256": (64, 43, "="),
    "sha512": (128, 86, "=="),
}


def _hashable(text: pl.Expr) -> plh.HExpr:
    # NOTE: the library hangs its namespaces on pl.Expr when it is imported; its own class names them
    #  for the type checker.
    return text


def hashed(expr: pl.Expr, algorithm: Algorithm = "sha256", *, encoding: Encoding = "hex") -> pl.Expr:
    """Hash text.

    Args:
        expr: Text in the provider's input form.
        algorithm: Which digest.
        encoding: How the digest is written.

    Returns:
        The digest. A value that is a digest already must not come here: see `hashed_once`.

    Nulls: null stays null; empty text becomes null.
    """
    return _ENCODINGS[encoding](_DIGESTS[algorithm](empty_to_null(expr)))


def hashed_once(expr: pl.Expr, algorithm: Algorithm = "sha256", *, encoding: Encoding = "hex") -> pl.Expr:
    """Hash text, and let digests of the same algorithm pass.

    Args:
        expr: Text in the provider's input form, or digests.
        algorithm: Which digest.
        encoding: How the digest is written.

    Returns:
        The digest. Digests of the algorithm are only written anew, in the encoding asked for.

    Nulls: null stays null; empty text, and digests of another algorithm, become null.
    """
    found = hash_algorithm(expr)
    passed = recoded(pl.when(found == algorithm).then(expr), encoding=encoding)
    return pl.coalesce(passed, hashed(pl.when(found.is_null()).then(expr), algorithm, encoding=encoding))


def hash_algorithm(expr: pl.Expr) -> pl.Expr:
    """Tell from length and alphabet which algorithm made a digest.

    Args:
        expr: Text that may be a digest, in hex of any case, with or without `0x`, or in base64.

    Returns:
        `md5`, `sha1`, `sha256`, `sha512`.

    Nulls: null where it is null or no digest.
    """
    return expr.map_batches(_algorithms, return_dtype=pl.String, is_elementwise=True)


def _algorithms(values: pl.Series) -> pl.Series:
    """Look closely only at the values that a digest's length and letters leave possible."""
    likely = values.str.contains(r"^(?:0x)?[0-9A-Za-z+/]{22,128}={0,2}$").arg_true()
    named = pl.Series(values.name, [None], dtype=pl.String).new_from_index(0, values.len())
    if likely.is_empty():
        return named
    return named.scatter(
        likely, values.gather(likely).to_frame("value").select(_named(pl.col("value"))).to_series()
    )


def _named(expr: pl.Expr) -> pl.Expr:
    body = expr.str.strip_prefix("0x")
    length = body.str.len_bytes()
    hexadecimal = body.str.contains(r"^[0-9a-f]{32,128}$|^[0-9A-F]{32,128}$")
    base64 = body.str.contains(r"^[0-9A-Za-z+/]{22,86}={1,2}$")
    named: pl.Expr = pl.lit(None, pl.String)
    for name, (hex_length, base64_length, padding) in _LENGTHS.items():
        is_hex = hexadecimal & (length == hex_length)
        is_base64 = base64 & (length == base64_length + len(padding))
        named = pl.when(is_hex | is_base64).then(pl.lit(name)).otherwise(named)
    return named


def digest(expr: pl.Expr) -> pl.Expr:
    """Read a value that was hashed before it came.

    Args:
        expr: Digest as written.

    Returns:
        Hex in lower case and without `0x`; base64 as it came.

    Nulls: null stays null; null where it is no digest.
    """
    text = blank_to_null(expr).str.replace(r"^(?:0[xX])+", "")
    lower = pl.when(text.str.contains(r"^[0-9A-Fa-f]*$")).then(text.str.to_lowercase()).otherwise(text)
    return pl.when(hash_algorithm(text).is_not_null()).then(lower)


def recoded(expr: pl.Expr, *, encoding: Encoding) -> pl.Expr:
    """Write digests in another encoding.

    Args:
        expr: Digests, in hex or base64.
        encoding: How they shall be written.

    Returns:
        The same digests.

    Nulls: null stays null; null where it is no digest.
    """
    text = expr.str.strip_prefix("0x")
    from_base64 = (
        pl.when(text.str.ends_with("=")).then(text).str.decode("base64", strict=False).bin.encode("hex")
    )
    return _ENCODINGS[encoding](pl.coalesce(from_base64, text).str.to_lowercase())


def _domain_is(address: pl.Expr, *domains: str) -> pl.Expr:
    return address.str.contains(rf"@(?:{'|'.join(domains)})$".replace(".", r"\."))


def _without_dots(address: pl.Expr) -> pl.Expr:
    # NOTE: an address that has nothing but dots before the @ (or before its tag) is none.
    local = empty_to_null(address.str.extract(r"^([^@]*)@", 1).str.replace_all(".", "", literal=True))
    return local + address.str.extract(r"(@.*)$", 1)


def _trimmed(address: pl.Expr) -> pl.Expr:
    return address.str.strip_chars().str.to_lowercase()


def _gmail_without_dots(address: pl.Expr) -> pl.Expr:
    lower = _trimmed(address)
    return (
        pl.when(_domain_is(lower, "gmail.com", "googlemail.com")).then(_without_dots(lower)).otherwise(lower)
    )


def _gmail_without_tag(address: pl.Expr) -> pl.Expr:
    lower = _trimmed(address)
    bare = _without_dots(lower.str.replace(r"\+[^@]*@", "@"))
    return pl.when(_domain_is(lower, "gmail.com")).then(bare).otherwise(lower)


def _google_ads(address: pl.Expr) -> pl.Expr:
    lower = _trimmed(address)
    bare = _without_dots(lower.str.replace(r"\+[^@]*@", "@"))
    return pl.when(_domain_is(lower, "gmail.com", "googlemail.com")).then(bare).otherwise(lower)


def _lower_letters(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{M}]+", "")


#: Input forms of an email address. Each takes an address.
EMAIL_FORMS: Mapping[str, Form] = {
    "lower": _trimmed,  # IQM, Meta, Snap, X
    "lower_no_space": lambda text: text.str.to_lowercase().str.replace_all(
        r"\s+", ""
    ),  # LiveRamp, DigitalAudience
    "gmail_without_dots": _gmail_without_dots,  # Google Data Manager: the tag stays
    "gmail_without_tag": _gmail_without_tag,  # UID2: gmail.com only
    "gmail_without_dots_and_tag": _google_ads,  # Google Ads: googlemail.com too
}
#: Input forms of a telephone number. Each takes E.164.
PHONE_FORMS: Mapping[str, Form] = {
    "e164": lambda phone: phone,  # Google, UID2: +16505551212
    "digits": lambda phone: phone.str.strip_prefix("+"),  # Meta, Snap, DigitalAudience: 16505551212
    "national": lambda phone: phone.str.replace(r"^\+1", "").str.strip_prefix(
        "+"
    ),  # IQM, LiveRamp: 6505551212
}
#: Input forms of names and places.
NAME_FORMS: Mapping[str, Form] = {
    "lower": _trimmed,
    # Meta, Snap: punctuation and digits go, letters of any script stay as they are.
    "lower_letters": _lower_letters,
}
#: Input forms of a date of birth. Each takes a date.
DATE_FORMS: Mapping[str, Form] = {
    "yyyymmdd": lambda date: date.dt.to_string("%Y%m%d"),
    "yyyy-mm-dd": lambda date: date.dt.to_string("%Y-%m-%d"),
    "yyyy": lambda date: date.dt.to_string("%Y"),
    "mm": lambda date: date.dt.to_string("%m"),
    "dd": lambda date: date.dt.to_string("%d"),
}
