"""What a provider can be asked, from the command line: every look-up, its pages, limits, what it hides."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from matchprep.cli import app
from matchprep.errors import UsageError
from matchprep.pipeline import submitting
from matchprep.pipeline.asking import look_up
from matchprep.providers import Consent, Watch, look_ups_of
from matchprep.rulebook import list_providers
from matchprep.sandbox.statsocial import PAGE, Tenant

ALL = [(provider, name) for provider in list_providers() for name in look_ups_of(provider)]
YES = Consent(max_cost=1000)
#: What must be sent first, so that there is an audience whose id can be given.
PARAMS = {"matchbook": {"export": "phone"}}


@pytest.fixture
def lookup(running):
    def run(*words):
        return CliRunner().invoke(app, ["lookup", *words, "--sandbox"])

    return run


@pytest.fixture
def sent(sending):
    """The id of an audience made of a list, and what nobody may see of it."""

    def make(provider):
        done = submitting.submit(sending(provider, params=PARAMS.get(provider, {})), consent=YES)
        file = next(done.job.folder.glob(f"{provider}.csv")).read_text(encoding="utf-8")
        values = {one for line in file.splitlines()[1:4] for one in line.split(",") if len(one) > 5}
        return str(done.job.fact("audience")), values

    return make


@pytest.mark.parametrize(("provider", "what"), ALL, ids=[f"{one}: {name}" for one, name in ALL])
def test_every_look_up_gives_something_and_nothing_of_a_person(lookup, sent, provider, what):
    one, term, hidden = look_ups_of(provider)[what], [], set()
    if one.takes in {"id", "number"} or what == "audiences":
        audience, hidden = sent(provider)
        term = [] if what == "audiences" else [audience]
    told = lookup(provider, what.replace(" ", "-"), *term, "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["what"] == what
    assert found["entries"]
    assert all(found["entries"])
    shown = told.output + lookup(provider, what, *term).output
    assert [value for value in hidden if value in shown] == []
    assert not [word for word in ("sandbox-token", "sandbox-key", "sandbox-secret", "signature", "://")
                if word in shown]  # fmt: skip


@pytest.mark.parametrize("provider", list_providers())
def test_without_what_it_lists_what_there_is_and_asks_nobody(sandbox, provider):
    told = CliRunner().invoke(app, ["lookup", provider, "--json"])
    names = [one["what"] for one in json.loads(told.stdout)] if told.exit_code == 0 else []
    assert names == list(look_ups_of(provider))
    assert (told.exit_code == 0) == bool(names)
    assert sandbox.log == []


def test_pages_are_followed_to_the_end_and_no_further_than_wanted(sandbox):
    address = sandbox.urls["statsocial"]
    whole = look_up("statsocial", "regions", sandbox=address)
    assert (len(whole.entries), whole.more) == (4, False)
    assert len(sandbox.log) == 4 / PAGE
    sandbox.log.clear()
    some = look_up("statsocial", "regions", most=1, sandbox=address)
    assert ([one["name"] for one in some.entries], some.more) == (["New York"], True)
    assert len(sandbox.log) == 1
    last = look_up("statsocial", "regions", most=4, sandbox=address)
    assert (len(last.entries), last.more) == (4, False)


def test_a_search_goes_to_the_provider_and_a_filter_does_not(lookup, sandbox):
    found = json.loads(lookup("statsocial", "affinities", "lewandowski", "--json").stdout)
    assert found["entries"] == [
        {"id": "a38802", "name": "Robert Lewandowski", "within": "Influencers > Sports > Soccer",
         "followers_count": 420000, "can_add": True}
    ]  # fmt: skip
    terms = json.loads(lookup("statsocial", "personalities", "self", "--json").stdout)["entries"]
    assert len(terms) == 6
    assert all("self" in one["term"] for one in terms)
    formats = json.loads(lookup("iqm", "data-formats", "sha", "--json").stdout)["entries"]
    assert [one["name"] for one in formats] == ["SHA1", "SHA256", "SHA512"]


def test_it_reads_as_a_table_and_says_when_there_is_more(lookup):
    told = lookup("statsocial", "regions", "new", "--limit", "2")
    assert [line.split()[0] for line in told.stdout.split("\n")[1:4]] == ["id", "1", "2"]
    assert "The first 2; there are more" in told.stdout
    assert "Nothing was found." in lookup("statsocial", "cities", "atlantis").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("statsocial", "affinity"), "Did you mean affinities?"),
        (("acme", "cities"), "no such provider"),
        (("targetsmart", "audiences"), "describe nothing"),
        (("iqm", "audience"), "needs the id"),
        (("iqm", "audience", "1/../../x"), "no id"),
        (("iqm", "audience", "abc"), "no id"),
        (("statsocial", "audience", "a?b=c"), "no id"),
    ],
)
def test_a_wrong_word_is_told_before_anything_is_sent(lookup, sandbox, words, says):
    told = lookup(*words)
    assert told.exit_code == 2
    assert says in told.stderr
    assert sandbox.log == [] or all("__sandbox__" in one.path for one in sandbox.log)


def test_what_a_build_costs_and_what_is_left_is_said_before(sending, sandbox):
    said = []
    watch = Watch(on_price=lambda price: said.append((price, sandbox.state["statsocial"].credits)))
    submitting.submit(sending("statsocial"), consent=YES, watch=watch)
    assert said == [("build the audience: 1 credit for the build of the audience; 10 are left", 10)]
    assert sandbox.state["statsocial"].credits == 9


@pytest.mark.parametrize(("left", "says"), [(-1, "unlimited builds are left"), (3, "3 are left")])
def test_the_question_says_what_is_left(sending, sandbox, left, says):
    sandbox.state["statsocial"] = Tenant(credits=left)
    asked = []
    with pytest.raises(UsageError, match=says):
        submitting.submit(
            sending("statsocial"), consent=Consent(ask=lambda question: bool(asked.append(question)))
        )
    assert asked == [f"This costs 1 credit for the build of the audience; {says}. Pay?"]


def test_without_a_credit_nothing_is_sent(sending, sandbox):
    sandbox.state["statsocial"] = Tenant(credits=0)
    with pytest.raises(UsageError, match="no build credit is left"):
        submitting.submit(sending("statsocial"), consent=YES)
    assert [one.path for one in sandbox.log if one.method == "POST" and "__sandbox__" not in one.path] == []


def test_where_the_account_may_not_ask_for_credits_the_build_tells(sending, sandbox, order):
    order("statsocial", at="GET /credits", does="status", status=404)
    said = []
    done = submitting.submit(sending("statsocial"), consent=YES, watch=Watch(on_price=said.append))
    assert done.job.state == "done"
    assert said == ["build the audience: 1 credit for the build of the audience"]
