"""DigitalAudience: a campaign, an audience in it, the file through the portal, then its match rates.

Sources: the Audience API; the page on creating a CRM audience for login and campaign. No call that uploads a
file is documented: the file goes in through the portal, and the submission waits for it to be there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import SecretStr

from matchprep.errors import AmbiguousProviderError, PermanentProviderError, UsageError
from matchprep.providers.clock import Clock
from matchprep.providers.flow import Step, Work, poll
from matchprep.providers.http import Answer, Call, Http
from matchprep.providers.jobs import Facts
from matchprep.providers.pace import Pace
from matchprep.providers.provider import Outcome, Submission
from matchprep.providers.settings import ProviderSettings

_POLL_EVERY_S = 60.0
_NO_DATA = "nodata"
#: No session, or one that has ended. Inferred: the document does not say how that looks.
_LOGGED_OUT = frozenset({301, 302, 401, 403})


class DigitalaudienceSettings(ProviderSettings):
    """The account; `base_url` is a template in the document, so it has no default.

    The three paths are written in two ways there. `upload_url` is where a file may be put, `{audience}` in it
    the audience's id, for accounts that were given such a door; without it, a person uploads in the portal.
    """

    provider: ClassVar[str] = "digitalaudience"

    user_name: SecretStr
    password: SecretStr
    campaign_path: str = "/campaign/createcampaign"
    audience_path: str = "/audience/createcrmaudience"
    accounts_path: str = "/organisation/loadplatformaccounts"
    upload_url: str | None = None


class Client:
    """DigitalAudience's endpoints.

    Args:
        settings: The account.
        clock: What time it is.
        pace: The turns of all processes; the document has no rule.
    """

    Settings: ClassVar[type[ProviderSettings]] = DigitalaudienceSettings

    def __init__(self, settings: DigitalaudienceSettings, *, clock: Clock, pace: Pace) -> None:
        self._settings = settings
        self._http = Http(settings, clock=clock, pace=pace, refused=_refused)
        self._logged_in = False

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- the endpoints ---

    def log_in(self) -> None:
        """Log in; the cookie that is set goes with each later call. Source: create a CRM audience, login."""
        _checked(self._http.ask(log_in(self._settings)))
        self._logged_in = True

    def create_campaign(self, name: str) -> int:
        """Create a campaign. Source: create a CRM audience, campaign.

        Args:
            name: What it is called.

        Returns:
            Its id.
        """
        return int(_id(self._ask(create_campaign(name, self._settings.campaign_path))))

    def create(self, name: str, campaign: int, description: str | None = None) -> int:
        """Create an empty audience in a campaign. Source: POST /audience/createcrmaudience.

        Args:
            name: What it is called.
            campaign: The campaign's id.
            description: In words.

        Returns:
            Its id.
        """
        body = {"name": name, "campaignId": campaign, "description": description}
        return int(_id(self._ask(create_audience(body, self._settings.audience_path))))

    def update(self, audience: int, name: str, description: str | None = None) -> None:
        """Rename an audience. Source: POST /audience/update.

        Args:
            audience: Its id.
            name: The new name.
            description: The new description; left as it is when null.
        """
        self._ask(update({"id": audience, "name": name, "description": description}))

    def activate(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Activate an audience with a platform account. Source: POST /audience/activate.

        Args:
            body: `audienceId`, `accountId`, `name`, `description`, `startDate`, `endDate`.

        Returns:
            `flowId` and `segmentId`.
        """
        found: Mapping[str, Any] = self._ask(activate(body)).document["data"]
        return found

    def load(self, audience: int) -> Mapping[str, Any]:
        """Load an audience with its insights and its history. Source: GET /audience/loadAudienceById.

        Args:
            audience: Its id.

        Returns:
            Its document; `crmData` is null until a file was onboarded.
        """
        found: Mapping[str, Any] = self._ask(load(str(audience))).document["data"]
        return found

    def delete(self, audience: int) -> None:
        """Delete an audience and all connected data; it cannot be undone. Source: DELETE /audience/delete.

        Args:
            audience: Its id.
        """
        answer = self._ask(delete(str(audience)))
        if answer.document["data"] is not True:
            raise answer.fail("the audience was not deleted", hint="Look at it in the portal.")

    def platform_accounts(self) -> list[Mapping[str, Any]]:
        """List the accounts an audience can be activated with. Source: Organization API."""
        return list(self._ask(platform_accounts(self._settings.accounts_path)).document["data"] or [])

    # --- a submission ---

    def steps(self, submission: Submission) -> Sequence[Step]:
        """Name the steps of a submission, in order.

        Args:
            submission: What is sent.

        Returns:
            The steps.

        Raises:
            UsageError: A parameter is missing or not as the document has it.
        """
        settings, params = self._settings, submission.params
        also = {"name": submission.name, "campaignId": 0}
        body = {**submission.asked("createcrmaudience", also=also), "name": submission.name}
        shown = {**body, "campaignId": params.get("campaignId", "{campaign}")}
        steps = [
            Step(
                name="create the campaign",
                do=lambda _work: {"campaign": self.create_campaign(submission.name)},
                in_doubt="ask",  # campaigns cannot be listed
                known_as="campaign",
                unless=lambda _work: "campaignId" in params,
                requests=(log_in(settings), create_campaign(submission.name, settings.campaign_path)),
            ),
            Step(
                name="create the audience",
                do=lambda work: self._create(work, submission, body),
                in_doubt="ask",  # nor can audiences
                known_as="audience",
                requests=(create_audience(shown, settings.audience_path),),
            ),
            self._delivery(submission),
            Step(
                name="wait for the match",
                do=lambda work: self._follow(work, submission),
                brings=True,
                requests=(load("{audience}"),),
            ),
        ]
        return (*steps, *self._activation(submission))

    def outcome(self, work: Work, submission: Submission) -> Outcome:  # noqa: ARG002 - the protocol's
        """Say what came of a submission.

        Args:
            work: What the steps worked with.
            submission: What was sent.

        Returns:
            The rate, where one kind of value was sent; DigitalAudience counts values, each kind for itself.
        """
        rates = work.fact("matchRates") or {}
        names = ("audience", "size", "matchRates", "dataSet", "segmentId")
        told = {name: work.fact(name) for name in names if work.fact(name) is not None}
        only = next(iter(rates.values())) if len(rates) == 1 else None
        return Outcome(match_rate=only, by_kind=rates, told=told)

    def cancel(self, work: Work) -> str:
        """Delete the audience and all connected data.

        Args:
            work: What the steps worked with.

        Returns:
            What was undone.
        """
        audience = work.fact("audience")
        if audience is None:
            return "no audience was created yet"
        self.delete(int(audience))
        return f"audience {audience} was deleted with all its data"

    def _create(self, work: Work, submission: Submission, body: Mapping[str, Any]) -> Facts:
        campaign = int(submission.params.get("campaignId") or work.fact("campaign"))
        return {"audience": self.create(submission.name, campaign, body.get("description"))}

    def _delivery(self, submission: Submission) -> Step:
        """Give the step that brings the file there: through a door, or a person through the portal."""
        if (door := self._settings.upload_url) is None:
            return Step(name="wait for the file in the portal", do=self._wait_for_file, brings=True)
        base = str(self._settings.base_url).rstrip("/") if door.startswith("/") else ""
        put = Call(
            kind="act",
            method="PUT",
            path=door,
            headers={"Content-Type": "text/csv"},
            content=submission.file,
        )
        return Step(
            name="upload the file",
            do=lambda work: self._upload(work, base + door),
            in_doubt="look",
            find=self._arrived,
            requests=(put,),
        )

    def _upload(self, work: Work, door: str) -> Facts:
        url = door.replace("{audience}", str(work.fact("audience")))
        on_bytes = work.watch.on_bytes
        self._http.put_file(url, work.file, content_type="text/csv", kind="act", on_bytes=on_bytes)
        return {"uploaded": True}

    def _arrived(self, work: Work) -> Facts | None:
        return {"uploaded": True} if _has_data(self.load(int(work.fact("audience")))) else None

    def _wait_for_file(self, work: Work) -> Facts:
        audience = int(work.fact("audience"))
        work.watch.on_word(f"Upload {work.file} to audience {audience} in DigitalAudience's portal.")
        self._poll(work, lambda: "uploaded" if _has_data(self.load(audience)) else "NODATA", {"uploaded"})
        return {"uploaded": True}

    def _follow(self, work: Work, submission: Submission) -> Facts:
        seen: dict[str, Any] = {}
        audience = int(work.fact("audience"))

        def look() -> str:
            seen.update(self.load(audience))
            crm = seen.get("crmData") or {}
            status = str(crm.get("insightsState") or seen.get("audienceState"))
            return "READY" if crm and submission.means(status, "insights") == "ready" else status

        self._poll(work, look, {"READY"})
        return history(seen)

    def _poll(self, work: Work, look: Any, ended: set[str]) -> str:
        deadline_s = self._settings.deadline_s
        return poll(work, look, every_s=_POLL_EVERY_S, deadline_s=deadline_s, ended=lambda now: now in ended)

    def _activation(self, submission: Submission) -> Sequence[Step]:
        """Give the step of the activation, where a platform account was named."""
        if "accountId" not in submission.params:
            return ()
        also = {"audienceId": 0, "name": submission.name, "description": submission.name}
        body = {**submission.asked("activate", also=also), "name": submission.name}
        body["accountId"] = int(body["accountId"])
        step = Step(
            name="activate the audience",
            do=lambda work: self._activate(work, body),
            in_doubt="ask",  # the document does not say how an audience looks that was activated
            requests=(
                platform_accounts(self._settings.accounts_path),
                activate({**body, "audienceId": "{audience}"}),
            ),
        )
        return (step,)

    def _activate(self, work: Work, body: Mapping[str, Any]) -> Facts:
        known = {str(one.get("id", one.get("accountId"))) for one in self.platform_accounts()}
        if str(body["accountId"]) not in known:
            hint = f"Known are: {', '.join(sorted(known))}. Submit with another accountId."
            raise UsageError("there is no such platform account", where=str(body["accountId"]), hint=hint)
        made = self.activate({**body, "audienceId": int(work.fact("audience"))})
        return {"flowId": made.get("flowId"), "segmentId": made.get("segmentId")}

    # --- a request ---

    def _ask(self, call: Call) -> Answer:
        if not self._logged_in:
            self.log_in()
        try:
            return _checked(self._http.ask(call))
        except PermanentProviderError as error:
            if error.status not in _LOGGED_OUT:
                raise
        self.log_in()  # the session has ended; how long it lasts is not documented
        return _checked(self._http.ask(call))


