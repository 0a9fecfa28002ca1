"""The tables of the walk and the columns each of them promises.

    RAW -> MAPPED -> CLEAN -> (KEPT, REJECTED) -> PAIRS -> ESTIMATE        KEPT -> SEALED

RAW       `row_id`, then every column of the source under its own header, all strings.
MAPPED    `row_id`, one string column a mapped field under the field's name, values as written;
          a further source column of the same field is `<field>__2`, `<field>__3`, ...;
          every source column once more as `source.<header>`.
CLEAN     `row_id`, the normalized columns of `CLEAN` below (only those the list can fill),
          `<field>_invalid` for each mapped field that has a form to fail, and `source.<header>`.
KEPT      the rows of CLEAN that the provider can use.
REJECTED  `row_id`, `reasons` (a list of sentences), and `source.<header>`.
PAIRS     one row a list row that has a best candidate in the reference; see `PAIRS`.

`row_id` is the 1-based number of the row in the source, header not counted; rows that could not be
read keep their number, so the numbers of a table may have gaps. No stage reorders rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from matchprep.errors import ContractError
from matchprep.fields import Field

ROW_ID = "row_id"
#: Prefix of the source's own columns from MAPPED on.
SOURCE = "source."
#: Suffix of the flag "something is written there, but it cannot be read as this field".
INVALID = "_invalid"
#: Suffix of the flag "as the library of the field's trade says, this is more than well-formed".
VALID = "_valid"

#: Raised whenever the meaning of a column of CLEAN changes: what an older version wrote is made anew.
CLEAN_VERSION = "3"

#: Normalized columns of CLEAN. Null means: blank, or not readable (then `<field>_invalid` is true).
CLEAN: Mapping[str, type[pl.DataType]] = {
    Field.ID: pl.String,
    # Display forms: NFKC, one space between words, accents and case as written.
    Field.NAME_PREFIX: pl.String,
    Field.FIRST_NAME: pl.String,
    Field.MIDDLE_NAME: pl.String,
    Field.LAST_NAME: pl.String,
    Field.NAME_SUFFIX: pl.String,  # canonical: JR, SR, II, III, IV, V, else upper-cased
    # Postal address, upper-case, USPS Publication 28 forms.
    Field.ADDRESS: pl.String,  # "123 N MAIN ST APT 4"
    Field.HOUSE_NUMBER: pl.String,  # "123"
    Field.STREET: pl.String,  # "N MAIN ST"
    Field.UNIT: pl.String,  # "APT 4"
    Field.PO_BOX: pl.String,  # "12" of "PO BOX 12"
    Field.CITY: pl.String,  # upper-case
    Field.STATE: pl.String,  # two letters
    Field.ZIP: pl.String,  # five digits
    Field.ZIP4: pl.String,  # four digits
    "postal_code": pl.String,  # any country's code: upper-case letters and digits only; for matching
    "region": pl.String,  # the state as written, folded to upper-case letters; for matching
    Field.LATITUDE: pl.Float64,
    Field.LONGITUDE: pl.Float64,
    Field.PHONE: pl.String,  # E.164: "+12125550123"
    "phone_valid": pl.Boolean,  # phonenumbers.is_valid_number; PHONE itself needs only possibility
    Field.EMAIL: pl.String,  # trimmed, lower-case
    Field.PHONE_HASH: pl.String,  # lower-case hex or base64, as it came
    Field.EMAIL_HASH: pl.String,
    Field.DOB: pl.Date,  # whole dates only; the parts below hold what a partial date has
    Field.BIRTH_YEAR: pl.Int16,
    Field.BIRTH_MONTH: pl.Int8,
    Field.BIRTH_DAY: pl.Int8,
    Field.AGE: pl.Int16,
    Field.GENDER: pl.String,  # F, M, U
    Field.ETHNICITY: pl.String,
    Field.VOTER_ID: pl.String,
    Field.VOTERBASE_ID: pl.String,
    Field.SMARTVAN_ID: pl.String,
    Field.EXACT_TRACK: pl.String,
    Field.LAL_VOTER_ID: pl.String,
    Field.I360_ID: pl.String,
    Field.ARISTOTLE_ID: pl.String,
    Field.NPI: pl.String,
    Field.PERSONAL_ID: pl.String,
    Field.AAID: pl.String,
    Field.IDFA: pl.String,
    Field.SS_ID: pl.String,
    Field.TWITTER_ID: pl.String,
    Field.TWITTER_USER: pl.String,
    Field.CINT_ID: pl.String,
    Field.MA_ID: pl.String,
    Field.RAMP_ID: pl.String,
}

#: PAIRS: the best candidate of each list row that has one, whether or not it is taken as a match.
#: Beside these, one column a compared field `agree_<field>` (String: the comparison level's name).
PAIRS: Mapping[str, type[pl.DataType]] = {
    ROW_ID: pl.Int64,
    "reference_id": pl.String,
    "probability": pl.Float64,  # posterior of this candidate against all others and "none of these"
    "match_weight": pl.Float64,  # base-2 logarithm of the Bayes factor
    "is_match": pl.Boolean,  # probability at or above the threshold, and the candidate assigned to this row
}


def verify(frame: pl.LazyFrame, expected: Mapping[str, type[pl.DataType]], *, table: str) -> None:
    """Hold a table against its promise.

    Args:
        frame: The table a stage gave.
        expected: Column names and types it must have; it may have more.
        table: The table's name, for the message.

    Raises:
        ContractError: A column is missing or of another type; all of them are named.
    """
    schema = frame.collect_schema()
    faults = [
        f"{name}: got {schema.get(name, 'no such column')}, expected {dtype}"
        for name, dtype in expected.items()
        if schema.get(name) != dtype
    ]
    if faults:
        raise ContractError(f"the table {table} is not as promised: {'; '.join(faults)}", where=table)
