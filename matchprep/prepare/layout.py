"""Which columns a prepared file has, in which order, under which names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import polars as pl

from matchprep.columns import ColumnMap
from matchprep.fields import Field
from matchprep.normalize.hashes import Algorithm
from matchprep.prepare.components import component_columns, hash_columns
from matchprep.prepare.in_place import in_place_columns
from matchprep.tables import CLEAN, INVALID, ROW_ID, SOURCE

Layout = Literal["beside", "in-place", "only"]
Columns = Mapping[str, pl.Expr]

#: Columns of CLEAN that only matching needs.
_FOR_MATCHING = frozenset({"postal_code", "region"})


def lay_out(
    clean: pl.LazyFrame,
    understood: ColumnMap,
    *,
    columns: Layout,
    components: bool = False,
    hashes: Sequence[Algorithm] = (),
) -> pl.LazyFrame:
    """Choose and name the columns of a prepared file.

    Args:
        clean: CLEAN.
        understood: What each column of the source was taken for.
        columns: Beside the originals, in place of them, or only the normalized ones.
        components: Add one column a part.
        hashes: Add digests of email and phone.

    Returns:
        The file as a table.

    Rows: all, in order.
    Columns: as `prepare_people` says.
    """
    names = clean.collect_schema().names()
    originals = {name.removeprefix(SOURCE): pl.col(name) for name in names if name.startswith(SOURCE)}
    first, added = _LAYOUTS[columns](names, originals, understood)
    for more in (
        component_columns(names, understood) if components else {},
        hash_columns(names, hashes),
    ):
        added |= {name: expr for name, expr in more.items() if name not in added}
    return clean.select(
        *(expr.alias(name) for name, expr in first.items()),
        *(expr.alias(name) for name, expr in _named(added, first).items()),
    )


def _beside(
    names: Sequence[str], originals: Columns, _understood: ColumnMap
) -> tuple[Columns, dict[str, pl.Expr]]:
    normalized = {name: pl.col(name) for name in _normalized(names) if name not in _FOR_MATCHING}
    return originals, normalized


def _in_place(
    _names: Sequence[str], originals: Columns, understood: ColumnMap
) -> tuple[Columns, dict[str, pl.Expr]]:
    return {**originals, **in_place_columns(_names, understood)}, {}


def _only(
    names: Sequence[str], _originals: Columns, _understood: ColumnMap
) -> tuple[Columns, dict[str, pl.Expr]]:
    return {ROW_ID: pl.col(ROW_ID)}, {name: pl.col(name) for name in _normalized(names)}


_LAYOUTS: Mapping[
    Layout, Callable[[Sequence[str], Columns, ColumnMap], tuple[Columns, dict[str, pl.Expr]]]
] = {
    "beside": _beside,
    "in-place": _in_place,
    "only": _only,
}


def _normalized(names: Iterable[str]) -> list[str]:
    flags = {field + INVALID for field in Field}
    return [name for name in names if name in CLEAN or name in flags]


def _named(added: Columns, taken: Iterable[str]) -> Columns:
    """Name the added columns; one that a column of the list has in any case gets `_clean` behind it."""
    # NOTE: in any case, since Excel and most databases take `Email` and `email` for one name.
    used = {name.casefold() for name in taken}
    named: dict[str, pl.Expr] = {}
    for name, expr in added.items():
        free = name
        while free.casefold() in used:
            free += "_clean"
        used.add(free.casefold())
        named[free] = expr
    return named
