"""Work only where there is work: run costly steps on the values that need them.

Most values of a real column are clean already. One cheap pattern finds the others, the steps run on
those alone, and the answers are put back in their places. Measured on a million names: 40 million
values a second against 7 million for the same steps run on every value.

The functions here take whole batches of a column, never single values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import polars as pl

from matchprep.normalize.memory import Memory

Steps = Callable[[pl.Expr], pl.Expr]
Program = Callable[[pl.DataFrame], pl.DataFrame]


def gated(
    expr: pl.Expr, steps: Steps, *, where: str = "", unless: str = "", until_stable: bool = False
) -> pl.Expr:
    """Run steps on the values that need them; the others pass as they are.

    Args:
        expr: Text.
        steps: The steps, from text to text.
        where: Regular expression that finds every value the steps would change; it may find more.
        unless: Instead of `where`, one that finds only values the steps would not change.
        until_stable: Run the steps again on what they changed, until nothing changes.

    Returns:
        What the steps would give on the whole column.

    Nulls: null stays null and is not given to the steps.
    """

    def needing(values: pl.Series) -> pl.Series:
        return values.str.contains(where) if where else ~values.str.contains(unless)

    def run(values: pl.Series) -> pl.Series:
        found = needing(values).arg_true()
        # NOTE: `scatter` writes into the series it is called on; the batch is not ours to write into.
        values = values.clone()
        old = values.gather(found)
        while not found.is_empty():
            new = _answers(old, steps)
            values.scatter(found, new)
            if not until_stable:
                break
            moved = (new.ne_missing(old) & needing(new)).arg_true()
            found, old = found.gather(moved), new.gather(moved)
        return values

    return expr.map_batches(run, return_dtype=pl.String, is_elementwise=True)


def gated_together(
    frame: pl.LazyFrame, columns: Collection[str], steps: Steps, *, where: str
) -> pl.LazyFrame:
    """Run the same steps on the values of several columns that need them, of all columns at once.

    What a step costs before its first value is paid once, not for each column; and what the steps gave for a
    value is remembered.

    Args:
        frame: A table.
        columns: Which columns of it, all texts.
        steps: The steps, from text to text; they look at nothing but the value.
        where: Regular expression that finds every value the steps would change; it may find more.

    Returns:
        The table; what the steps would give stands in these columns.

    Nulls: null stays null and is not given to the steps.
    """
    chosen = frozenset(columns)
    # NOTE: what is odd repeats itself (`N/A`, `Zoë`) even where the rest of a column does not.
    memory = Memory(lambda values: _answers(values, steps))

    def run(batch: pl.DataFrame) -> pl.DataFrame:
        texts = [batch[name] for name in batch.columns if name in chosen]
        if not texts:
            return batch
        found = [text.str.contains(where).arg_true() for text in texts]
        needing = [text.gather(rows).alias("value") for text, rows in zip(texts, found, strict=True)]
        answers, done = memory(pl.concat(needing)), 0
        for place, rows in enumerate(found):
            # NOTE: `scatter` writes into the series it is called on; the batch is not ours to write into.
            if not rows.is_empty():
                texts[place] = texts[place].clone().scatter(rows, answers.slice(done, len(rows)))
            done += len(rows)
        return batch.with_columns(texts)

    # NOTE: columns that nobody asks for do not come here; conditions on the values have to wait until after.
    return frame.map_batches(run, projection_pushdown=True, slice_pushdown=True, streamable=True)


def by_distinct(expr: pl.Expr, steps: Steps, *, least: float = 0.25) -> pl.Expr:
    """Run steps once a distinct value, and remember the answers.

    Args:
        expr: Text.
        steps: The steps, from text to text; they look at nothing but the value.
        least: The share of repeated values below which the steps run on every value.

    Returns:
        What the steps would give on the whole column.

    Nulls: null stays null.
    """
    memory = Memory(lambda values: _answers(values, steps), least=least)
    return expr.map_batches(memory, return_dtype=pl.String, is_elementwise=True)


def looked_up(expr: pl.Expr, table: Mapping[str, str], *, others: bool = False) -> pl.Expr:
    """Look values up in a table.

    Args:
        expr: Text.
        table: What each value becomes.
        others: Values that are not in the table stay; else they become null.

    Returns:
        Text.

    Nulls: null stays null.
    """
    keys, answers = pl.Series(table.keys(), dtype=pl.String), pl.Series(table.values(), dtype=pl.String)

    # NOTE: as an expression, `replace` is no elementwise step to the streaming engine: it gathers the column.
    def run(values: pl.Series) -> pl.Series:
        default = values if others else None
        return values.replace_strict(keys, answers, default=default, return_dtype=pl.String)

    return expr.map_batches(run, return_dtype=pl.String, is_elementwise=True)


def _answers(values: pl.Series, steps: Steps) -> pl.Series:
    # NOTE: a column, not a literal: Polars prints literals in its messages.
    return values.to_frame("value").select(steps(pl.col("value"))).to_series()


def in_steps(expr: pl.Expr, program: Program, dtype: pl.Struct, *, quick: Program | None = None) -> pl.Expr:
    """Run a program of several steps that share what they find out, once a distinct value.

    Args:
        expr: Text.
        program: Takes values as a frame with the column `value` and gives a frame of the same rows in the
            same order, with the columns of `dtype`. It looks at nothing but the value.
        dtype: Type of the result.
        quick: A cheaper program for the common forms. Its frame has a column `open`: true for rows that it
            could not settle and that go to the other program.

    Returns:
        The result, one struct a row.
    """
    memory = Memory(lambda values: parts_in_steps(values, program, dtype, quick=quick))
    return expr.map_batches(memory, return_dtype=dtype, is_elementwise=True)


def parts_in_steps(
    values: pl.Series, program: Program, dtype: pl.Struct, *, quick: Program | None = None
) -> pl.Series:
    """Run a program of several steps on a batch of values.

    Args:
        values: Text.
        program: See `in_steps`.
        dtype: Type of the result.
        quick: See `in_steps`.

    Returns:
        The result, one struct a row.
    """
    names, frame = [field.name for field in dtype.fields], values.to_frame("value")
    if quick is None:
        done = program(frame)
    else:
        done = quick(frame)
        left = done["open"].arg_true()
        if not left.is_empty():
            rest = program(frame[left])
            done = done.with_columns(
                done[name].cast(rest[name].dtype).scatter(left, rest[name]) for name in names
            )
    return done.select(names).to_struct(values.name).cast(dtype)
