"""A provider's rules over CLEAN: what is kept, what is rejected and why, and whether it may be sent."""

from matchprep.check.findings import Checked, Finding, Gain
from matchprep.check.people import check_people

__all__ = ["Checked", "Finding", "Gain", "check_people"]
