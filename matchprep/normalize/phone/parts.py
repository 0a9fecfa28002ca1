"""Phone numbers to their parts: a grammar for what is plainly North American, phonenumbers for the rest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import phonenumbers
import polars as pl

from matchprep.normalize.buffers import PAD, Views, string_column
from matchprep.normalize.phone.grammar import Read, read
from matchprep.normalize.phone.library import PARTS, TYPE_NAMES, ask_distinct
from matchprep.normalize.phone.plan import dials_as_expected, north_american_plan

#: Values that are worked on at once.
SLICE = 131_072
#: Digits of a number without its area code.
_LOCAL = 7
#: A number, the label of an extension, and its digits, as phonenumbers reads them.
_EXTENSION = r"(?i)^((?:[ ().\-/+]*[0-9]){7,}\)?) *(?:x|ext|extn|extension)[:.]? *([0-9]{1,7})$"


def phone_columns(values: pl.Series, region: str) -> pl.Series:
    """Read phone numbers.

    Args:
        values: Phone numbers as written.
        region: Where they are dialed when they do not say.

    Returns:
        One struct of parts a value; null where the value is.
    """
    begins = range(0, max(len(values), 1), SLICE)
    return pl.concat([_slice(values.slice(begin, SLICE), region) for begin in begins]).alias(values.name)


def _slice(values: pl.Series, region: str) -> pl.Series:
    bare, extension = _without_extensions(values)
    known = read(bare, domestic=dials_as_expected(region))
    parts = _read_parts(known, len(values)).with_columns(
        extension=pl.when(pl.col("possible")).then(extension)
    )
    whole = parts.select(*PARTS.to_schema()).to_struct()
    left = pl.Series(~known.settled) & values.is_not_null()
    if left.any():
        place = np.arange(len(values))
        place[left.to_numpy()] = len(values) + np.arange(int(left.sum()))
        whole = pl.concat([whole, ask_distinct(values.filter(left), region)]).gather(place)
    return pl.select(pl.when(values.is_not_null()).then(whole)).to_series() if values.has_nulls() else whole


def _without_extensions(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Cut off extensions where a number has one; both columns are as long as the values."""
    none = pl.repeat(None, len(values), dtype=pl.String, eager=True)
    if not values.str.contains_any(["x", "X"]).any():
        return values, none
    cut = values.str.extract_groups(_EXTENSION).struct.unnest()
    bare, extension = cut.get_columns()
    return bare.fill_null(values), extension


def _read_parts(known: Read, size: int) -> pl.DataFrame:
    """Write what the grammar read as columns."""
    columns = {name: np.zeros(size, np.complex128) for name in ("e164", "national")}
    possible, local = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    kinds = np.full(size, phonenumbers.PhoneNumberType.UNKNOWN, np.int8)
    for length, rows in known.rows.items():
        digits = known.digits[length]
        for name, prefix in (("e164", b"+1"), ("national", b"")):
            columns[name][rows] = _written(digits, prefix)
        kinds[rows] = north_american_plan().number_types(digits)
        possible[rows] = True
        local[rows] = length == _LOCAL
    nothing = np.zeros(PAD, np.uint8)
    return pl.DataFrame(
        {name: string_column(column, possible, nothing) for name, column in columns.items()}
        | {"possible": possible, "local": local, "valid": kinds != phonenumbers.PhoneNumberType.UNKNOWN}
    ).with_columns(type=TYPE_NAMES.gather(kinds))


def _written(digits: npt.NDArray[np.uint8], prefix: bytes) -> Views:
    """Write national numbers after a prefix, as string views; twelve bytes at most fit into a view itself."""
    width = len(prefix) + digits.shape[1]
    text = np.zeros((len(digits), 16), np.uint8)
    text[:, 0] = width
    text[:, 4 : 4 + len(prefix)] = np.frombuffer(prefix, np.uint8)
    text[:, 4 + len(prefix) : 4 + width] = digits + np.uint8(ord("0"))
    return text.view(np.complex128)[:, 0]
