"""A list and a provider -> the provider's own mapping document, with the reasons for it."""

from matchprep.propose.proposal import Proposal, propose_mapping

__all__ = ["Proposal", "propose_mapping"]
