"""DigitalAudience: the CRM data of GET /audience/loadAudienceById, by kind of value."""

from __future__ import annotations

from typing import Any

from matchprep.estimate.terms.basis import Basis
from matchprep.fields import Field

_DATA_SETS = {
    Field.EMAIL: "EMAIL",
    Field.PHONE: "PHONE",
    Field.ZIP: "POSTALADDRESS",
    Field.PERSONAL_ID: "SECURITYNUMBER",
    Field.AAID: "AAID",
}


def document(basis: Basis) -> dict[str, Any]:
    """State a forecast as DigitalAudience would; kinds that the reference lacks are left out."""
    sets = {}
    for field, name in _DATA_SETS.items():
        if (key := basis.keys.get(field)) is not None:
            match = round(key.known)
            # Which matches a platform can use, no reference tells; none is taken away.
            sets[name] = {
                "TOTAL": key.total,
                "UNIQUE": key.unique,
                "MATCH": match,
                "UMATCH": match,
                "NOMATCH": key.unique - match,
            }
    rates = {
        name: round(one["MATCH"] / one["UNIQUE"], 4) if one["UNIQUE"] else 0.0 for name, one in sets.items()
    }
    return {"crmData": {"size": basis.rows, "history": {"dataSet": sets, "matchRates": rates}}}
