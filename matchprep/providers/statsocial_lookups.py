"""What StatSocial can be asked: the lists that parameters are made of, the credits left, an audience.

Sources: the page Create Audience; the page Credits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from matchprep.providers.lookup import Entry, LookUp, chosen

if TYPE_CHECKING:
    from matchprep.providers.statsocial import Client


def _searched(name: str, says: str) -> LookUp:
    return LookUp(says, lambda client, term: client.look_up(name, term), "search")


def _affinities(client: Client, term: str | None) -> Iterator[Entry]:
    """Give what a search finds, or the whole tree."""
    for one in client.look_up("affinities", term):
        if one.get("is_match") or not term:
            yield chosen(one, ("id", "name", "within", "followers_count", "can_add"))


def _credits(client: Client, _term: str | None) -> Iterator[Entry]:
    for credit, left in client.credits().items():
        yield {"credit": credit, "left": "unlimited" if left == -1 else left}


def _audience(client: Client, term: str | None) -> list[Entry]:
    return [chosen(client.audience(str(term)), ("id", "name", "status", "size", "outputs"))]


LOOK_UPS: Mapping[str, LookUp] = {
    "credits": LookUp("how many builds, insights, ... the company has left", _credits),
    "affinities": LookUp("interests, brands, influencers, ...; can_add: to be used", _affinities, "search"),
    "job titles": _searched("job titles", "titles, for b2b.job_titles"),
    "employers": _searched("employers", "companies, for b2b.employer_names"),
    "personalities": LookUp(
        "the 52 terms, for personality", lambda client, _term: client.look_up("personalities")
    ),
    "cities": _searched("cities", "places, for location.cities"),
    "countries": _searched("countries", "places, for location.countries"),
    "dmas": _searched("dmas", "media markets, for location.dmas"),
    "regions": _searched("regions", "states and regions, for location.regions"),
    "audience": LookUp("how one audience stands", _audience, "id"),
}
