"""Strings as the bytes they are made of, and back, without touching them one by one.

What NumPy does over all bytes of a column at once would be a loop over rows elsewhere. Columns go out as one
buffer and the places where their values begin, and come back in Arrow's `large_string` or `string_view`
layout.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
#: Sixteen bytes an element; NumPy moves them fastest as complex numbers.
Views = npt.NDArray[np.complex128]

#: Bytes of spaces after the last value, so that eight bytes can be read at any place.
PAD = 16

#: Bytes of a string that its view can hold.
INLINE = 12
_FOUR = np.uint64(32)
#: Keeps the first n bytes of eight.
KEEP: Words = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)

#: What of a string stands in the first half of its view, and in the second, by its length.
_HEAD: Words = KEEP[np.minimum(np.arange(INLINE + 2), 4)]
_REST: Words = KEEP[np.clip(np.arange(INLINE + 2) - 4, 0, 8)]


def lay_out(values: pl.Series) -> tuple[Bytes, Places]:
    """Lay strings out as bytes, each with one space after it.

    Args:
        values: Strings; null is read as empty.

    Returns:
        The bytes (UTF-8, and `PAD` spaces more), and where each value begins and the last one, with its
        space, ends.
    """
    spaced = (values.fill_null("") + " ").rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = spaced.buffers()
    begins = np.frombuffer(offsets, np.int64, len(values) + 1, spaced.offset * 8)
    size = int(begins[-1] - begins[0])
    text = np.full(size + PAD, ord(" "), np.uint8)
    if size:
        text[:size] = np.frombuffer(data, np.uint8, size, int(begins[0]))
    return text, begins - begins[0]


def string_views(values: pl.Series) -> Words:
    """Look at the views of strings, as Polars holds them.

    Args:
        values: Strings.

    Returns:
        Two numbers a string. In the lower half of the first stands the length; what follows are the bytes
        of a string of up to twelve (zeros behind them), or the first four bytes and the place of a longer
        one. Anything may stand there for null.
    """
    if values.is_empty():
        return np.empty((0, 2), np.uint64)
    array = values.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    return np.frombuffer(array.buffers()[1], np.uint64, len(array) * 2, array.offset * 16).reshape(-1, 2)


def first_bytes(values: pl.Series) -> Bytes:
    """Look at the first byte of strings, wherever they lie.

    Args:
        values: Strings.

    Returns:
        One byte a string; 0 for the empty one, anything for null.
    """
    return np.ascontiguousarray(string_views(values).view(np.uint8)[:, 4])


def expand(begin: Places, count: Places) -> tuple[Places, Places]:
    """Write out ranges.

    Args:
        begin: Where each range begins.
        count: How long it is.

    Returns:
        The places in all ranges, and for each place the number of its range.
    """
    which = np.repeat(np.arange(len(count)), count)
    return np.arange(len(which)) + np.repeat(begin - (np.cumsum(count) - count), count), which


def eights(data: Bytes) -> Words:
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
        Sixteen bytes a range: short strings themselves, long ones by place.
    """
    text = eights(data)
    made = np.empty((len(start), 2), np.uint64)
    length = np.minimum(size, INLINE + 1)
    np.bitwise_or(size.view(np.uint64), (text[start] & _HEAD[length]) << _FOUR, out=made[:, 0])
    made[:, 1] = text[start + 4] & _REST[length]
    long = np.flatnonzero(length > INLINE)
    made[long, 1] = start[long].view(np.uint64) << _FOUR
    return made.view(np.complex128)[:, 0]


def string_column(made: Views, valid: Mask, data: Bytes) -> pl.Series:
    """Make strings of views.

    Args:
        made: As of `views`, one a string.
        valid: Which of them are not null.
        data: The text that they look at.

    Returns:
        The strings.
    """
    bits = pa.py_buffer(np.packbits(valid, bitorder="little"))
    buffers = [bits, pa.py_buffer(made), pa.py_buffer(data)]
    return pl.Series(pa.Array.from_buffers(pa.string_view(), len(valid), buffers), dtype=pl.String)
