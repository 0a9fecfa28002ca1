"""What Matchbook refuses, written from its page by hand: column selections and filters."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

_FIELDS = (
    "first_name", "last_name", "full_name", "city", "state", "zip", "phone", "dob", "address", "id",
)  # fmt: skip


def fault_of_selections(selections: Any, file: Path) -> str | None:
    """Say what is wrong with column selections. Source: POST /match-uploaded-csv, columnSelections.

    Args:
        selections: The document.
        file: The CSV; its first line names the columns.

    Returns:
        The fault; null when there is none.
    """
    if not isinstance(selections, Mapping) or not all(_is_entry(one) for one in selections.values()):
        return "Each entry of columnSelections has a column_name and is_required."
    headers = _headers(file)
    if unknown := [one for one in selections if one not in _FIELDS]:
        return f"{len(unknown)} entries of columnSelections are none of {', '.join(_FIELDS)}."
    if any(one["column_name"] not in headers for one in selections.values()):
        return "A column_name is not in the CSV."
    required = {name for name, one in selections.items() if one["is_required"]}
    return _fault_of_roles(set(selections), required)


def _fault_of_roles(selected: set[str], required: set[str]) -> str | None:
    if not required - {"id"}:
        return "You must specify at least one required matching field."
    if "full_name" in selected and selected & {"first_name", "last_name"}:
        return "If you include full_name, you can't also include first_name or last_name."
    if "address" in required:
        return "If you include address, you must make it an optional field."
    if "id" in selected - required:
        return "If you include id, you must make it a required field."
    return None


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, Mapping)
        and isinstance(entry.get("column_name"), str)
        and isinstance(entry.get("is_required"), bool)
    )


def _headers(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
        return next(csv.reader([opened.readline(1 << 16)]), [])


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value)) and len(value) == 10
    except ValueError:
        return False


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _are(*words: str) -> Callable[[Any], bool]:
    return lambda value: _is_words(value) and all(one.lower() in words for one in value)


#: Source: POST /create-lookalike-audience, filters.
_FILTERS: Mapping[str, Callable[[Any], bool]] = {
    "ageStart": _is_integer,
    "ageEnd": _is_integer,
    "ageIncludeUnknown": _is_boolean,
    "contactInfo": lambda value: isinstance(value, str) and value.lower() == "cell",
    "genders": _are("none", "m", "f"),
    "hasDonorHistory": _is_boolean,
    "races": _are("black", "latino", "native american", "white", "none", "aapi"),
    "registrationDateStart": _is_date,
    "registrationDateEnd": _is_date,
    "congressionalDistricts": _is_words,
    "stateLegLowerDistricts": _is_words,
    "stateLegUpperDistricts": _is_words,
    "counties": _is_words,
    "states": lambda value: _is_words(value) and all(re.fullmatch("[A-Za-z]{2}", one) for one in value),
    "zip": lambda value: isinstance(value, str) and bool(re.fullmatch("[0-9]{5}", value)),
    "distanceFromZip": _is_integer,
}
#: What an audience tells of its filters; the last three are never sent.
FILTER_NAMES = (*_FILTERS, "sortField", "sortAsc", "limit")


def fault_of_filters(filters: Any) -> str | None:
    """Say what is wrong with the filters of a lookalike.

    Args:
        filters: The document; null for none.

    Returns:
        The fault; null when there is none.
    """
    if filters is None:
        return None
    if not isinstance(filters, Mapping):
        return "filters must be a dictionary."
    if any(name not in _FILTERS for name in filters):
        return f"Filters are {', '.join(_FILTERS)}."
    for name, value in filters.items():
        if value is not None and not _FILTERS[name](value):
            return f"The value of {name} is not valid."
    if (filters.get("zip") is None) != (filters.get("distanceFromZip") is None):
        return "zip and distanceFromZip must be present together."
    return None
