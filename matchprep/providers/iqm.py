"""IQM Matched Audience: one multipart form, then waiting until a person approves.

Sources: the quickstart guide (Steps 1 to 4, Best Practices) and the OpenAPI description.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import HttpUrl, SecretStr

from matchprep.errors import AmbiguousProviderError, PermanentProviderError
from matchprep.providers.clock import Clock
from matchprep.providers.flow import Step, Work, poll
from matchprep.providers.http import Answer, Call, Http, OnBytes
from matchprep.providers.jobs import Facts
from matchprep.providers.pace import Pace, Rate
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


class Client:
    """IQM's endpoints.

    Args:
        settings: The account.
        clock: What time it is.
        pace: The turns of all processes.
    """

    Settings: ClassVar[type[ProviderSettings]] = IqmSettings

    def __init__(self, settings: IqmSettings, *, clock: Clock, pace: Pace) -> None:
        self._settings = settings
        self._clock = clock
        self._http = Http(settings, clock=clock, pace=pace, account=settings.workspace, refused=_refused)
        self._token: Mapping[str, Any] = {}
        self._until = 0.0

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- the endpoints, in the order of the guide ---

    def log_in(self) -> None:
        """Log in. Source: guide, Step 1."""
        self._take(self._checked(log_in(self._settings)))

    def refresh(self) -> None:
        """Renew the token. Source: guide, Best Practices."""
        self._take(self._checked(refresh(self._settings, self._token["refresh_token"])))

    def columns(self) -> list[Mapping[str, Any]]:
        """List the columns that a file may be mapped to.

        Returns:
            One document a column; its key under `key`.

        Source: guide, Step 2 (three lists), and the OpenAPI description (one list; the three elsewhere).
        """
        document = self._first_known(column_list(), column_list_by_get(), fields()).document
        if isinstance(document.get("data"), list):
            return list(document["data"])
        groups = document["responseObject"].values()
        return [{**one, "key": one["l2Name"]} for group in groups for one in group]

    def data_partners(self) -> list[Mapping[str, Any]]:
        """List whose ids a voter or NPI column may hold. Source: OpenAPI, data-partner."""
        return _list(self._ask(data_partner()))

    def data_formats(self) -> list[Mapping[str, Any]]:
        """List how emails and phones may be hashed. Source: OpenAPI, data-format."""
        return _list(self._ask(data_format()))

    def add(self, submission: Submission, on_bytes: OnBytes | None = None) -> int:
        """Upload a file and create its audience. Source: guide, Step 3.

        Args:
            submission: What is sent.
            on_bytes: Told how far the upload is.

        Returns:
            The audience's id.
        """
        return int(self._ask(add(submission), on_bytes).document["responseObject"]["id"])

    def details(self, audience: int) -> Mapping[str, Any]:
        """Look an audience up. Source: guide, Step 4.

        Args:
            audience: Its id.

        Returns:
            Its document: `status`, `matchRate` (0 to 100), `uniques`, ...
        """
        found: Mapping[str, Any] = self._ask(details(str(audience))).document["responseObject"]
        return found

    def audiences(self, search: str = "") -> list[Mapping[str, Any]]:
        """List audiences. Source: OpenAPI, audience/list.

        Args:
            search: What their names hold; all when empty.

        Returns:
            Their documents.
        """
        return _list(self._ask(audience_list(search)))

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
        self._ask(delete(str(audience)))

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
                requests=(log_in(self._settings), column_list()),
            ),
            Step(
                name="create the audience",
                do=lambda work: {"audience": self.add(submission, work.watch.on_bytes)},
                in_doubt="look",
                find=lambda _work: self._found(submission),
                requests=(add(submission),),
            ),
            Step(
                name="wait for the match",
                do=lambda work: self._follow(work, submission),
                brings=True,
                requests=(details("{audience}"),),
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
        seen: dict[str, Any] = {}

        def look() -> str:
            seen.update(self.details(audience))
            return str(seen["status"])

        last = poll(
            work,
            look,
            every_s=_POLL_EVERY_S,
            deadline_s=self._settings.deadline_s,
            ended=lambda status: submission.means(status, "audience") in {"ready", "failed"},
        )
        if submission.means(last, "audience") == "failed":
            hint = "Ask IQM why, with this id."
            raise PermanentProviderError(f"IQM says {last}", where=f"audience {audience}", hint=hint)
        return {name: seen.get(name) for name in ("status", "matchRate", "uniques", "dataCost")}

    # --- a request ---

    def _first_known(self, *calls: Call) -> Answer:
        """Ask in the ways that the documents have it, until the server knows one of them."""
        *others, last = calls
        for call in others:
            try:
                return self._ask(call)
            except PermanentProviderError as error:
                if error.status not in _UNKNOWN:
                    raise
        return self._ask(last)

    def _ask(self, call: Call, on_bytes: OnBytes | None = None) -> Answer:
        self._stay_logged_in()
        try:
            return self._checked(call, on_bytes)
        except PermanentProviderError as error:
            if error.status != 401:
                raise
        self.log_in()  # the token ended before it said it would
        return self._checked(call, on_bytes)

    def _checked(self, call: Call, on_bytes: OnBytes | None = None) -> Answer:
        return _checked(self._http.ask(call, on_bytes=on_bytes))

    def _stay_logged_in(self) -> None:
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


#: Source: guide, Best Practices: 20 requests per minute.
_RATES = {"requests": Rate(20, 60.0)}
_FORM = ("columns", "columnSettings", "metadata", "audienceName", "isSingleColumnEnabled", "fileTotalCount")


def log_in(settings: IqmSettings) -> Call:
    """Log in. Source: guide, Step 1."""
    body = {
        "grantType": "password",
        "email": settings.email.get_secret_value(),
        "password": settings.password.get_secret_value(),
    }
    return _session(settings, "/api/v3/ua/login", body)


def refresh(settings: IqmSettings, refresh_token: str) -> Call:
    """Renew the token. Source: guide, Best Practices; the authentication guide for its path."""
    body = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _session(settings, "/api/v3/ua/oauth/token", body)


def column_list() -> Call:
    """List the columns. Source: guide, Step 2."""
    return _look("/api/v3/audience/static/matched/column-list", method="POST")


def column_list_by_get() -> Call:
    """List the columns. Source: OpenAPI, column-list: the guide's path, another method."""
    return _look("/api/v3/audience/static/matched/column-list")


