"""Matching: finding each person of a list in a reference, with a probability that means what it says."""

from matchprep.match.dedupe import Groups, dedupe_people
from matchprep.match.matches import Bin, BlockingCount, LevelCount, Matches
from matchprep.match.matching import match_people

__all__ = ["Bin", "BlockingCount", "Groups", "LevelCount", "Matches", "dedupe_people", "match_people"]
