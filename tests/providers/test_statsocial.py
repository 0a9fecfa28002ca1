"""StatSocial besides its flow: look-ups, the callback, permissions, credits, and documents of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from matchprep.errors import PermanentProviderError, UsageError
from matchprep.pipeline import submitting
from matchprep.providers import Call, Consent, Pace, WallClock, load_settings
from matchprep.providers.statsocial import Client
from matchprep.providers.statsocial_calls import next_page
from matchprep.sandbox.statsocial import ACCOUNT, Tenant

EXAMPLES = yaml.safe_load(
    (Path(__file__).resolve().parents[1] / "rules" / "cases" / "statsocial_examples.yaml").read_text(
        encoding="utf-8"
    )
)
YES = Consent(max_cost=1)
AUDIENCE = {
    "audience": {"name": "Soccer"},
    "parameters": [{"operation": "OR", "affinities": {"affinities": [{"id": "a38802"}]}}],
}


@pytest.fixture
def client(sandbox, tmp_path):
    settings = load_settings(Client.Settings, base_url=sandbox.urls["statsocial"], **ACCOUNT)
    made = Client(settings, clock=WallClock(), pace=Pace(tmp_path / "pace", WallClock()))
    yield made
    made.close()


def state(sandbox):
    return sandbox.remembered("statsocial", Tenant)


@pytest.mark.parametrize(
    ("what", "query", "names"),
    [
        ("job titles", "Analyst, Senior Programmer", ["Analyst, Senior Programmer"]),
        ("employers", "statsocial", 2),
        ("cities", "New York", 2),
        ("countries", "united states", ["United States"]),
        ("dmas", "new", 2),
        ("regions", "New", 4),  # two pages
        ("regions", None, 4),
        ("personalities", None, 52),
    ],
)
def test_a_look_up_goes_through_all_pages(client, what, query, names):
    found = [one.get("name", one.get("term")) for one in client.look_up(what, query)]
    assert found == names if isinstance(names, list) else len(found) == names
    assert len(set(found)) == len(found)


def test_an_affinity_is_found_in_the_depth_of_the_tree(client):
    found = {one["id"]: one for one in client.look_up("affinities", "Lewandowski")}
    assert found["a38802"]["name"] == "Robert Lewandowski"
    assert found["a38802"]["can_add"] is True
    assert found[".b2b."]["can_add"] is False
    assert "a198" not in found


@pytest.mark.parametrize(
    ("place", "params"),
    [
        ("https://elsewhere.example.com/dmas?query=new&page=2", {"query": "new", "page": "2"}),
        ("/platform/v0/location/dmas?page=2", {"query": "new", "page": "2"}),
        ("page=2", {"query": "new", "page": "2"}),
        ("abc123", {"query": "new", "next": "abc123"}),
    ],
)
def test_the_next_page_stays_at_the_provider_however_it_is_named(place, params):
    call = Call(kind="look", method="GET", path="/location/dmas", params={"query": "new"})
    following = next_page(call, {"has_next": True, "next": place})
    assert following.path == "/location/dmas"
    assert dict(following.params) == params
    with pytest.raises(PermanentProviderError, match="circle"):
        next_page(following, {"has_next": True, "next": place})
    with pytest.raises(PermanentProviderError, match="not where"):
        next_page(call, {"has_next": True, "next": ""})
    assert next_page(call, {"has_next": False, "next": place}) is None


def test_a_document_of_ones_own_is_built_for_one_credit(sending, sandbox, tmp_path):
    path = tmp_path / "audience.yaml"
    path.write_text(yaml.safe_dump(AUDIENCE))
    done = submitting.submit(sending("statsocial", params={"audience": str(path)}), consent=YES)
    assert list(done.job.steps) == ["see what credits are left", "build the audience", "wait for the build"]
    assert done.outcome.told["status"] == "finished"
    assert state(sandbox).credits == 9
    (built,) = state(sandbox).audiences.values()
    assert built.body["parameters"] == AUDIENCE["parameters"]
    assert done.job.job in built.body["audience"]["name"]


def test_a_document_that_breaks_the_rules_is_told_before_anything_is_sent(sending, sandbox, tmp_path):
    path = tmp_path / "audience.yaml"
    never = [{"operation": "OR", "ethnicity": {"ethnicities": ["asian"]}}]
    path.write_text(yaml.safe_dump({**AUDIENCE, "parameters": never}))
    with pytest.raises(UsageError, match="SS-ETHNICITY-POSITION"):
        submitting.submit(sending("statsocial", params={"audience": str(path)}), consent=YES)
    assert sandbox.log == []


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"outputs": "ss_id,phone"}, "SS-P-OUTPUTS"),
        ({"callback_url": "soon"}, "SS-P-CALLBACK"),
        ({"key": "list.csv"}, "SS-UPLOAD-KEY"),
        ({"insight_callback_url": "https://example.com/in"}, "SS-P-INSIGHT-CALLBACK"),
        ({"audiense": "x"}, "Did you mean"),
    ],
)
def test_a_wrong_parameter_is_told_before_anything_is_sent(sending, sandbox, params, says):
    with pytest.raises(UsageError) as caught:
        submitting.submit(sending("statsocial", params=params), consent=YES)
    assert says.casefold() in str(caught.value).casefold()
    assert sandbox.log == []


def test_a_build_needs_a_yes(sending, sandbox):
    with pytest.raises(
        UsageError, match=r"1 credit for the build of the audience; 10 are left, which was not agreed to"
    ):
        submitting.submit(sending("statsocial"))
    assert state(sandbox).credits == 10


def test_the_callback_tells_what_a_look_would(client, sandbox, receiver):
    url, heard = receiver
    body = {**AUDIENCE, "callback_url": url, "generate_insights_automatically": True}
    made = client.create({**body, "insight_callback_url": url})
    assert made["status"] == "running"
    client.audience(made["id"])
    assert heard() == []
    sandbox.turn(600)
    seen = client.audience(made["id"])
    client.audience(made["id"])
    assert [one["response"] for one in heard()] == [seen, seen]  # the build's, and the insights'


def test_outputs_hold_ss_id_and_are_chosen_only_with_the_permission(client, sandbox):
    made = client.create({**AUDIENCE, "outputs": ["md5"]})
    assert client.audience(made["id"])["outputs"] == ["ss_id", "md5"]
    state(sandbox).may_choose_outputs = False
    made = client.create({**AUDIENCE, "outputs": ["md5"]})
    assert len(client.audience(made["id"])["outputs"]) == 7


def test_without_a_credit_nothing_is_built(client, sandbox):
    client.create(AUDIENCE)
    state(sandbox).credits = 0
    with pytest.raises(PermanentProviderError, match="credit"):
        client.create(AUDIENCE)
    assert state(sandbox).done["POST /audiences"] == 1


#: What the examples need that the page grants by permission, or that contradicts its own text.
NEED_PERMISSION = {"SS-AGE-POSITION", "SS-GENDER-POSITION", "SS-LOCATION-POSITION"}


@pytest.mark.parametrize("example", EXAMPLES, ids=[one["name"] for one in EXAMPLES])
def test_every_example_of_the_page_is_taken(client, sandbox, example):
    state(sandbox).may_begin_with_anything = True
    for one in example["body"]["parameters"]:
        for key in one.get("upload", {}).get("keys", ()):
            state(sandbox).uploads[key] = 1
    if set(example["finds"]) - NEED_PERMISSION:
        with pytest.raises(PermanentProviderError, match="Parameter"):
            client.create(example["body"])
    else:
        assert client.create(example["body"])["status"] == "running"


def test_a_list_uploaded_elsewhere_is_named_by_its_key(sending, sandbox, client):
    key = "/uploads/2022-11-02/078ace94fad569f01d1a3a99a440cf5c.md5"
    state(sandbox).uploads[key] = 5
    done = submitting.submit(sending("statsocial", params={"key": key}), consent=YES)
    assert done.outcome.told["size"] == 5
    assert not [one for one in sandbox.log if one.path == "/uploads"]
