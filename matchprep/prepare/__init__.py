"""A list made clean, without a provider: columns beside the originals, in place of them, or alone."""

from __future__ import annotations

from matchprep.prepare.layout import Layout
from matchprep.prepare.people import PreparedFile, prepare_people
from matchprep.prepare.prepared import is_prepared, scan_prepared

__all__ = ["Layout", "PreparedFile", "is_prepared", "prepare_people", "scan_prepared"]
