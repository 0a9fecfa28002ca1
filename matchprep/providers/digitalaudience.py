"""DigitalAudience: a campaign, an audience in it, the file through the portal, then its match rates.

Sources: the Audience API; the page on creating a CRM audience for login and campaign. No call that uploads a
file is documented: the file goes in through the portal, and the submission waits for it to be there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import SecretStr

from matchprep.errors import UsageError
from matchprep.providers import digitalaudience_calls as calls
from matchprep.providers.call import Call
from matchprep.providers.client import HttpClient
from matchprep.providers.flow import Step, Work
from matchprep.providers.jobs import Facts
from matchprep.providers.making import follow
from matchprep.providers.provider import Outcome, Submission
from matchprep.providers.settings import ProviderSettings

_POLL_EVERY_S = 60.0
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


class Client(HttpClient[DigitalaudienceSettings]):
    """DigitalAudience's endpoints; the document has no rule on their pace."""

    Settings = DigitalaudienceSettings
    refused = staticmethod(calls.refused)
    denied = staticmethod(calls.denied)
    logged_out = _LOGGED_OUT
    _logged_in = False

    # --- the endpoints ---

    def log_in(self) -> None:
        """Log in; the cookie that is set goes with each later call. Source: create a CRM audience, login."""
        self.send(calls.log_in(self._settings))
        self._logged_in = True

    def create_campaign(self, name: str) -> int:
        """Create a campaign. Source: create a CRM audience, campaign.

        Args:
            name: What it is called.

        Returns:
            Its id.
        """
        return calls.id_in(self.ask(calls.create_campaign(name, self._settings.campaign_path)))

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
        return calls.id_in(self.ask(calls.create_audience(body, self._settings.audience_path)))

    def update(self, audience: int, name: str, description: str | None = None) -> None:
        """Rename an audience. Source: POST /audience/update.

        Args:
            audience: Its id.
            name: The new name.
            description: The new description; left as it is when null.
        """
        self.ask(calls.update({"id": audience, "name": name, "description": description}))

    def activate(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Activate an audience with a platform account. Source: POST /audience/activate.

        Args:
            body: `audienceId`, `accountId`, `name`, `description`, `startDate`, `endDate`.

        Returns:
            `flowId` and `segmentId`.
        """
        found: Mapping[str, Any] = self.ask(calls.activate(body)).document["data"]
        return found

    def load(self, audience: int) -> Mapping[str, Any]:
        """Load an audience with its insights and its history. Source: GET /audience/loadAudienceById.

        Args:
            audience: Its id.

        Returns:
            Its document; `crmData` is null until a file was onboarded.
        """
        found: Mapping[str, Any] = self.ask(calls.load(str(audience))).document["data"]
        return found

    def delete(self, audience: int) -> None:
        """Delete an audience and all connected data; it cannot be undone. Source: DELETE /audience/delete.

        Args:
            audience: Its id.
        """
        answer = self.ask(calls.delete(str(audience)))
        if answer.document["data"] is not True:
            raise answer.fail("the audience was not deleted", hint="Look at it in the portal.")

    def platform_accounts(self) -> list[Mapping[str, Any]]:
        """List the accounts an audience can be activated with. Source: Organization API."""
        return list(self.ask(calls.platform_accounts(self._settings.accounts_path)).document["data"] or [])

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
                requests=(
                    calls.log_in(settings),
                    calls.create_campaign(submission.name, settings.campaign_path),
                ),
            ),
            Step(
                name="create the audience",
                do=lambda work: self._create(work, submission, body),
                in_doubt="ask",  # nor can audiences
                known_as="audience",
                requests=(calls.create_audience(shown, settings.audience_path),),
            ),
            self._delivery(submission),
            Step(
                name="wait for the match",
                do=lambda work: self._follow(work, submission),
                brings=True,
                requests=(calls.load("{audience}"),),
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
        return {"uploaded": True} if calls.has_data(self.load(int(work.fact("audience")))) else None

    def _wait_for_file(self, work: Work) -> Facts:
        audience = int(work.fact("audience"))
        work.watch.on_word(f"Upload {work.file} to audience {audience} in DigitalAudience's portal.")
        self._until("uploaded", work, lambda seen: "uploaded" if calls.has_data(seen) else "NODATA")
        return {"uploaded": True}

    def _follow(self, work: Work, submission: Submission) -> Facts:
        def status(seen: Mapping[str, Any]) -> str:
            crm = seen.get("crmData") or {}
            now = str(crm.get("insightsState") or seen.get("audienceState"))
            return "READY" if crm and submission.means(now, "insights") == "ready" else now

        return calls.history(self._until("READY", work, status))

    def _until(self, end: str, work: Work, status: Callable[[Mapping[str, Any]], str]) -> Mapping[str, Any]:
        """Load the audience until its status is the one that ends the wait."""
        audience, deadline_s = int(work.fact("audience")), self._settings.deadline_s
        return follow(
            work,
            lambda: self.load(audience),
            status=status,
            every_s=_POLL_EVERY_S,
            deadline_s=deadline_s,
            ended=lambda now: now == end,
        )

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
                calls.platform_accounts(self._settings.accounts_path),
                calls.activate({**body, "audienceId": "{audience}"}),
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

    def stay_logged_in(self) -> None:
        """Log in, where nobody has yet."""
        if not self._logged_in:
            self.log_in()
