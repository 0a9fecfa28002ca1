"""What IQM can be asked: the columns a file may have, whose ids and which hashes it takes, the audiences.

Sources: the quickstart guide, Steps 2 to 4; the OpenAPI description.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matchprep.providers.lookup import Entry, LookUp, chosen

if TYPE_CHECKING:
    from matchprep.providers.iqm import Client

#: NOTE: `metadata` holds sample values of the file, and `rawS3URL` is signed: neither is shown.
_TOLD = ("id", "audienceName", "status", "matchRate", "uniques", "dataCost", "createdDate", "modifiedDate")


def _columns(client: Client, _term: str | None) -> list[Entry]:
    return [chosen(one, ("key", "name", "label", "isSingleColumn")) for one in client.columns()]


def _audiences(client: Client, term: str | None) -> list[Entry]:
    return [chosen({"audienceName": one.get("name"), **one}, _TOLD) for one in client.audiences(term or "")]


def _audience(client: Client, term: str | None) -> list[Entry]:
    return [chosen(client.details(int(term or 0)), _TOLD)]


LOOK_UPS: Mapping[str, LookUp] = {
    "columns": LookUp("what a column of a file may be", _columns),
    "data partners": LookUp(
        "whose ids a voter or NPI column may hold", lambda client, _: client.data_partners()
    ),
    "data formats": LookUp(
        "how emails and phones may be hashed", lambda client, _term: client.data_formats()
    ),
    "audiences": LookUp("the audiences there are", _audiences, "search"),
    "audience": LookUp("how one audience stands", _audience, "number"),
}
