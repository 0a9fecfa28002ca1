"""The data files that a walk leaves beside the provider's own: rejects, matches, manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from matchprep.fields import Field
from matchprep.files import write_text, written_whole
from matchprep.normalize.text import table_safe
from matchprep.tables import ROW_ID, SOURCE

#: Packages whose version can change what a walk gives.
DECIDING_PACKAGES = ("matchprep", "polars", "duckdb", "pyarrow", "phonenumbers", "usaddress", "polars-hash")


def versions() -> dict[str, str]:
    """Name the installed version of every package that can change a result.

    Returns:
        Package name to version.
    """
    return {name: version(name) for name in DECIDING_PACKAGES}


def write_rejects(rejected: pl.LazyFrame | None, unread: pl.DataFrame, path: Path) -> None:
    """Write every row that was set aside, with its reasons and its original values.

    Args:
        rejected: REJECTED; null where no provider's rules were asked.
        unread: Lines that could not be read as rows: `row_id`, `line`, `reason`, `text`.
        path: Where `rejects.csv` shall be.

    Raises:
        UsageError: The folder cannot be written to.

    Columns: `row_number`, `reasons`, then the source's columns; `line_number` and `line_as_read` at
        the end where lines could not be read.
    Rows: in the order of the source.
    """
    lines = unread.lazy().select(
        ROW_ID,
        pl.col("reason").alias("reasons"),
        pl.col("line").alias("line_number"),
        pl.col("text").alias("line_as_read"),
    )
    if rejected is None:
        table = lines
    else:
        rows = rejected.select(
            ROW_ID,
            pl.col("reasons").list.join("; "),
            pl.selectors.starts_with(SOURCE).name.map(lambda name: name.removeprefix(SOURCE)),
        )
        if unread.height:
            rows = pl.concat([rows, lines], how="diagonal").sort(ROW_ID)
        table = rows
    write_csv(table.rename({ROW_ID: "row_number"}), path)


def write_matches(pairs: pl.DataFrame, people: pl.LazyFrame, path: Path) -> None:
    """Write one line a list row that has a match in the reference.

    Args:
        pairs: PAIRS.
        people: CLEAN of the list, for the list's own id where it has one.
        path: Where `matches.csv` shall be.

    Raises:
        UsageError: The folder cannot be written to.

    Columns: `row_id` (the list's own id, else the 1-based row number), `reference_id`, `probability`
        (0 to 1), `match_weight` (bits), then `agree_<field>`: how each compared field agreed, in words;
        `rank` after the row where more than one person a row was asked for: 1 is the match.
    Rows: matches only, in the order of the list, each followed by further people where asked for.
    """
    taken = pl.col("is_match").any().over(ROW_ID) if "rank" in pairs.columns else pl.col("is_match")
    table = pairs.lazy().filter(taken).drop("is_match")
    if Field.ID in people.collect_schema():
        ids = people.select(ROW_ID, pl.col(Field.ID).alias("list_id"))
        own = pl.coalesce("list_id", pl.col(ROW_ID).cast(pl.String))
        table = table.join(ids, on=ROW_ID, how="left", maintain_order="left").with_columns(own.alias(ROW_ID))
        table = table.drop("list_id")
    table = table.select(
        ROW_ID,
        *(["rank"] if "rank" in pairs.columns else []),
        "reference_id",
        pl.col("probability").round(6),
        pl.col("match_weight").round(3),
        pl.selectors.starts_with("agree_"),
    )
    write_csv(table, path)


def write_worklist(rows: pl.DataFrame, people: pl.LazyFrame, path: Path) -> None:
    """Write which rows to mend first, beside their own columns.

    Args:
        rows: `row_id`, `cause`, `expected_gain`, in the order of the file.
        people: CLEAN of the list, for the source's columns.
        path: Where; it appears whole or not at all.

    Raises:
        UsageError: The folder cannot be written to.

    Columns: `row_number`, `cause`, `expected_gain` (matches), then the source's columns.
    """
    own = people.select(
        ROW_ID, pl.selectors.starts_with(SOURCE).name.map(lambda name: name.removeprefix(SOURCE))
    )
    first = rows.lazy().rename({ROW_ID: "row_number"}).with_columns(pl.col("expected_gain").round(4))
    table = first.join(own, left_on="row_number", right_on=ROW_ID, how="left", maintain_order="left")
    write_csv(table, path)


def write_csv(table: pl.LazyFrame, path: Path) -> None:
    """Stream a table to a CSV file that a spreadsheet can open without running a formula.

    Args:
        table: What to write.
        path: Where; it appears whole or not at all.

    Raises:
        UsageError: The folder cannot be written to.
    """
    with written_whole(path) as temporary:
        table_safe(table).sink_csv(temporary)


def write_manifest(
    path: Path,
    *,
    run: str,
    inputs: Mapping[str, Any],
    options: Mapping[str, Any],
    counts: Mapping[str, int],
    forecast: Mapping[str, Any] | None = None,
    sealed: Mapping[str, Any] | None = None,
) -> None:
    """Write what is needed to run the same walk again and to prove that it was this one.

    Args:
        path: Where `manifest.json` shall be.
        run: The id of the run.
        inputs: Name, size and SHA-256 of every file that came in, and how its columns were understood.
        options: Every option of the run.
        counts: Rows read, kept, rejected, matched, sealed.
        forecast: What was forecast, as the ledger keeps it; null where nothing was.
        sealed: The provider's file that passed its rules: provider, profile, name, SHA-256, rows; null where
            none was sealed.

    Raises:
        UsageError: The folder cannot be written to.
    """
    manifest = {
        "manifest": 1,
        "run": run,
        "versions": versions(),
        "inputs": inputs,
        "options": options,
        "counts": counts,
        "forecast": forecast,
        "sealed": sealed,
    }
    write_text(path, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
