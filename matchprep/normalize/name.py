"""Names of people."""

from __future__ import annotations

from matchprep.normalize.nickname import nickname
from matchprep.normalize.phonetic import phonetic

__all__ = ["nickname", "phonetic"]
