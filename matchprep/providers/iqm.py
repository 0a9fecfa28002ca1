"""IQM Matched Audience: one multipart form, then waiting until a person approves.

Sources: the quickstart guide (Steps 1 to 4, Best Practices) and the OpenAPI description.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import HttpUrl, SecretStr

from matchprep.errors import AmbiguousProviderError, PermanentProviderError
from matchprep.providers import iqm_calls as calls
from matchprep.providers.call import Answer, Call, OnBytes
from matchprep.providers.client import HttpClient
from matchprep.providers.flow import Step, Work
from matchprep.providers.jobs import Facts
from matchprep.providers.making import follow
from matchprep.providers.provider import Outcome, Submission
from matchprep.providers.settings import ProviderSettings

#: Seconds before its end that a token is renewed.
_MARGIN_S = 60.0
_POLL_EVERY_S = 15.0
#: The server has no such path, or another method for it.
_UNKNOWN = frozenset({404, 405})


class IqmSettings(ProviderSettings):
    """The account; `workspace` is the address of the workspace, as the browser shows it."""

    provider: ClassVar[str] = "iqm"

    base_url: HttpUrl = HttpUrl("https://api.iqm.com")
    client_id: SecretStr
    client_secret: SecretStr
    email: SecretStr
    password: SecretStr
    workspace: str


class Client(HttpClient[IqmSettings]):
    """IQM's endpoints."""

    Settings = IqmSettings
    refused = staticmethod(calls.refused)
    denied = staticmethod(calls.denied)
    logged_out = frozenset({401})
    _token: Mapping[str, Any] = MappingProxyType({})
    _until = 0.0

    @property
    def paced_by(self) -> str:
        """The workspace."""
        return self._settings.workspace

    # --- the endpoints, in the order of the guide ---

    def log_in(self) -> None:
        """Log in. Source: guide, Step 1."""
        self._take(self.send(calls.log_in(self._settings)))

    def refresh(self) -> None:
        """Renew the token. Source: guide, Best Practices."""
        self._take(self.send(calls.refresh(self._settings, self._token["refresh_token"])))

    def columns(self) -> list[Mapping[str, Any]]:
        """List the columns that a file may be mapped to.

        Returns:
            One document a column; its key under `key`.

        Source: guide, Step 2 (three lists), and the OpenAPI description (one list; the three elsewhere).
        """
        document = self._first_known(calls.column_list(), calls.column_list_by_get(), calls.fields()).document
        if isinstance(document.get("data"), list):
            return list(document["data"])
        groups = document["responseObject"].values()
        return [{**one, "key": one["l2Name"]} for group in groups for one in group]

    def data_partners(self) -> list[Mapping[str, Any]]:
        """List whose ids a voter or NPI column may hold. Source: OpenAPI, data-partner."""
        return calls.listed(self.ask(calls.data_partner()))

    def data_formats(self) -> list[Mapping[str, Any]]:
        """List how emails and phones may be hashed. Source: OpenAPI, data-format."""
        return calls.listed(self.ask(calls.data_format()))

    def add(self, submission: Submission, on_bytes: OnBytes | None = None) -> int:
        """Upload a file and create its audience. Source: guide, Step 3.

        Args:
            submission: What is sent.
            on_bytes: Told how far the upload is.

        Returns:
            The audience's id.
        """
        return int(self.ask(calls.add(submission), on_bytes).document["responseObject"]["id"])

    def details(self, audience: int) -> Mapping[str, Any]:
        """Look an audience up. Source: guide, Step 4.

        Args:
            audience: Its id.

        Returns:
            Its document: `status`, `matchRate` (0 to 100), `uniques`, ...
        """
        found: Mapping[str, Any] = self.ask(calls.details(str(audience))).document["responseObject"]
        return found

    def audiences(self, search: str = "") -> list[Mapping[str, Any]]:
        """List audiences. Source: OpenAPI, audience/list.

        Args:
            search: What their names hold; all when empty.

        Returns:
            Their documents.
        """
        return calls.listed(self.ask(calls.audience_list(search)))

    def find(self, name: str) -> int | None:
        """Look for an audience by its name. Source: OpenAPI, audience/list.

        Args:
            name: The whole name.

        Returns:
            Its id; null when there is none.

        Raises:
            AmbiguousProviderError: There are several.
        """
        listed = self.audiences(name)
        found = [one for one in listed if one.get("audienceName", one.get("name")) == name]
        if len(found) > 1:
            hint = "Delete all but one at IQM, then resume."
            raise AmbiguousProviderError("several audiences have this name", where=name, hint=hint)
        return int(found[0]["id"]) if found else None

    def delete(self, audience: int) -> None:
        """Delete an audience. Source: OpenAPI, audience/delete.

        Args:
            audience: Its id.
        """
        self.ask(calls.delete(str(audience)))

    # --- a submission ---

    def steps(self, submission: Submission) -> Sequence[Step]:
        """Name the steps of a submission, in order.

        Args:
            submission: What is sent.

        Returns:
            The steps.
        """
        return (
            Step(
                name="hold the mapping against IQM's list",
                do=lambda _work: self._known(submission),
                requests=(calls.log_in(self._settings), calls.column_list()),
            ),
            Step(
                name="create the audience",
                do=lambda work: {"audience": self.add(submission, work.watch.on_bytes)},
                in_doubt="look",
                find=lambda _work: self._found(submission),
                requests=(calls.add(submission),),
            ),
            Step(
                name="wait for the match",
                do=lambda work: self._follow(work, submission),
                brings=True,
                requests=(calls.details("{audience}"),),
            ),
        )

    def outcome(self, work: Work, submission: Submission) -> Outcome:
        """Say what came of a submission.

        Args:
            work: What the steps worked with.
            submission: What was sent.

        Returns:
            IQM's match rate and uniques.
        """
        rate = work.fact("matchRate")
        share = None if rate is None else float(rate) / 100
        return Outcome(
            match_rate=share,
            matched_rows=None if share is None else round(share * submission.rows),
            unique_matches=work.fact("uniques"),
            told={name: work.fact(name) for name in ("status", "matchRate", "uniques", "dataCost")},
        )

    def cancel(self, work: Work) -> str:
        """Delete the audience.

        Args:
            work: What the steps worked with.

        Returns:
            What was undone.
        """
        audience = work.fact("audience")
        if audience is None:
            return "nothing was created yet"
        self.delete(int(audience))
        return f"audience {audience} was deleted"

    def _known(self, submission: Submission) -> Facts:
        known = {one["key"] for one in self.columns()}
        wanted = set(submission.document["columns"].values())
        if unknown := sorted(wanted - known):
            what = f"IQM's own list lacks {', '.join(unknown)}"
            raise PermanentProviderError(what, where="column-list", hint="Submit under another profile.")
        return {"columns": len(wanted)}

    def _found(self, submission: Submission) -> Facts | None:
        audience = self.find(submission.name)
        return None if audience is None else {"audience": audience}

    def _follow(self, work: Work, submission: Submission) -> Facts:
        audience = int(work.fact("audience"))
        seen = follow(
            work,
            lambda: self.details(audience),
            every_s=_POLL_EVERY_S,
            deadline_s=self._settings.deadline_s,
            ended=lambda status: submission.means(status, "audience") in {"ready", "failed"},
        )
        if submission.means(str(seen["status"]), "audience") == "failed":
            hint = "Ask IQM why, with this id."
            raise PermanentProviderError(
                f"IQM says {seen['status']}", where=f"audience {audience}", hint=hint
            )
        return {name: seen.get(name) for name in ("status", "matchRate", "uniques", "dataCost")}

    # --- a request ---

    def _first_known(self, *ways: Call) -> Answer:
        """Ask in the ways that the documents have it, until the server knows one of them."""
        *others, last = ways
        for call in others:
            try:
                return self.ask(call)
            except PermanentProviderError as error:
                if error.status not in _UNKNOWN:
                    raise
        return self.ask(last)

    def stay_logged_in(self) -> None:
        """Log in, or renew a token that is about to end."""
        if not self._token:
            self.log_in()
        elif self._clock.now() > self._until - _MARGIN_S:
            try:
                self.refresh()
            except PermanentProviderError:
                self.log_in()

    def _take(self, answer: Answer) -> None:
        token = answer.document.get("data", answer.document)
        self._token = {**self._token, **token}
        self._until = self._clock.now() + float(token["expires_in"])
        workspace = {"X_IAA_OW_ID": str(self._token["owId"])} if "owId" in self._token else {}
        self._http.always_send(Authorization=f"Bearer {token['access_token']}", **workspace)
