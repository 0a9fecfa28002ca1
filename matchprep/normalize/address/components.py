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
    made = views(text, start, stop - start)
    columns = {name: pl.repeat(None, len(addresses), dtype=pl.String, eager=True) for name in tagger.components.columns}
    for number in np.unique(runs.component).tolist():
        chosen = runs.component == number
        column = np.zeros((len(addresses), 2), np.uint64)
        valid = np.zeros(len(addresses), np.bool_)
        rows = runs.row[chosen]
        column[rows], valid[rows] = made[chosen], True
        columns[tagger.components.names[number]] = string_column(column, valid, text)
    kind = pl.Series(TYPES, dtype=pl.String).gather(runs.type)
    frame = pl.DataFrame(columns).with_columns(address_type=kind, repeated=kind.is_null())
    whole = frame.to_struct().cast(dtype)
    return pl.select(pl.when(addresses.is_not_null()).then(whole)).to_series() if addresses.has_nulls() else whole


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
