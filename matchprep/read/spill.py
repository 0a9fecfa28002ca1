"""A temporary folder for copies that a scan reads from, gone when nothing reads from it any more."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path


class Spill:
    """A folder only its owner can enter; it is removed when the last frame that reads from it is gone.

    A lazy frame holds on to its spill through the function that numbers its rows (`rows.py`), so the
    folder outlives the `People` it came with for as long as any frame made from it.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="matchprep-"))
        self._remove = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._files = 0

    def new_file(self, suffix: str = "") -> Path:
        """Name a file in the folder that does not exist yet.

        Args:
            suffix: How the name shall end.

        Returns:
            Its path.
        """
        self._files += 1
        return self.folder / f"{self._files}{suffix}"

    def close(self) -> None:
        """Remove the folder now."""
        self._remove()
