"""What IQM refuses of a form, written from its guide by hand, and what its columns mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAX_BYTES = 1_000_000_000
SINGLE = ("Voters_ID", "NPI_ID", "Email", "Phone", "Residence_FullAddress")
COMBINATIONS = (
    {"Voters_FirstName", "Voters_LastName", "Residence_Addresses_Zip", "Residence_Addresses_State"},
    {"Residence_Addresses_AddressLine", "Residence_Addresses_Zip", "Residence_Addresses_State"},
)
COLUMNS = (
    "Voters_ID", "Voters_FirstName", "Voters_LastName", "Residence_Addresses_State",
    "Residence_Addresses_AddressLine", "Residence_Addresses_Zip", "Voters_FullName",
    "Residence_Addresses_City", "Residence_Addresses_ZipPlus4", "Voters_Age", "Voters_Gender",
    "Ethnic_Description", "Residence_Addresses_Latitude", "Residence_Addresses_Longitude", "Phone", "Email",
    "Residence_FullAddress", "NPI_ID",
)  # fmt: skip
#: Key of IQM -> what matchprep calls it; for reading the file as the caller mapped it.
_MEANS = {
    "Voters_FirstName": "first_name", "Voters_LastName": "last_name", "Residence_Addresses_Zip": "zip",
    "Residence_Addresses_State": "state", "Residence_Addresses_AddressLine": "address",
    "Residence_Addresses_City": "city", "Residence_FullAddress": "full_address", "NPI_ID": "npi",
}  # fmt: skip


def faults_of(fields: Mapping[str, str], upload: Any) -> str | None:
    """Say what is wrong with a form, in the words of the guide.

    Args:
        fields: The form's fields.
        upload: The file in it.

    Returns:
        The fault; null when there is none.
    """
    missing = [
        name
        for name in ("columns", "metadata", "fileTotalCount", "isSingleColumnEnabled")
        if name not in fields
    ]
    try:
        documents = [json.loads(fields.get(name, "{}")) for name in ("columns", "metadata", "columnSettings")]
    except (ValueError, RecursionError):
        return "columns, columnSettings and metadata must be JSON."
    if not all(isinstance(one, dict) for one in documents) or not all(map(_are_words, documents[::2])):
        return "columns, columnSettings and metadata must be JSON objects."
    faults = {
        "Audience name can not be null.": not fields.get("audienceName"),
        f"Required: {', '.join(missing)}.": bool(missing),
        "The file must be CSV or XLSX.": Path(getattr(upload, "filename", "") or "").suffix.lower()
        not in {".csv", ".xlsx"},
        "The file is larger than 1 GB.": (getattr(upload, "size", 0) or 0) > MAX_BYTES,
        **_mapping_faults(fields, *documents),
    }
    return next((message for message, there in faults.items() if there), None)


def _mapping_faults(
    fields: Mapping[str, str],
    columns: Mapping[str, str],
    metadata: Mapping[str, Any],
    settings: Mapping[str, str],
) -> dict[str, bool]:
    keys = set(columns.values())
    single = keys & set(SINGLE)
    lacking = sorted((single - {"Residence_FullAddress"}) - set(settings))
    return {
        "One of the field combinations is required.": not single
        and not any(wanted <= keys for wanted in COMBINATIONS),
        "isSingleColumnEnabled does not fit the columns.": (fields.get("isSingleColumnEnabled") == "true")
        != bool(single),
        f"columnSettings lacks {', '.join(lacking)}.": bool(lacking),
        "metadata lacks a column.": not set(columns) <= _words_in(metadata.get("columns")),
    }


def _are_words(document: Mapping[str, Any]) -> bool:
    return all(isinstance(one, str) for one in document.values())


def _words_in(value: Any) -> set[str]:
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()


def choices_of(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Say what the columns of a file hold, as its form maps them.

    Args:
        fields: The form's fields.

    Returns:
        `HEADER=FIELD`, for those that the sandbox matches by.
    """
    columns, settings = json.loads(fields["columns"]), json.loads(fields.get("columnSettings", "{}"))
    means = dict(_MEANS)
    for key, field_name in (("Email", "email"), ("Phone", "phone")):
        means[key] = field_name if settings.get(key, "Raw") == "Raw" else f"{field_name}_hash"
    return tuple(f"{header}={means[key]}" for header, key in columns.items() if key in means)
