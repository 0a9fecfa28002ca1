"""A file as the body of a request: read piece by piece, it tells how far it has been sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path

from matchprep.providers.call import OnBytes

#: How much is held at once.
PIECE_BYTES = 1 << 20


class WatchedFile(FileIO):
    """A file that tells how far it has been read.

    Args:
        path: The file.
        on_bytes: Told how far it is.
    """

    def __init__(self, path: Path, on_bytes: OnBytes | None) -> None:
        super().__init__(path)
        self._size = path.stat().st_size
        self._on_bytes = on_bytes

    def read(self, size: int | None = -1) -> bytes:
        """Read on, and close the file at its end."""
        piece = super().read(PIECE_BYTES if size is None or size < 0 else size)
        if self._on_bytes:
            self._on_bytes(self.tell(), self._size)
        if not piece:
            self.close()
        return piece


class Pieces:
    """A file in pieces, that tells how far it has been sent.

    Args:
        source: The file.
        on_bytes: Told how far it is.
        before_last: Called before the last piece is sent.
    """

    def __init__(self, source: Path, on_bytes: OnBytes | None, before_last: Callable[[], None]) -> None:
        self._source = source
        self._on_bytes = on_bytes
        self._before_last = before_last
        self.last_sent = False

    def __iter__(self) -> Iterator[bytes]:
        size, sent = self._source.stat().st_size, 0
        with self._source.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                sent += len(piece)
                if sent >= size:
                    self._before_last()
                    self.last_sent = True
                yield piece
                if self._on_bytes:
                    self._on_bytes(sent, size)
