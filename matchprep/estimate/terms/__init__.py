"""The forecast in each provider's own terms: one module and one JSON Schema a provider, found by its id."""

from matchprep.estimate.terms.basis import Basis, Key, basis_of
from matchprep.estimate.terms.documents import provider_terms, terms_schema

__all__ = ["Basis", "Key", "basis_of", "provider_terms", "terms_schema"]
