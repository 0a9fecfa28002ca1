"""What StatSocial's server can be searched for: the entries of the page's examples, and some beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def _category(id_: str, name: str, children: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    made = {"id": id_, "name": name, "is_category": True, "can_add": not id_.startswith(".")}
    return {**made, "kind": "affinity", **({"children": list(children)} if children else {})}


def _affinity(id_: str, name: str, followers: int) -> dict[str, Any]:
    made = {"id": id_, "name": name, "is_category": False, "followers_count": followers}
    return {**made, "can_add": True, "kind": "affinity"}


_SOCCER = _category("a759", "Soccer", [_affinity("a38802", "Robert Lewandowski", 420_000)])
_SPORTS = _category("a197", "Sports", [_SOCCER, _affinity("a198", "Chess", 1_200_000)])
_RUNNING = _category("a310", "Running", [_affinity("a311", "Running shoes", 910_000)])
#: Source: Create Audience With Affinities; the runners are invented.
AFFINITIES = [
    _category(".b2b.", "B2B"),
    _category(".brands.", "Brands"),
    _category(".influencers.", "Influencers", [_SPORTS]),
    _category(".interests.", "Interests", [_RUNNING]),
    _category(".media.", "Media"),
    _category(".personas.", "Personas"),
    _category(".private.", "Private"),
]
#: Source: Create Audience With Personality.
PERSONALITIES = (
    "challenge", "closeness", "curiosity", "excitement", "harmony", "ideal", "liberty", "love",
    "practicality", "self-expression", "stability", "structure", "agreeableness", "altruism", "cooperation",
    "modesty", "morality", "sympathy", "trust", "conscientiousness", "achievement striving", "cautiousness",
    "dutifulness", "orderliness", "self-discipline", "self-efficacy", "extraversion", "activity level",
    "assertiveness", "cheerfulness", "excitement-seeking", "friendliness", "gregariousness", "neuroticism",
    "anger", "anxiety", "depression", "immoderation", "self-consciousness", "vulnerability", "openness",
    "adventurousness", "artistic interests", "emotionality", "imagination", "intellect", "liberalism",
    "conservation", "hedonism", "openness to change", "self-enhancement", "self-transcendence",
)  # fmt: skip


def _listed(kind: str, *names: str, by_name: bool = False) -> list[dict[str, Any]]:
    return [
        {"id": name if by_name else str(place), "name": name, "followers_count": 14 * place, "kind": kind}
        for place, name in enumerate(names, 1)
    ]


#: Path -> entries. Source: Jobs Titles, Employers, Cities, Countries, DMAs, Regions/States.
LISTS = {
    "/b2b/job-titles": _listed(
        "b2b_jobtitle", "Analyst, Senior Programmer", "Analyst", "Chief Analyst", by_name=True
    ),
    "/b2b/employers": _listed(
        "b2b_employer",
        "StatSocial",
        "StatSocial Past Life: Founder of RateMyTeachers/RateMyProfessors, PeekYou",
        "Example Works",
        by_name=True,
    ),
    "/location/cities": _listed("city", "New York, New York", "New York Mills, Minnesota", "York, England"),
    "/location/countries": _listed("country", "United States", "United Kingdom", "Canada"),
    "/location/dmas": _listed("dma", "New York", "New Orleans", "Albany-Schenectady-Troy"),
    "/location/regions": _listed("region", "New York", "New Jersey", "New Mexico", "New Hampshire"),
}


def found_affinities(entries: Sequence[Mapping[str, Any]], query: str) -> list[dict[str, Any]]:
    """Cut a tree down to what a query finds; the top level stays, as in the example.

    Args:
        entries: The tree.
        query: In lower case; all when empty.

    Returns:
        The tree, its finds marked `is_match`.
    """
    if not query:
        return [dict(one) for one in entries]
    found = []
    for one in entries:
        children = found_affinities(one.get("children", ()), query)
        matches = query in str(one["name"]).casefold()
        if not (matches or children or str(one["id"]).startswith(".")):
            continue
        kept = {name: value for name, value in one.items() if name != "children"}
        kept |= {"is_match": True} if matches else {}
        found.append({**kept, "children": children} if children else kept)
    return found
