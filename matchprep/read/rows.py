"""Numbering rows: which record of the source each row of a scan is, when some records were cut out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from matchprep.read.spill import Spill
from matchprep.tables import ROW_ID


class RowNumbers:
    """Turns the position in a scan into the number of the record in the source.

    Args:
        missing: Record numbers, 1-based and ascending, that the scan does not hold.
        offset: How many records came before this source.
        spill: A folder that must live as long as the scan; held, not used.
    """

    def __init__(self, missing: Sequence[int] = (), *, offset: int = 0, spill: Spill | None = None) -> None:
        numbers = np.asarray(missing, dtype=np.int64)
        # The k-th missing record (k from 0) has numbers[k] - 1 - k rows of the scan before it.
        self._rows_before = numbers - 1 - np.arange(len(numbers))
        self._offset = offset
        self._spill = spill

    def __call__(self, positions: pl.Series) -> pl.Series:
        """Number the rows.

        Args:
            positions: 0-based positions in the scan.

        Returns:
            1-based numbers of the records in the source.
        """
        index = positions.to_numpy().astype(np.int64)
        skipped = np.searchsorted(self._rows_before, index, side="right")
        return pl.Series(positions.name, index + skipped + 1 + self._offset)


def with_row_id(frame: pl.LazyFrame, numbers: RowNumbers) -> pl.LazyFrame:
    """Put `row_id` first, given positions in a column of that name.

    Args:
        frame: A scan whose `row_id` holds 0-based positions.
        numbers: What turns them into record numbers.

    Returns:
        The frame with `row_id` as Int64.
    """
    return frame.with_columns(
        pl.col(ROW_ID).map_batches(numbers, return_dtype=pl.Int64, is_elementwise=True),
    )
