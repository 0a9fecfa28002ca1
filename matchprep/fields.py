"""The canonical fields of a person, one line of meaning each.

Every column of every list is understood as one of these or left alone. Rule
files, tables and the command line speak of fields by these names only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Field(StrEnum):
    """A canonical field; its value is its name everywhere, `meaning` says what it holds."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Make a member that is its own name and knows its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    ID = "id", "The list's own identifier of a row; never used to match."

    FULL_NAME = (
        "full_name",
        "The whole name in one column: `First Middle Last` or `LAST, FIRST MIDDLE`.",
    )
    FIRST_NAME_COMBINED = (
        "first_name_combined",
        "The first names of two people in one column (`Bonnie and Clyde`).",
    )
    NAME_PREFIX = "name_prefix", "A title before the name (`Dr`, `Mrs`)."
    FIRST_NAME = "first_name", "Given name."
    MIDDLE_NAME = "middle_name", "Middle name or initial."
    LAST_NAME = "last_name", "Surname."
    NAME_SUFFIX = "name_suffix", "Generation or post-nominal after the name (`Jr`, `III`, `MD`)."

    FULL_ADDRESS = "full_address", "The whole postal address in one column: street, city, state, ZIP."
    ADDRESS = "address", "Street line of the address: number, street and, where written there, unit."
    ADDRESS2 = "address2", "Second line of the address: unit, building, care-of."
    HOUSE_NUMBER = "house_number", "Number of the house, where it has a column of its own."
    STREET = "street", "Street name with directionals and suffix, without the number."
    UNIT = "unit", "Apartment, suite or other unit within the building."
    PO_BOX = "po_box", "Post office box, where it has a column of its own."
    CITY = "city", "City or post town."
    STATE = "state", "State or territory of the United States, two letters."
    ZIP = "zip", "Five-digit ZIP code."
    ZIP4 = "zip4", "Four digits of ZIP+4."
    LATITUDE = "latitude", "Decimal degrees north, WGS 84."
    LONGITUDE = "longitude", "Decimal degrees east, WGS 84."

    PHONE = "phone", "Telephone number."
    PHONE_AREA_CODE = "phone_area_code", "Area code, where it has a column of its own."
    PHONE_LOCAL = "phone_local", "Telephone number without its area code."
    EMAIL = "email", "Email address."
    PHONE_HASH = "phone_hash", "Digest of a phone number, hashed before it came to us."
    EMAIL_HASH = "email_hash", "Digest of an email address, hashed before it came to us."

    DOB = "dob", "Date of birth."
    BIRTH_YEAR = "birth_year", "Year of birth, four digits."
    BIRTH_MONTH = "birth_month", "Month of birth, 1 to 12."
    BIRTH_DAY = "birth_day", "Day of birth, 1 to 31."
    AGE = "age", "Age in years."
    GENDER = "gender", "F, M or U (unknown)."
    ETHNICITY = "ethnicity", "Ethnic group, in the words of the list."

    VOTER_ID = "voter_id", "Voter identifier issued by the state."
    VOTERBASE_ID = "voterbase_id", "TargetSmart voterbase identifier (`NY-123`)."
    SMARTVAN_ID = "smartvan_id", "SmartVAN identifier; needs the state beside it."
    EXACT_TRACK = "exact_track", "TargetSmart ExactTrack identifier."
    LAL_VOTER_ID = "lal_voter_id", "L2 voter identifier (LALVOTERID)."
    I360_ID = "i360_id", "i360 voter identifier."
    ARISTOTLE_ID = "aristotle_id", "Aristotle voter identifier."
    NPI = "npi", "National Provider Identifier of a health care provider, ten digits."
    PERSONAL_ID = "personal_id", "National personal identity number (used in Sweden only)."
    AAID = "aaid", "Android advertising identifier."
    IDFA = "idfa", "Apple advertising identifier."
    SS_ID = "ss_id", "StatSocial identifier."
    TWITTER_ID = "twitter_id", "Numeric identifier of a Twitter account."
    TWITTER_USER = "twitter_user", "Screen name of a Twitter account."
    CINT_ID = "cint_id", "Cint panel identifier."
    MA_ID = "ma_id", "Media-audience identifier of StatSocial."
    RAMP_ID = "ramp_id", "LiveRamp RampID."
