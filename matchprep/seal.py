"""KEPT -> SEALED: the provider's own file, with its headers, its forms and its hashes, and nothing else.

Sealing is where values are *written*; what they mean was settled by normalize. A column leaves only if
the profile of the rule file names it, a value only if it counts by the rules, and a value that came
to us hashed is never hashed again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from matchprep.check.candidates import candidates, most_rows
from matchprep.check.presence import Presence
from matchprep.errors import InputError
from matchprep.fields import Field
from matchprep.files import written_whole
from matchprep.normalize import spreadsheet_safe
from matchprep.normalize.hashes import Encoding, hashed, recoded
from matchprep.rulebook import HashRules, ProviderRules
from matchprep.rulebook.model import Algorithm, Form
from matchprep.tables import ROW_ID

_NEWLINES = {"lf": "\n", "crlf": "\r\n"}


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A file that a provider accepts.

    Args:
        path: Where it is.
        rows: How many rows it has, the header not counted.
        columns: Its headers.
        digest: SHA-256 of its bytes, in hexadecimal.
        size_bytes: Its size.
        profile: The profile it was written for.
        hashed: Headers of hashed columns, and the algorithm of each.
        id_column: What identifies its rows: the header, and whether it holds own ids or row numbers.
    """

    path: Path
    rows: int
    columns: tuple[str, ...]
    digest: str
    size_bytes: int
    profile: str
    hashed: Mapping[str, str]
    id_column: tuple[str, str] | None


@dataclass(frozen=True)
class _Column:
    header: str
    expr: pl.Expr
    algorithm: str | None = None


def seal_people(
    kept: pl.LazyFrame | pl.DataFrame,
    rules: ProviderRules,
    path: Path,
    *,
    profile: str | None = None,
    hash_algorithm: str | None = None,
) -> Sealed:
    """Write the file that a provider accepts.

    Args:
        kept: The rows that the check kept.
        rules: The provider.
        path: Where the file shall be.
        profile: The profile that the check chose; found anew when not given.
        hash_algorithm: The hash, if not the rule file's own; `raw` for none, where the provider allows it.

    Returns:
        What was written.

    Raises:
        UsageError: The provider has no such profile or hash, or the folder cannot be written to.
        InputError: There is no row to write, or the file is larger than the provider takes.

    Rows: all, in order.
    Columns: those of the profile that the list can fill, under the provider's headers; no other.
    Nulls: empty; also where a value does not count by the rules.
    """
    frame = kept.lazy()
    known = frozenset(frame.collect_schema().names())
    possible = candidates(rules, known, profile=profile, algorithm=hash_algorithm)
    presence = most_rows(frame, possible).presence
    presence.check_algorithm()
    own_ids = _own_ids(frame, known)
    columns = list(_columns(presence, own_ids=own_ids))
    if not columns:
        _refuse(0, 0, rules, path)
    with written_whole(path) as temporary:
        frame.select(column.expr.alias(column.header) for column in columns).sink_csv(
            temporary, line_terminator=_NEWLINES[rules.file.newline]
        )
        rows, size = _rows(temporary), temporary.stat().st_size
        _refuse(rows, size, rules, path)
        digest = _digest_of(temporary)
    part = rules.fields.get(Field.ID)
    identified = part is not None and Field.ID in rules.profiles[presence.profile].columns
    return Sealed(
        path=path,
        rows=rows,
        columns=tuple(column.header for column in columns),
        digest=digest,
        size_bytes=size,
        profile=presence.profile,
        hashed={column.header: column.algorithm for column in columns if column.algorithm},
        id_column=(part.wire, "the list's own" if own_ids else "row number") if part and identified else None,
    )


def _own_ids(frame: pl.LazyFrame, known: frozenset[str]) -> bool:
    """Say whether the list's own identifier tells every row from every other."""
    if Field.ID not in known:
        return False
    expr = pl.col(Field.ID)
    different = expr.drop_nulls().hash().n_unique() == pl.len()
    return bool(frame.select(different.alias("different")).collect(engine="streaming").item())


