"""What a provider gave back, beside the rows of the list that they are of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import polars as pl

from matchprep.fields import Field
from matchprep.intake import Opened, Reading, open_people
from matchprep.normalize import spreadsheet_safe
from matchprep.pipeline.recognizing import LINE, SENT, recognize
from matchprep.providers import Outcome
from matchprep.read import read_people
from matchprep.results import write_csv
from matchprep.tables import ROW_ID, SOURCE

RESULTS = "results.csv"
_KEY = "rejoin.key"


@dataclass(frozen=True, kw_only=True)
class Joined:
    """The list with what came back beside its rows.

    Args:
        file: Where it is.
        by: What told the rows apart: a column, or the fields that had to agree.
        rows: The rows that something stands beside.
        open_lines: Lines that came back and could be of any of several rows; they stand nowhere.
        open_rows: Those rows.
        strange_lines: Lines that came back and agree with no row; they stand nowhere.
    """

    file: Path
    by: tuple[str, ...]
    rows: int
    open_lines: int = 0
    open_rows: int = 0
    strange_lines: int = 0


def rejoin(folder: Path, outcome: Outcome, out: Path) -> Joined | None:
    """Write the list again, each row with what the provider gave back for it.

    Args:
        folder: What `matchprep run` wrote.
        outcome: What came back.
        out: Where the file goes.

    Returns:
        What was joined; null where nothing came back that tells the rows apart, or the list is not where it
        was or has changed.

    Raises:
        UsageError: The folder cannot be written to.

    Columns: `row_number`, the list's own, then the provider's: what was sent is not repeated.
    Rows: all of the list, in its order; those that were not sent have nothing beside them.
    """
    if outcome.returned is None:
        return None
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    people = _list_of(manifest)
    header, _kind = manifest["sealed"].get("id_column") or (None, None)
    if people is None or header is None:
        return None
    sent, back = folder / manifest["sealed"]["file"], read_people(outcome.returned).frame
    placed = _by_column(sent, back, header, outcome) or _by_agreement(sent, header, outcome)
    if placed is None:
        return None
    joined, lines = placed
    beside = back.join(lines.lazy(), on=ROW_ID).drop(ROW_ID)
    known = (*read_people(sent).facts.columns, *joined.by)
    _write(manifest, people.clean(), beside, out / RESULTS, known=known)
    return replace(joined, file=out / RESULTS)


def _by_column(
    sent: Path, back: pl.LazyFrame, header: str, outcome: Outcome
) -> tuple[Joined, pl.DataFrame] | None:
    """Tell the rows apart by a column that came back with their ids."""
    ids = read_people(sent).frame.select(header).collect().to_series()
    key = outcome.key or _column_of(ids, header, back)
    if key is None:
        return None
    lines = back.select(pl.col(key).alias(_KEY), ROW_ID).unique(_KEY, keep="first", maintain_order=True)
    known = lines.filter(pl.col(_KEY).is_in(ids.implode())).collect(engine="streaming")
    return Joined(file=sent, by=(key,), rows=known.height), known


def _column_of(ids: pl.Series, header: str, back: pl.LazyFrame) -> str | None:
    """Find the column that holds nothing but ids that were sent.

    Bare numbers are found anywhere, so that a column of them counts only under the name that was sent.
    """
    names = [name for name in back.collect_schema().names() if name != ROW_ID]
    if ids.str.contains(r"^[0-9]*$").all():
        names = [name for name in names if name.casefold() == header.casefold()]
    if not names:
        return None
    all_known = (pl.col(names).is_in(ids.implode()) & pl.col(names).is_not_null()).all()
    found = back.select(all_known).collect(engine="streaming")
    return next((name for name in names if found.height and found[name][0]), None)


def _by_agreement(sent: Path, header: str, outcome: Outcome) -> tuple[Joined, pl.DataFrame] | None:
    """Tell the rows apart by the fields that agree by the provider's own rule."""
    if outcome.returned is None or not outcome.agree_on:
        return None
    rows, back = open_people(sent, Reading()), open_people(outcome.returned, Reading())
    told = recognize(rows.clean(), back.clean(), outcome.agree_on)
    if told is None:
        return None
    ids = rows.people.frame.select(pl.col(ROW_ID).alias(SENT), pl.col(header).alias(_KEY)).collect()
    lines = told.pairs.join(ids, on=SENT).select(_KEY, pl.col(LINE).alias(ROW_ID))
    joined = Joined(
        file=sent,
        by=told.by,
        rows=lines.height,
        open_lines=told.open_lines,
        open_rows=told.open_rows,
        strange_lines=told.strange_lines,
    )
    return joined, lines


def _write(
    manifest: Mapping[str, Any],
    clean: pl.LazyFrame,
    beside: pl.LazyFrame,
    target: Path,
    *,
    known: Sequence[str],
) -> None:
    own = pl.selectors.starts_with(SOURCE)
    rows = clean.select(ROW_ID, _key(manifest, clean).alias(_KEY), own.name.map(_without_prefix))
    taken = rows.collect_schema().names()
    more = [name for name in beside.collect_schema().names() if name not in {*known, _KEY}]
    named = beside.select(_KEY, *(pl.col(one).alias(f"{one}__2" if one in taken else one) for one in more))
    table = rows.join(named, on=_KEY, how="left", maintain_order="left")
    write_csv(table.drop(_KEY).rename({ROW_ID: "row_number"}), target)


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
