"""The door of the walk: any people file in, RAW out.

A file is read as it is or not at all: every record is either in `People.frame` or, with its line and
the reason, in `People.unread`. What the reader had to assume stands in `People.facts.assumptions`.
"""

from matchprep.read.batches import in_large_batches
from matchprep.read.door import read_people
from matchprep.read.people import People, SourceFacts, Unread

__all__ = ["People", "SourceFacts", "Unread", "in_large_batches", "read_people"]