def log_in(settings: DigitalaudienceSettings) -> Call:
    """Log in. Source: create a CRM audience, login."""
    body = {
        "userName": settings.user_name.get_secret_value(),
        "password": settings.password.get_secret_value(),
    }
    return Call(kind="look", method="POST", path="/account/login", json=body, secrets=frozenset(body))


def create_campaign(name: str, path: str) -> Call:
    """Create a campaign. Source: create a CRM audience, campaign."""
    return Call(kind="act", method="POST", path=path, json={"name": name})


def create_audience(body: Mapping[str, Any], path: str) -> Call:
    """Create an audience. Source: POST /audience/createcrmaudience."""
    return Call(kind="act", method="POST", path=path, json=_given(body))


def update(body: Mapping[str, Any]) -> Call:
    """Rename an audience; to say the same twice changes nothing. Source: POST /audience/update."""
    return Call(kind="look", method="POST", path="/audience/update", json=_given(body))


def activate(body: Mapping[str, Any]) -> Call:
    """Activate an audience. Source: POST /audience/activate."""
    return Call(kind="act", method="POST", path="/audience/activate", json=dict(body))


def load(audience: str) -> Call:
    """Load an audience. Source: GET /audience/loadAudienceById."""
    # NOTE: the body is empty; the document's own request names its type all the same.
    headers = {"Content-Type": "application/json"}
    return Call(kind="look", method="GET", path=f"/audience/loadaudiencebyid/{audience}", headers=headers)


