"""DuckDB, and all that is particular to it. The plan itself is a list of named steps of plain SQL."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from matchprep.errors import MatchprepError


@dataclass(frozen=True)
class Step:
    """One named table of the plan."""

    name: str
    sql: str


class Engine:
    """An in-process database that runs steps; spills to a folder of its own when memory runs short.

    Args:
        workspace: A folder for what does not fit into memory.
        threads: Processor threads; by default as many as there are cores.
        memory: Most memory to use, as `2GB`; by default DuckDB's own limit.
    """

    def __init__(self, workspace: Path, *, threads: int | None = None, memory: str | None = None) -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(workspace),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
        }
        if threads:
            config["threads"] = threads
        if memory:
            config["memory_limit"] = memory
        self._connection = duckdb.connect(":memory:", config=config)
        #: How many queries over tables in memory are worth running side by side.
        self.threads = threads or os.cpu_count() or 1
        self.steps: list[Step] = []

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close and free everything."""
        self._connection.close()

    def scan(self, name: str, parquet: Path) -> None:
        """Make a Parquet file readable under a name; nothing is loaded."""
        path = str(parquet).replace("'", "''")
        self._connection.execute(f"CREATE VIEW \"{name}\" AS SELECT * FROM read_parquet('{path}')")

    def named(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Give the ids of both sides of some pairs.

        Args:
            pairs: `list_row` and `reference_row`.

        Returns:
            The same with `row_id` and `reference_id`.
        """
        self._connection.register("wanted", pairs.to_arrow())
        found: pl.DataFrame = self._connection.sql(
            "SELECT w.list_row, w.reference_row, l.row_id, r.reference_id FROM wanted w"
            " JOIN list l ON l.list_row = w.list_row JOIN reference r ON r.reference_row = w.reference_row"
        ).pl()
        return found

    def run(self, step: Step) -> int:
        """Make the table of a step.

        Args:
            step: What to run.

        Returns:
            How many rows it has.

        Raises:
            MatchprepError: There is neither memory nor disk enough for it.
        """
        self.steps.append(step)
        try:
            made = self._connection.execute(f'CREATE TABLE "{step.name}" AS {step.sql}').fetchall()
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise MatchprepError(
                "the matching ran out of memory or disk space",
                where=f"step {step.name}",
                hint="Free space in the folder for temporary files (TMPDIR), or match a smaller list.",
            ) from error
        return int(made[0][0]) if made else 0

    def drop(self, *names: str) -> None:
        """Forget tables that are no longer needed."""
        for name in names:
            self._connection.execute(f'DROP TABLE "{name}"')

    def arrays(self, sql: str) -> dict[str, npt.NDArray[np.generic]]:
        """Run a query and give its columns as NumPy arrays."""
        columns: dict[str, npt.NDArray[np.generic]] = self._connection.execute(sql).fetchnumpy()
        return columns

    def over(self, given: pa.Table, sql: str) -> dict[str, npt.NDArray[np.generic]]:  # noqa: ARG002
        """Run a query over a table that is in memory already; several may run side by side.

        Args:
            given: The table; it is read where it is.
            sql: The query; it calls the table `given`, and gives a column `number`, by which the rows are
                put in order again.
        """
        # NOTE: the database finds the variable by its name; to register it would take longer than a query.
        with self._connection.cursor() as own:
            columns: dict[str, npt.NDArray[np.generic]] = own.execute(sql).fetchnumpy()
        order = columns.pop("number")
        if (np.diff(order) > 0).all():
            return columns
        ordered: dict[str, npt.NDArray[np.generic]] = {}
        for one, values in columns.items():
            ordered[one] = np.empty_like(values)
            ordered[one][order] = values
        return ordered

    def row(self, sql: str) -> tuple[int | float | None, ...]:
        """Run a query and give its one row."""
        found = self._connection.execute(sql).fetchall()  # NOTE: a half-read result blocks the connection
        return found[0] if found else ()

    def operators_of(self, step: Step) -> set[str]:
        """Name the operators that the database would run a step with, without running it.

        Args:
            step: What would be run.

        Returns:
            Names such as `HASH_JOIN`.
        """
        rows = self._connection.execute(f"EXPLAIN (FORMAT json) {step.sql}").fetchall()
        return set(re.findall(r'"name":\s*"([A-Z_ ]+?)\s*"', "".join(str(row[-1]) for row in rows)))
