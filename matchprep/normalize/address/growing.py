"""NumPy arrays that grow at the end."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Scalar = TypeVar("Scalar", bound=np.generic)


class Growing(Generic[Scalar]):
    """A column that is appended to, with room to spare so that appending stays cheap.

    Args:
        dtype: Type of its elements.
    """

    def __init__(self, dtype: type[Scalar]) -> None:
        self._room = np.empty(1024, dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> npt.NDArray[Scalar]:
        """The elements so far."""
        return self._room[: self._size]

    def extend(self, values: npt.NDArray[Scalar]) -> None:
        """Append elements.

        Args:
            values: What to append.
        """
        size = self._size + len(values)
        if size > len(self._room):
            room = np.empty(max(size, 2 * len(self._room)), self._room.dtype)
            room[: self._size] = self.values
            self._room = room
        self._room[self._size : size] = values
        self._size = size
