"""Labels: what a user knows of some rows of a list, for the weights to learn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from matchprep.errors import InputError
from matchprep.fields import Field
from matchprep.match.evidence import Evidence, Floats
from matchprep.match.reference import Reference
from matchprep.tables import ROW_ID

#: The columns of a file of labels, as `matches.csv` has them.
COLUMNS = (ROW_ID, "reference_id")


def read_labels(path: Path, clean: pl.LazyFrame) -> pl.DataFrame:
    """Read a file that says of some rows who they are.

    Args:
        path: A CSV with `row_id` (the list's own id, else the row number) and `reference_id`; where that
            is blank, the person is known not to be in the reference. A corrected `matches.csv` will do.
        clean: CLEAN of the list.

    Returns:
        `row_id` and `reference_id`, each row once.

    Raises:
        InputError: It cannot be read, lacks a column, says two things of one row, or speaks of rows that
            the list does not have.
    """
    try:
        said = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no CSV file"
        # NOTE: the error of the reader may quote the file.
        raise InputError(
            f"cannot read the labels ({reason})",
            where=str(path),
            hint="It shall be a CSV of row_id and reference_id.",
        ) from None
    missing = [name for name in COLUMNS if name not in said.columns]
    if missing:
        raise InputError(
            f"the labels have no column {' and no '.join(missing)}",
            where=str(path),
            hint="Both are headers of matches.csv, which you may correct and pass here.",
        )
    said = said.select(
        pl.col(ROW_ID).alias("own"), pl.col("reference_id").str.strip_chars().replace("", None)
    ).unique(maintain_order=True)
    if said["own"].is_duplicated().any():
        raise InputError(
            "the labels say two things of one row",
            where=str(path),
            hint="Keep the line of each row that is right.",
        )
    own = pl.col(ROW_ID).cast(pl.String)
    if Field.ID in clean.collect_schema():
        own = pl.coalesce(Field.ID, own)
    rows = clean.select(ROW_ID, own.alias("own")).unique("own", keep="first", maintain_order=True)
    found = rows.join(said.lazy(), on="own", maintain_order="left").select(*COLUMNS).collect()
    if found.height < said.height:
        raise InputError(
            f"the list lacks {said.height - found.height} of the {said.height} rows that the labels name",
            where=str(path),
            hint="row_id is the list's own id, or the row number where it has none.",
        )
    return found


def known_pairs(labels: pl.DataFrame, rows: pl.Series, evidence: Evidence, reference: Reference) -> Floats:
    """Say of each pair what labels say of it.

    Args:
        labels: `row_id` and `reference_id`.
        rows: The row ids of the list.
        evidence: The pairs.
        reference: Whom they pair with.

    Returns:
        1 for the same person, 0 for another, NaN where the labels do not speak of the row.
    """
    known = np.full(len(evidence.pattern), np.nan)
    labeled = rows.is_in(labels[ROW_ID].implode()).to_numpy()
    places = np.flatnonzero(labeled[evidence.list_row])
    pairs = pl.DataFrame(
        {
            ROW_ID: rows.gather(evidence.list_row[places]),
            "candidate": reference.ids(evidence.reference_row[places].astype(np.uint32)),
        }
    )
    said = pairs.join(labels, on=ROW_ID, how="left", maintain_order="left")
    known[places] = said["candidate"].eq_missing(said["reference_id"]).cast(pl.Float64).to_numpy()
    return known
