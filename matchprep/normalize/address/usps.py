"""The tables of USPS Publication 28, from `usps.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from matchprep.files import package_table


@cache
def _publication_28() -> Mapping[str, Any]:
    tables: Mapping[str, Any] = package_table("matchprep.normalize.address", "usps.yaml")
    return tables


@cache
def standard_forms(table: str) -> Mapping[str, str]:
    """Give a table of Publication 28.

    Args:
        table: `directionals`, `suffixes`, `highways`, `units`, `routes` or `states`; `units_alone` for the
            units that need no number after them.

    Returns:
        What people write -> the standard form, both in upper case and without periods.
    """
    tables = _publication_28()
    chosen = tables["units" if table == "units_alone" else table]
    alone = set(tables["units_alone"])
    return {
        written: form
        for form, others in chosen.items()
        if table != "units_alone" or form in alone
        for written in (form, *others)
    }
