"""Byte ranges to Polars strings without copying them one by one (Arrow's `large_string` and `string_view` layouts)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from matchprep.normalize.address.scan import Bytes, Places

Views = npt.NDArray[np.uint64]

_INLINE = 12
_FOUR = np.uint64(32)
#: Keeps the first n bytes of eight.
KEEP: Views = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


def eights(data: Bytes) -> Views:
    """Read eight bytes at each place of a text as one little-endian number.

    Args:
        data: The text, with `PAD` bytes to spare.

    Returns:
        A view of the text, one number a byte.
    """
    return np.ndarray(len(data) - 7, "<u8", data, strides=(1,))


def strings(data: Bytes, offsets: Places) -> pl.Series:
    """Make strings of bytes that lie one after another.

    Args:
        data: The bytes, UTF-8.
        offsets: Where each string begins, and where the last ends.

    Returns:
        The strings.
    """
    buffers = [None, pa.py_buffer(np.ascontiguousarray(offsets, np.int64)), pa.py_buffer(data)]
    return pl.Series(pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers), dtype=pl.String)


def views(data: Bytes, start: Places, size: Places) -> Views:
    """Describe byte ranges as Arrow string views.

    Args:
        data: The text, with `PAD` bytes to spare.
        start: First byte of each range.
        size: Bytes of each range.

    Returns:
        Two numbers a range: short strings themselves, long ones by place.
    """
    text = eights(data)
    made = np.empty((len(start), 2), np.uint64)
    head = text[start]
    short = size <= _INLINE
    made[:, 0] = size.view(np.uint64) | (head & KEEP[np.minimum(size, 4)]) << _FOUR
    rest = text[start + 4] & KEEP[np.clip(size - 4, 0, 8)]
    made[:, 1] = np.where(short, rest, start.view(np.uint64) << _FOUR)
    return made


def string_column(made: Views, valid: npt.NDArray[np.bool_], data: Bytes) -> pl.Series:
    """Make strings of views.

    Args:
        made: As of `views`, one row a string.
        valid: Which of them are not null.
        data: The text that they look at.

    Returns:
        The strings.
    """
    bits = pa.py_buffer(np.packbits(valid, bitorder="little"))
    buffers = [bits, pa.py_buffer(made), pa.py_buffer(data)]
    return pl.Series(pa.Array.from_buffers(pa.string_view(), len(valid), buffers), dtype=pl.String)
