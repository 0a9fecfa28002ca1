"""StatSocial: the identifiers of an uploaded list that its audience would hold, by type."""

from __future__ import annotations

from typing import Any

from matchprep.estimate.terms.basis import Basis


def document(basis: Basis) -> dict[str, Any]:
    """State a forecast as StatSocial would; `ss_id` is in every audience."""
    unique = round(basis.unique)
    kind = basis.upload_type or "ss_id"
    return {"upload": {"type": kind, "ids": basis.rows}, "matched": {kind: unique, "ss_id": unique}}