def fields() -> Call:
    """List the columns. Source: OpenAPI, matched/fields: what the guide shows for Step 2."""
    return _look("/api/v2/audience/matched/fields")


def data_partner() -> Call:
    """List data partners. Source: guide, Step 3, VoterId."""
    return _look("/api/v3/audience/static/matched/data-partner")


def data_format() -> Call:
    """List data formats. Source: guide, Step 3, Phone."""
    return _look("/api/v3/audience/static/matched/data-format")


def add(submission: Submission) -> Call:
    """Upload a file and create its audience. Source: guide, Step 3."""
    document = {**submission.document, "audienceName": submission.name}
    return Call(
        kind="act",
        method="POST",
        path="/api/v2/audience/matched/add",
        data={name: _form(document[name]) for name in _FORM if name in document},
        files={"file": (submission.file.name, submission.file, "text/csv")},
        rates=_RATES,
    )


def details(audience: str) -> Call:
    """Look an audience up. Source: guide, Step 4."""
    return _look(f"/api/v2/audience/matched/{audience}")


def audience_list(name: str) -> Call:
    """Search audiences by name. Source: OpenAPI, audience/list."""
    return _look("/api/v2/audience/list", params={"searchField": name})


def delete(audience: str) -> Call:
    """Delete an audience. Source: OpenAPI, audience/delete."""
    body = {"audienceIds": audience}
    return Call(kind="act", method="PUT", path="/api/v2/audience/delete", json=body, rates=_RATES)


def _look(path: str, *, method: str = "GET", params: Mapping[str, str] | None = None) -> Call:
    return Call(kind="look", method=method, path=path, params=params or {}, rates=_RATES)


def _session(settings: IqmSettings, path: str, body: Mapping[str, str]) -> Call:
    pair = f"{settings.client_id.get_secret_value()}:{settings.client_secret.get_secret_value()}"
    basic = "Basic " + base64.b64encode(pair.encode()).decode()
    headers = {"Authorization": basic, "X-IAA-HOST": settings.workspace}
    secrets = frozenset(body) - {"grantType", "grant_type"}
    return Call(
        kind="look", method="POST", path=path, json=body, headers=headers, rates=_RATES, secrets=secrets
    )


def _form(value: Any) -> str:
    """Write a form's field: JSON in text, but for names and numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        if isinstance(value, dict)
        else str(value)
    )


def _list(answer: Answer) -> list[Mapping[str, Any]]:
    document = answer.document
    found = document.get("data", document.get("responseObject", []))
    if isinstance(found, dict):
        found = next((one for one in found.values() if isinstance(one, list)), [])
    return list(found)


def _checked(answer: Answer) -> Answer:
    """Raise for an answer that says no inside HTTP 200, or that is no document."""
    document = answer.document
    if not isinstance(document, dict):
        hint = "Try again later."
        if answer.call.kind == "act":
            raise AmbiguousProviderError("the answer is not JSON", where=answer.call.where, hint=hint)
        raise answer.fail("the answer is not JSON", hint=hint)
    if document.get("success") is False or int(document.get("statusCode", 200)) >= 400:
        raise answer.fail(_refused(document) or "IQM refused without a reason")
    return answer


def _refused(document: Any) -> str | None:
    """Read the reason in both dialects. Source: guide, response samples 400, 403, 500."""
    if not isinstance(document, dict):
        return None
    told = document.get("responseObject")
    if isinstance(told, dict) and "errorMsg" in told:
        return str(told["errorMsg"])
    reasons = [
        ": ".join(str(one[name]) for name in ("error", "reason") if one.get(name))
        for one in document.get("errorObjects") or []
    ]
    return "; ".join(reasons) or None
