"""StatSocial Silhouette: an audience made of parameters, one of which may be an uploaded list.

Source: the page Create Audience.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import HttpUrl, SecretStr

from matchprep.errors import AmbiguousProviderError, PermanentProviderError, UsageError
from matchprep.providers import statsocial_calls as calls
from matchprep.providers.call import Call
from matchprep.providers.client import HttpClient
from matchprep.providers.flow import Price, Step, Work
from matchprep.providers.jobs import Facts
from matchprep.providers.making import follow
from matchprep.providers.provider import Outcome, Submission
from matchprep.providers.settings import ProviderSettings
from matchprep.providers.statsocial_document import KEY_TO_COME, audience_of, is_to_come, with_key

#: NOTE: the names of final statuses are not documented; these are taken for them.
_READY = frozenset({"finished", "complete", "completed", "ready", "done"})
_FAILED = frozenset({"failed", "error"})


class StatsocialSettings(ProviderSettings):
    """The account; `upload_path` is the call that takes lists, which StatSocial does not describe."""

    provider: ClassVar[str] = "statsocial"

    base_url: HttpUrl = HttpUrl("https://api.statsocial.com/platform/v0")
    token: SecretStr
    upload_path: str | None = None


class Client(HttpClient[StatsocialSettings]):
    """StatSocial's endpoints; the page names no rate."""

    Settings = StatsocialSettings
    refused = staticmethod(calls.refused)

    @property
    def key(self) -> Mapping[str, str]:
        """The token of the account. Source: the page Credits."""
        return {"Authorization": f"Bearer {self._settings.token.get_secret_value()}"}

    # --- the endpoints ---

    def create(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Create an audience and start its build, for a credit. Source: Getting Started.

        Args:
            body: An audience document that passed the rules.

        Returns:
            Its `id` and `status`.
        """
        call = calls.create_audience(body)
        made = self._ask(call)
        if not isinstance(made, Mapping) or "id" not in made:
            hint = "Look at StatSocial whether it is there."
            raise AmbiguousProviderError("the answer has no id", where=call.where, hint=hint)
        return made

    def audience(self, audience: str) -> Mapping[str, Any]:
        """Look an audience up. Source: Callback, Get Audience Data.

        Args:
            audience: Its id.

        Returns:
            Its document: `status` and what StatSocial tells besides.
        """
        found: Mapping[str, Any] = self._ask(calls.get_audience(audience))
        return found

    def credits(self) -> Mapping[str, int]:
        """Ask how many credits the company has left. Source: the page Credits.

        Returns:
            By kind: `builds`, `insights`, ...; -1 where they are unlimited.
        """
        call = calls.credits()
        found = self._ask(call)
        if not isinstance(found, Mapping) or not all(isinstance(left, int) for left in found.values()):
            raise PermanentProviderError("the answer tells no credits", where=call.where)
        return found

    def look_up(self, what: str, query: str | None = None) -> Iterator[Mapping[str, Any]]:
        """Search one of the lists that parameters are made of, page by page.

        Args:
            what: `affinities`, `job titles`, `employers`, `personalities`, `cities`, `countries`, `dmas`
                or `regions`.
            query: What to search for; all when left out.

        Yields:
            Entries as StatSocial tells them; affinities of every level, and `within` what they are.
        """
        call: Call | None = calls.look_up(what, query)
        while call is not None:
            found = self._ask(call)
            if isinstance(found, list):
                yield from _flat(found)
                return
            yield from found.get("data", found.get("personalities", []))
            call = calls.next_page(call, found)

    def upload(self, submission: Submission, type_: str, work: Work | None = None) -> str:
        """Upload a list, where the account's `upload_path` says how.

        Args:
            submission: What is sent.
            type_: Of the identifiers in it.
            work: Told how far it is.

        Returns:
            Its key.
        """
        call = calls.upload(str(self._settings.upload_path), submission.file, type_)
        on_bytes = work.watch.on_bytes if work else None
        return str(calls.response_in(self.ask(call, on_bytes))["key"])

    def _ask(self, call: Call) -> Any:
        return calls.response_in(self.ask(call))

    # --- a submission ---

    def steps(self, submission: Submission) -> Sequence[Step]:
        """Name the steps of a submission, in order.

        Args:
            submission: What is sent.

        Returns:
            The steps.

        Raises:
            UsageError: A parameter is unknown, the document breaks the rules, or its list has no key.
            InputError: The audience document cannot be read.
        """
        body = audience_of(submission, can_upload=self._settings.upload_path is not None)
        shown = with_key(body, "{key}")
        steps = [
            Step(name="see what credits are left", do=self._see_credits, requests=(calls.credits(),)),
            Step(
                name="build the audience",
                do=lambda work: self._build(body, work),
                in_doubt="ask",  # audiences cannot be listed, and a second build costs a second credit
                costs=_price,
                requests=(calls.create_audience(shown),),
            ),
            Step(
                name="wait for the build",
                do=lambda work: self._follow(work, submission),
                brings=True,
                unless=lambda work: work.fact("audience") is None,  # only a person has seen it
                requests=(calls.get_audience("{audience}"),),
            ),
        ]
        if is_to_come(body):
            steps.insert(1, self._upload(submission, body))
        return steps

    def outcome(self, work: Work, submission: Submission) -> Outcome:  # noqa: ARG002 - the protocol's
        """Say what came of a submission; StatSocial tells no match rate.

        Args:
            work: What the steps worked with.
            submission: What was sent.

        Returns:
            The audience and its status.
        """
        told = {name: work.fact(name) for name in ("audience", "status", "size")}
        if told["audience"] is None:
            told["note"] = "StatSocial's own pages show the audience; its id never arrived here"
        return Outcome(told={name: value for name, value in told.items() if value is not None})

    def cancel(self, work: Work) -> str:
        """Say what can be undone: the page describes no call that deletes an audience.

        Args:
            work: What the steps worked with.

        Returns:
            What was undone.
        """
        audience = work.fact("audience")
        if audience is None:
            return "nothing was created yet"
        return f"nothing: the API describes no call to delete audience {audience}"

    def _see_credits(self, work: Work) -> Facts:
        """Ask before anything is sent; where the account may not ask, the build itself will tell."""
        try:
            left = self.credits().get("builds")
        except PermanentProviderError as error:
            if error.status not in {403, 404}:
                raise
            left = None
        if left == 0:
            what, hint = "no build credit is left", "Ask StatSocial for more, then resume."
            raise UsageError(what, where=work.job.job, hint=hint)
        return {"builds_left": left}

    def _upload(self, submission: Submission, body: Mapping[str, Any]) -> Step:
        type_ = next(
            one["upload"]["type"]
            for one in body["parameters"]
            if KEY_TO_COME in one.get("upload", {}).get("keys", ())
        )
        return Step(
            name="upload the list",
            do=lambda work: {"key": self.upload(submission, type_, work)},
            requests=(calls.upload(str(self._settings.upload_path), submission.file, type_),),
        )

    def _build(self, body: Mapping[str, Any], work: Work) -> Facts:
        made = self.create(with_key(body, str(work.fact("key"))))
        return {"audience": str(made["id"]), "status": made.get("status")}

    def _follow(self, work: Work, submission: Submission) -> Facts:
        audience = str(work.fact("audience"))
        ended = _READY | _FAILED
        seen = follow(
            work,
            lambda: self.audience(audience),
            every_s=submission.rate("SS-POLL").per_s,
            deadline_s=self._settings.deadline_s,
            ended=lambda status: status.casefold() in ended,
        )
        last = str(seen.get("status"))
        if last.casefold() in _FAILED:
            hint = "Its credit is given back. Ask StatSocial why, with this id."
            raise PermanentProviderError(f"StatSocial says {last}", where=f"audience {audience}", hint=hint)
        return {"status": last, "size": seen.get("size")}


def _price(work: Work) -> Price:
    """Say what a build costs. Source: the page Credits, When are credits used?"""
    left = work.fact("builds_left")
    note = "" if left is None else "unlimited builds are left" if left == -1 else f"{left:,} are left"
    return Price(1, "credits", "the build of the audience", note)


def _flat(entries: Sequence[Mapping[str, Any]], above: str = "") -> Iterator[Mapping[str, Any]]:
    """Give the entries of a tree, parents before children; `within` names those above."""
    for one in entries:
        yield {**{name: value for name, value in one.items() if name != "children"}, "within": above}
        yield from _flat(one.get("children") or (), f"{above} > {one['name']}" if above else str(one["name"]))
