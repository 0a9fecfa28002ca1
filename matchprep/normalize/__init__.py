"""What a value means: one expression builder a kind of value, and `normalize_people` for whole lists.

Every builder takes and returns a Polars expression, is null where nothing is written or nothing can be
read, never raises on a value, and gives the same when it is applied twice. How a provider wants a value
written is not decided here.
"""

from __future__ import annotations

from matchprep.normalize.address import address_components, address_display, full_address, street_address
from matchprep.normalize.date import age_on, birth_date, birth_date_of_parts, dob
from matchprep.normalize.date_order import DateOrder, date_order
from matchprep.normalize.email import email, email_domain, is_disposable, is_role, typo_suggestion
from matchprep.normalize.full_name import split_full_name
from matchprep.normalize.hashes import digest, hash_algorithm, hashed, hashed_once
from matchprep.normalize.ids import identifier, is_npi, npi
from matchprep.normalize.name import first_name, initial, last_name, middle_name, name_prefix, name_suffix
from matchprep.normalize.name_grammar import first_person
from matchprep.normalize.name_parts import name_parts
from matchprep.normalize.namespace import People
from matchprep.normalize.nickname import nickname
from matchprep.normalize.people import normalize_people
from matchprep.normalize.person import age, gender
from matchprep.normalize.phone import (
    is_possible_phone,
    is_valid_phone,
    phone,
    phone_extension,
    phone_national,
    phone_parts,
    phone_type,
)
from matchprep.normalize.phonetic import phonetic
from matchprep.normalize.place import city, latitude, longitude, region, state
from matchprep.normalize.text import (
    blank_to_null,
    fold,
    fold_alphanumeric,
    plain_words,
    spreadsheet_safe,
    squeeze,
)
from matchprep.normalize.zips import is_zip_in_state, zip4, zip_code, zip_parts

__all__ = [
    "DateOrder",
    "People",
    "address_components",
    "address_display",
    "age",
    "age_on",
    "birth_date",
    "birth_date_of_parts",
    "blank_to_null",
    "city",
    "date_order",
    "digest",
    "dob",
    "email",
    "email_domain",
    "first_name",
    "first_person",
    "fold",
    "fold_alphanumeric",
    "full_address",
    "gender",
    "hash_algorithm",
    "hashed",
    "hashed_once",
    "identifier",
    "initial",
    "is_disposable",
    "is_npi",
    "is_possible_phone",
    "is_role",
    "is_valid_phone",
    "is_zip_in_state",
    "last_name",
    "latitude",
    "longitude",
    "middle_name",
    "name_parts",
    "name_prefix",
    "name_suffix",
    "nickname",
    "normalize_people",
    "npi",
    "phone",
    "phone_extension",
    "phone_national",
    "phone_parts",
    "phone_type",
    "phonetic",
    "plain_words",
    "region",
    "split_full_name",
    "spreadsheet_safe",
    "squeeze",
    "state",
    "street_address",
    "typo_suggestion",
    "zip4",
    "zip_code",
    "zip_parts",
]
