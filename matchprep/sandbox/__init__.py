"""A local server a provider that behaves as its document says: a whole submission without an account.

Each really reads the file that it is sent and really matches it against the sample voters, so that the
numbers that come back are coherent. What the documents lack and a server has to invent is marked
`"invented": true` in its answer.
"""

from matchprep.sandbox.serve import serve
from matchprep.sandbox.world import Fault, World

__all__ = ["Fault", "World", "serve"]
