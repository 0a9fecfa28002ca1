"""Matching: finding each person of a list in a reference, with a probability that means what it says."""

from matchprep.match.agreements import Agreements
from matchprep.match.building import build_index
from matchprep.match.decide import Wish
from matchprep.match.dedupe import Groups, dedupe_people
from matchprep.match.explain import Candidate, Explanation, Line, explain_row
from matchprep.match.facts import IndexFacts, is_index, is_stale, read_facts
from matchprep.match.index import ReferenceIndex
from matchprep.match.labels import read_labels
from matchprep.match.matches import Bin, BlockingCount, LevelCount, Matches
from matchprep.match.matching import match_people
from matchprep.match.planned import BlockingPlan, PlannedRule, explain_blocking
from matchprep.match.provider import ColumnShare, ProviderMatches, Semantics, at_provider
from matchprep.match.repeats import repeats
from matchprep.match.suppress import suppressed

__all__ = [
    "Agreements",
    "Bin",
    "BlockingCount",
    "BlockingPlan",
    "Candidate",
    "ColumnShare",
    "Explanation",
    "Groups",
    "IndexFacts",
    "LevelCount",
    "Line",
    "Matches",
    "PlannedRule",
    "ProviderMatches",
    "ReferenceIndex",
    "Semantics",
    "Wish",
    "at_provider",
    "build_index",
    "dedupe_people",
    "explain_blocking",
    "explain_row",
    "is_index",
    "is_stale",
    "match_people",
    "read_facts",
    "read_labels",
    "repeats",
    "suppressed",
]
