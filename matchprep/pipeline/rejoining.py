"""What a provider gave back, beside the rows of the list that they are of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl

from matchprep.fields import Field
from matchprep.intake import Opened, Reading, open_people
from matchprep.normalize import spreadsheet_safe
from matchprep.providers import Outcome
from matchprep.read import read_people
from matchprep.results import write_csv
from matchprep.tables import ROW_ID, SOURCE

RESULTS = "results.csv"
_KEY = "rejoin.key"


def rejoin(folder: Path, outcome: Outcome) -> Path | None:
    """Write the list again, each row with what the provider gave back for it.

    Args:
        folder: What `matchprep run` wrote; the file goes there.
        outcome: What came back.

    Returns:
        `results.csv`; null where nothing came back, or the list is not where it was or has changed.

    Raises:
        UsageError: The folder cannot be written to.

    Columns: `row_number`, the list's own, then the provider's: what was sent is not repeated.
    Rows: all of the list, in its order; those that were not sent have nothing beside them.
    """
    if outcome.returned is None or outcome.key is None:
        return None
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    people = _list_of(manifest)
    if people is None:
        return None
    sent = frozenset(read_people(folder / manifest["sealed"]["file"]).facts.columns)
    clean = people.clean()
    own = pl.selectors.starts_with(SOURCE)
    rows = clean.select(ROW_ID, _key(manifest, clean).alias(_KEY), own.name.map(_without_prefix))
    back = read_people(outcome.returned).frame.drop(ROW_ID).unique(outcome.key, keep="first")
    taken = rows.collect_schema().names()
    more = [name for name in back.collect_schema().names() if name not in sent]
    beside = back.select(
        pl.col(outcome.key).alias(_KEY),
        *(pl.col(name).alias(f"{name}__2" if name in taken else name) for name in more),
    )
    table = rows.join(beside, on=_KEY, how="left", maintain_order="left")
    write_csv(table.drop(_KEY).rename({ROW_ID: "row_number"}), folder / RESULTS)
    return folder / RESULTS


def _without_prefix(name: str) -> str:
    return name.removeprefix(SOURCE)


def _list_of(manifest: Mapping[str, Any]) -> Opened | None:
    """Open the list of a run as the run did; null where it is another one by now."""
    options, told = manifest["options"], manifest["inputs"]["list"]
    path = Path(options["people"])
    if not path.is_file():
        return None
    named = tuple(f"{header}={field}" for header, field in told["columns"].items())
    how = {one.name: options[one.name] for one in fields(Reading) if one.name in options}
    opened = open_people(path, Reading(**{**how, "choices": named}))
    return opened if opened.people.facts.sha256 == told["sha256"] else None


def _key(manifest: Mapping[str, Any], clean: pl.LazyFrame) -> pl.Expr:
    """Say what the rows were told apart by, as the sealed file has it."""
    _header, kind = manifest["sealed"].get("id_column") or ("", "row number")
    if kind == "the list's own" and Field.ID in clean.collect_schema():
        return spreadsheet_safe(pl.col(Field.ID))
    return pl.col(ROW_ID).cast(pl.String)
