"""TargetSmart SmartMatch: the files that come back, and what its summary counts."""

from __future__ import annotations

from typing import Any

from matchprep.estimate.terms.basis import Basis


def document(basis: Basis) -> dict[str, Any]:
    """State a forecast as SmartMatch would: a best match a record, and further ones in a file beside it."""
    best = round(basis.matched)
    return {
        "max_matches": basis.max_matches,
        "best_matches": best,
        "additional_matches": round(basis.further),
        "summary": {
            "records": basis.rows,
            "matched": best,
            "unmatched": basis.rows - best,
            "match_rate": round(basis.match_rate, 4),
        },
    }
