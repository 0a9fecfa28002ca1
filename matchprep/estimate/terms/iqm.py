"""IQM: the answer of GET /api/v2/audience/matched/{matched_audience_Id}."""

from __future__ import annotations

from typing import Any

from matchprep.estimate.terms.basis import Basis


def document(basis: Basis) -> dict[str, Any]:
    """State a forecast as IQM would; `matchRate` goes from 0 to 100."""
    return {
        "statusCode": 200,
        "responseObject": {
            "status": "Pending",
            "matchRate": round(basis.match_rate * 100, 2),
            "uniques": round(basis.unique),
        },
    }