def _columns(presence: Presence, *, own_ids: bool) -> Iterator[_Column]:
    for field in presence.rules.profiles[presence.profile].columns:
        part = presence.rules.fields[field]
        if field == Field.ID:
            own = spreadsheet_safe(pl.col(Field.ID)) if own_ids else pl.col(ROW_ID).cast(pl.String)
            yield _Column(part.wire, own)
        elif presence.available(field):
            algorithm = presence.hash_of(field)
            if part.hash is not None and algorithm is not None:
                header = part.hash.wire.replace("{algorithm}", algorithm)
                yield _Column(header, _hashed(presence, field, part.hash, algorithm), algorithm)
            else:
                yield _Column(part.wire, _written(presence, field))


def _written(presence: Presence, field: Field) -> pl.Expr:
    part = presence.rules.fields[field]
    if part.made_of and presence.column(field) not in presence.columns:
        joined = pl.concat_str([_written(presence, one) for one in part.made_of], separator=", ")
        return pl.when(presence.filled(field)).then(joined)
    form = _FORMS[part.form](pl.col(presence.column(field)))
    written = spreadsheet_safe(form) if part.form in {"as is", "lower-case"} else form
    return pl.when(presence.own(field)).then(written)


def _hashed(presence: Presence, field: Field, rules: HashRules, algorithm: Algorithm) -> pl.Expr:
    encoding: Encoding = (
        "base64" if rules.encoding == "base64" else "hex" if rules.case == "lower" else "hex_upper"
    )
    parts: list[pl.Expr] = []
    if presence.column(field) in presence.columns:
        value = pl.when(presence.own(field)).then(_FORMS[rules.input](pl.col(presence.column(field))))
        parts.append(hashed(value, algorithm, encoding=encoding))
    if (given := presence.given(field)) is not None:
        # Hashed before it came to us: only written anew, never hashed again.
        digests = pl.when(presence.digest_given(field)).then(pl.col(given))
        parts.append(recoded(digests, encoding=encoding))
    return pl.coalesce(parts)


def _ten_digits(expr: pl.Expr) -> pl.Expr:
    return pl.when(expr.str.contains(r"^\+1[0-9]{10}$")).then(expr.str.slice(2))


def _decimal(expr: pl.Expr) -> pl.Expr:
    digits = expr.cast(pl.Decimal(12, 7), strict=False).cast(pl.String)
    return digits.str.strip_chars_end("0").str.strip_chars_end(".")


_FORMS: Mapping[Form, Callable[[pl.Expr], pl.Expr]] = {
    "as is": lambda expr: expr.cast(pl.String),
    "lower-case": lambda expr: expr.str.to_lowercase(),
    "YYYY-MM-DD": lambda expr: expr.dt.to_string("%Y-%m-%d"),
    "YYYYMMDD": lambda expr: expr.dt.to_string("%Y%m%d"),
    "10 digits": _ten_digits,
    "E.164": lambda expr: expr,
    "country code and digits": lambda expr: expr.str.strip_prefix("+"),
    "decimal": _decimal,
    "comma-joined": lambda expr: expr,
}


def _rows(path: Path) -> int:
    return int(pl.scan_csv(path, infer_schema=False).select(pl.len()).collect(engine="streaming").item())


def _refuse(rows: int, size: int, rules: ProviderRules, path: Path) -> None:
    if not rows:
        what = f"no row is left that {rules.name} can use, so no file was written"
        raise InputError(what, where=str(path), hint="See the reasons of the rejected rows.")
    if rules.file.max_bytes is not None and size > rules.file.max_bytes:
        raise InputError(
            f"the file would have {size:,} bytes, and {rules.name} takes {rules.file.max_bytes:,}",
            where=str(path),
            hint="Split the list.",
        )


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