def delete(audience: str) -> Call:
    """Delete an audience. Source: DELETE /audience/delete; the shape of the request is inferred."""
    return Call(kind="act", method="DELETE", path="/audience/delete", params={"audienceId": audience})


def platform_accounts(path: str) -> Call:
    """List the platform accounts. Source: Organization API, loadPlatformAccounts."""
    return Call(kind="look", method="GET", path=path)


def history(audience: Mapping[str, Any]) -> Facts:
    """Read the counts of the latest upload. Source: GET /audience/loadAudienceById, crmData.

    Args:
        audience: As it was loaded.

    Returns:
        Size, and values and match rates by kind; no value of a person.
    """
    crm = audience["crmData"]
    events = (crm.get("history") or {}).get("history") or {}
    latest = events[max(events)] if events else {}
    counts = {name: latest.get(name) for name in ("totalRows", "dataSet", "matchRates")}
    return {"status": crm.get("insightsState"), "size": crm.get("size"), **counts}


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _has_data(audience: Mapping[str, Any]) -> bool:
    return bool(audience.get("crmData")) or str(audience.get("audienceState")).casefold() != _NO_DATA


def _id(answer: Answer) -> int:
    data = answer.document["data"]
    return int(data["id"] if isinstance(data, Mapping) else data)


def _checked(answer: Answer) -> Answer:
    """Raise unless all three signs say yes: HTTP, `success`, and `statusCode`."""
    document = answer.document
    if not isinstance(document, dict):
        if answer.call.kind == "act":
            raise AmbiguousProviderError("the answer is not JSON", where=answer.call.where)
        raise answer.fail("the answer is not JSON", hint="Try again later.")
    code = (document.get("status") or {}).get("statusCode")
    if document.get("success") is not True or code != 0:
        raise answer.fail(_refused(document) or f"DigitalAudience refused without a reason (code {code})")
    return answer


def _refused(document: Any) -> str | None:
    """Read the reason. Source: status.message."""
    status = document.get("status") if isinstance(document, dict) else None
    said = status.get("message") if isinstance(status, dict) else None
    return str(said)[:300] if said else None
