"""Matchbook Audiences: a CSV that it fetches, a match to the voter file, and on request a paid export.

Source: the Audiences page, Cookbook and Endpoints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import HttpUrl, SecretStr

from matchprep.errors import UsageError
from matchprep.providers import matchbook_calls as calls
from matchprep.providers.call import Call, OnBytes
from matchprep.providers.client import HttpClient
from matchprep.providers.clock import Clock
from matchprep.providers.flow import Step, Work
from matchprep.providers.matchbook_export import ExportSteps
from matchprep.providers.matchbook_lookalike import LookalikeSteps
from matchprep.providers.matchbook_match import MatchSteps
from matchprep.providers.matchbook_wishes import wishes_of
from matchprep.providers.pace import Pace
from matchprep.providers.provider import Outcome, Submission
from matchprep.providers.storage import StorageSettings, open_storage


class MatchbookSettings(StorageSettings):
    """The account; `customer_id` is any text that stands for whose list it is."""

    provider: ClassVar[str] = "matchbook"

    base_url: HttpUrl = HttpUrl("https://app.indigo.engineering/api/v1")
    token: SecretStr
    customer_id: str = "matchprep"
    paths: calls.Paths = calls.Paths()


class Client(HttpClient[MatchbookSettings]):
    """Matchbook's endpoints; it names no rate."""

    Settings = MatchbookSettings
    refused = staticmethod(calls.refused)
    denied = staticmethod(calls.denied)
    documents = (dict, list)

    def __init__(self, settings: MatchbookSettings, *, clock: Clock, pace: Pace) -> None:
        super().__init__(settings, clock=clock, pace=pace)
        self.storage = open_storage(settings, self._http)

    @property
    def key(self) -> Mapping[str, str]:
        """The token of the account. Source: API setup."""
        return {"Authorization": f"Bearer {self._settings.token.get_secret_value()}"}

    @property
    def paths(self) -> calls.Paths:
        """The paths of the calls."""
        return self._settings.paths

    @property
    def deadline_s(self) -> float:
        """How long to follow a job before giving up."""
        return self._settings.deadline_s

    @property
    def customer(self) -> str:
        """Whose lists these are, where nobody says otherwise."""
        return self._settings.customer_id

    # --- the endpoints ---

    def audience(self, audience: str, customer: str | None = None) -> Mapping[str, Any]:
        """Look an audience up. Source: GET /audience.

        Args:
            audience: Its id.
            customer: Whose it is; needed where it has a customer.

        Returns:
            Its document: `status`, `metadata`, `csvExports`, ...
        """
        return self._one(calls.get_audience(self.paths, audience=audience, customer=customer))

    def audiences(self, customer: str | None = None) -> list[Mapping[str, Any]]:
        """List audiences. Source: GET /audiences.

        Args:
            customer: Whose; everybody's when left out.

        Returns:
            Their documents.
        """
        answer = self.ask(calls.list_audiences(self.paths, customer=customer))
        if not isinstance(answer.document, list):
            raise answer.fail("the answer is not a list", hint="Is paths.audiences right?")
        return answer.document

    def act(self, call: Call) -> Mapping[str, Any]:
        """Send one of the calls that create or cost.

        Args:
            call: Of `matchbook_calls`.

        Returns:
            The audience or the export, as Matchbook answers.
        """
        return self._one(call)

    def download(self, url: str, target: Path, on_bytes: OnBytes) -> None:
        """Fetch an export from where it lies. Source: POST /purchase-csv-export, downloadUrl.

        Args:
            url: The signed address; never said in an error.
            target: Where to write.
            on_bytes: Told how far it is.
        """
        self._http.download(url, target, on_bytes=on_bytes)

    def _one(self, call: Call) -> Mapping[str, Any]:
        answer = self.ask(call)
        if not isinstance(answer.document, Mapping) or "id" not in answer.document:
            raise answer.doubt("the answer has no id", hint="Is the path of this call right?")
        return answer.document

    # --- a submission ---

    def steps(self, submission: Submission) -> Sequence[Step]:
        """Name the steps of a submission, in order.

        Args:
            submission: What is sent.

        Returns:
            The steps.

        Raises:
            UsageError: A parameter is wrong, or nobody said where Matchbook can fetch the file.
        """
        wishes = wishes_of(submission, self.customer)
        if wishes.url is None and self.storage is None:
            hint = "Set MATCHPREP_MATCHBOOK_BUCKET, or put it somewhere and give its address: --param url=..."
            raise UsageError("Matchbook fetches the file, but from where?", where="url", hint=hint)
        parts = [kind(self, submission, wishes) for kind in (MatchSteps, LookalikeSteps, ExportSteps)]
        return [step for part in parts for step in part.steps()]

    def outcome(self, work: Work, submission: Submission) -> Outcome:
        """Say what came of a submission.

        Args:
            work: What the steps worked with.
            submission: What was sent.

        Returns:
            Matches, people, and the files that were bought.
        """
        told = work.fact("match") or {}
        matched = told.get("numMatches")
        export = work.fact("export_file")
        selections = submission.document["columnSelections"]
        required = tuple(name for name, one in selections.items() if one["is_required"] and name != "id")
        names = ("audience", "status", "export", "cents", "lookalike", "lookalike_status")
        facts = {name: work.fact(name) for name in names}
        return Outcome(
            match_rate=None if matched is None or not submission.rows else matched / submission.rows,
            matched_rows=matched,
            unique_matches=told.get("numUniqueMatches"),
            files=() if export is None else (work.out / str(export),),
            returned=None if export is None else work.out / str(export),
            agree_on=required,
            told={**told, **{name: value for name, value in facts.items() if value is not None}},
        )

    def cancel(self, work: Work) -> str:
        """Take the published file down; Matchbook has no call that deletes an audience.

        Args:
            work: What the steps worked with.

        Returns:
            What was undone.
        """
        key, audience = work.fact("key"), work.fact("audience")
        if key is not None and self.storage is not None:
            self.storage.remove(str(key))
        down = "nothing was published" if key is None else "the published file was taken down"
        return down if audience is None else f"{down}; Matchbook has no call to delete audience {audience}"
