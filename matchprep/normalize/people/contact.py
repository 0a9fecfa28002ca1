"""How they are reached: phones and emails, clear or hashed before they came."""

from __future__ import annotations

import polars as pl

from matchprep.fields import Field
from matchprep.normalize.email import email
from matchprep.normalize.gate import gated
from matchprep.normalize.hashes import digest, hash_algorithm
from matchprep.normalize.people.written import Clean, Room, Written
from matchprep.normalize.phone import phone_parts
from matchprep.normalize.text import empty_to_null
from matchprep.tables import INVALID, VALID


def phones(frame: pl.LazyFrame, written: Written) -> Room:
    """Read the first phone that is one, whole or from area code and number."""
    digests = _digests(written, Field.PHONE, Field.PHONE_HASH)
    texts = [_number(text, hashed=Field.PHONE in written.hashed) for text in written.texts(Field.PHONE)]
    if Field.PHONE_LOCAL in written:
        area, local = written.text(Field.PHONE_AREA_CODE), written.text(Field.PHONE_LOCAL)
        texts.append(empty_to_null(pl.concat_str(area, local, separator=" ", ignore_nulls=True)))
    if not texts:
        return frame, digests
    working = [f"_phone_{place}" for place in range(len(texts))]
    frame = frame.with_columns(
        phone_parts(text, region=written.region).alias(name)
        for name, text in zip(working, texts, strict=True)
    )
    number = [pl.col(name).struct.field("e164") for name in working]
    valid = [
        pl.when(one.is_not_null()).then(pl.col(name).struct.field("valid"))
        for name, one in zip(working, number, strict=True)
    ]
    clean: Clean = {Field.PHONE: pl.coalesce(number), Field.PHONE + VALID: pl.coalesce(valid)}
    anything = pl.coalesce(*written.texts(Field.PHONE), *texts).is_not_null()
    clean[Field.PHONE + INVALID] = anything & _readable(written, Field.PHONE, clean[Field.PHONE]).is_null()
    return frame, clean | digests


def _number(text: pl.Expr, *, hashed: bool) -> pl.Expr:
    """Undo what a spreadsheet did to a number, and leave out what no number can be read from."""
    number = gated(text, _unspoiled, where=r"[.,][0-9]+$|[eE]")
    return pl.when(hash_algorithm(number).is_null()).then(number) if hashed else number


def _unspoiled(text: pl.Expr) -> pl.Expr:
    whole = text.str.replace(r"^(\+?[0-9]{10,15})\.0+$", "$1")
    # NOTE: `6.51E+09` has lost its digits, though the phone library finds some in it.
    return pl.when(~whole.str.contains(r"^[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+$")).then(whole)


def emails(frame: pl.LazyFrame, written: Written) -> Room:
    """Read the first email address that is one."""
    digests = _digests(written, Field.EMAIL, Field.EMAIL_HASH)
    if Field.EMAIL not in written:
        return frame, digests
    frame = frame.with_columns(_email=pl.coalesce([email(text) for text in written.texts(Field.EMAIL)]))
    readable = _readable(written, Field.EMAIL, pl.col("_email"))
    clean = {Field.EMAIL: pl.col("_email"), Field.EMAIL + INVALID: written.invalid(Field.EMAIL, readable)}
    return frame, clean | digests


def _readable(written: Written, field: Field, read: pl.Expr) -> pl.Expr:
    """Count digests in a field's own columns as read."""
    digests = written.texts(field) if field in written.hashed else []
    return pl.coalesce(read, *(digest(text) for text in digests))


def _digests(written: Written, field: Field, hashed: Field) -> Clean:
    """Read digests, from their own columns and from those of the field they were made of."""
    texts = written.texts(hashed) + (written.texts(field) if field in written.hashed else [])
    if not texts:
        return {}
    clean: Clean = {hashed: pl.coalesce([digest(text) for text in texts])}
    if hashed in written:
        clean[hashed + INVALID] = written.invalid(hashed, clean[hashed])
    return clean
