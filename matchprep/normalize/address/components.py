"""The parts of addresses as columns, exactly as `usaddress.tag` gives them."""

from __future__ import annotations

import numpy as np
import polars as pl

from matchprep.normalize.address.runs import TYPES
from matchprep.normalize.address.scan import Tokens
from matchprep.normalize.address.tagger import Tagger
from matchprep.normalize.buffers import Bytes, Places, expand, string_column, views

#: Addresses that are worked on at once.
SLICE = 65_536


def components(addresses: pl.Series, tagger: Tagger, dtype: pl.Struct) -> pl.Series:
    """Split addresses into their components.

    Args:
        addresses: Strings.
        tagger: What labels them.
        dtype: The struct to give.

    Returns:
        One struct an address, null where the address is.
    """
    parts = [
        _slice_components(addresses.slice(begin, SLICE), tagger, dtype)
        for begin in range(0, max(len(addresses), 1), SLICE)
    ]
    return pl.concat(parts).alias(addresses.name)


def _slice_components(addresses: pl.Series, tagger: Tagger, dtype: pl.Struct) -> pl.Series:
    tokens, runs = tagger.runs(addresses)
    text, start, stop = _joined(tokens, runs.first, runs.last)
    while len(strip := np.flatnonzero((text[stop - 1] == ord(",")) | (text[stop - 1] == ord(";")))):
        stop[strip] -= 1
    nothing = pl.repeat(None, len(addresses), dtype=pl.String, eager=True)
    columns = dict.fromkeys(tagger.components.columns, nothing)
    made = views(text, start, stop - start)
    order = np.argsort(runs.component, kind="stable")
    component, row, made = runs.component[order], runs.row[order], made[order]
    numbers, begins = np.unique(component, return_index=True)
    ends = np.append(begins, len(row))[1:]
    for number, begin, end in zip(numbers.tolist(), begins.tolist(), ends.tolist(), strict=True):
        column, valid = np.zeros(len(addresses), np.complex128), np.zeros(len(addresses), np.bool_)
        column[row[begin:end]], valid[row[begin:end]] = made[begin:end], True
        columns[tagger.components.names[number]] = string_column(column, valid, text)
    kind = pl.Series(TYPES, dtype=pl.String).gather(runs.type)
    whole = pl.DataFrame({**columns, "address_type": kind, "repeated": kind.is_null()}).select(
        *dtype.to_schema()
    )
    struct = whole.to_struct()
    return (
        pl.select(pl.when(addresses.is_not_null()).then(struct)).to_series()
        if addresses.has_nulls()
        else struct
    )


def _joined(tokens: Tokens, first: Places, last: Places) -> tuple[Bytes, Places, Places]:
    """Find the text of runs of tokens, joined by one space: mostly just as it is written."""
    text, start, stop = tokens.text, tokens.start, tokens.stop
    uneven = np.zeros(len(start), np.int64)
    uneven[1:] = (start[1:] != stop[:-1] + 1) | (text[stop[:-1]] != ord(" "))
    uneven = np.cumsum(uneven)
    begin, end = start[first], stop[last]
    mend = np.flatnonzero(uneven[first] != uneven[last])
    if not len(mend):
        return text, begin, end
    token, run = expand(first[mend], last[mend] - first[mend] + 1)
    size = stop[token] - start[token]
    target = np.cumsum(size + 1) - size - 1
    place, piece = expand(start[token], size)
    more = np.full(int(size.sum()) + len(size), ord(" "), np.uint8)
    more[place - start[token][piece] + target[piece]] = text[place]
    begin[mend] = len(text) + target[np.flatnonzero(np.diff(run, prepend=-1))]
    end[mend] = len(text) + (target + size)[np.flatnonzero(np.diff(run, append=-1))]
    return np.concatenate([text, more, text[-16:]]), begin, end
