"""What became of the values of a list on their way: mended where that is certain, flagged where it is not."""

from __future__ import annotations

from matchprep.quality.model import Observation, Quality
from matchprep.quality.observe import observe

__all__ = ["Observation", "Quality", "observe"]
