"""One column a part: of addresses, phones, names and dates of birth; and digests of email and phone."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from matchprep.columns import ColumnMap
from matchprep.fields import Field
from matchprep.normalize import address_components, address_display, blank_to_null, hash_algorithm, hashed
from matchprep.normalize.address import COMPONENTS
from matchprep.normalize.hashes import Algorithm, recoded
from matchprep.normalize.people.where import STREET_PIECES, street_line
from matchprep.tables import CLEAN, INVALID, SOURCE

_NAME = (Field.NAME_PREFIX, Field.FIRST_NAME, Field.MIDDLE_NAME, Field.LAST_NAME, Field.NAME_SUFFIX)
_DATE = (Field.DOB, Field.BIRTH_YEAR, Field.BIRTH_MONTH, Field.BIRTH_DAY)


def component_columns(names: Sequence[str], understood: ColumnMap) -> dict[str, pl.Expr]:
    """Give every part of what the list has, a column each.

    Args:
        names: Columns of CLEAN.
        understood: What each column of the source was taken for.

    Returns:
        Expressions over CLEAN: all parts of a kind that the list has, null where it cannot fill them.
    """
    columns: dict[str, pl.Expr] = {}
    for parts in (_NAME, _DATE):
        if any(part in names for part in parts):
            empty = {part: pl.lit(None, CLEAN[part]) for part in parts}
            columns |= {part: pl.col(part) if part in names else empty[part] for part in parts}
    line = _address_line(understood)
    if line is not None:
        tagged = address_components(line).struct
        columns |= {
            "address_repeated" if part.name == "repeated" else part.name: tagged.field(part.name)
            for part in COMPONENTS.fields
        }
    if Field.ADDRESS in names:
        columns["address_display"] = address_display(pl.col(Field.ADDRESS))
    return columns | _phone(names)


def _phone(names: Sequence[str]) -> dict[str, pl.Expr]:
    if Field.PHONE not in names:
        return {}
    number = pl.col(Field.PHONE)
    unread = pl.col(Field.PHONE + INVALID) if Field.PHONE + INVALID in names else pl.lit(value=False)
    return {
        "phone_e164": number,
        # NOTE: possibility is the gate of the normalizer: a number that is there is possible.
        "phone_possible": pl.when(number.is_not_null() | unread).then(number.is_not_null()),
        "phone_valid": pl.when(number.is_not_null() | unread).then(
            pl.col("phone_valid").fill_null(value=False)
        ),
    }


def _address_line(understood: ColumnMap) -> pl.Expr | None:
    """The address as the list writes it, in one line: the street line, or else the whole address."""
    written = {
        field: pl.coalesce(
            blank_to_null(pl.col(SOURCE + header))
            for header, one in understood.mapping.items()
            if one is field
        )
        for field in {*STREET_PIECES, Field.FULL_ADDRESS} & understood.fields
    }
    whole = [written[Field.FULL_ADDRESS]] if Field.FULL_ADDRESS in written else []
    street = [street_line(written)] if len(written) > len(whole) else []
    return pl.coalesce(street + whole) if written else None


def hash_columns(names: Sequence[str], algorithms: Sequence[Algorithm]) -> dict[str, pl.Expr]:
    """Hash email (lower-case) and phone (E.164), in lower-case hex.

    Args:
        names: Columns of CLEAN.
        algorithms: Which digests.

    Returns:
        `email_<algorithm>` and `phone_<algorithm>`. A value that came hashed by the same algorithm is
        passed on, never hashed again.
    """
    columns: dict[str, pl.Expr] = {}
    for field, given in ((Field.EMAIL, Field.EMAIL_HASH), (Field.PHONE, Field.PHONE_HASH)):
        for algorithm in dict.fromkeys(algorithms):
            digests = [hashed(pl.col(field), algorithm)] if field in names else []
            if given in names:
                same = pl.when(hash_algorithm(pl.col(given)) == algorithm).then(pl.col(given))
                digests.append(recoded(same, encoding="hex"))
            if digests:
                columns[f"{field}_{algorithm}"] = pl.coalesce(digests)
    return columns
