"""TargetSmart SmartMatch: register, stream the list to storage, ask until the result is there, fetch it.

Source: the SmartMatch service endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import HttpUrl, SecretStr

from matchprep.errors import AmbiguousProviderError, PermanentProviderError, TransientProviderError
from matchprep.providers import targetsmart_calls as calls
from matchprep.providers.call import Answer, Call
from matchprep.providers.client import HttpClient
from matchprep.providers.flow import Step, Work
from matchprep.providers.jobs import Facts
from matchprep.providers.making import follow
from matchprep.providers.provider import Outcome, Submission
from matchprep.providers.sftp import SftpSettings, pick_up
from matchprep.providers.targetsmart_results import KEY, RETURNED, unpack

_ARRIVING = "arriving"
_FETCH = "fetch the result"
#: NOTE: the document does not say how a file is called that is delivered. It must hold the name that was
#: registered; more may stand beside that, set off by a character that no longer name could go on with.
_DELIVERED = r"(?:[^.].*[^A-Za-z0-9{more}])?{name}(?:[^A-Za-z0-9{more}].*)?\.(?:zip|csv|gz|gzip)"


class TargetsmartSettings(SftpSettings):
    """The account, and that for file transfers, where results can be picked up, too.

    Source: Obtaining results, for the folder; the open-source client for the host.
    """

    provider: ClassVar[str] = "targetsmart"

    base_url: HttpUrl = HttpUrl("https://api.targetsmart.com")
    api_key: SecretStr
    sftp_host: str | None = "transfer.targetsmart.com"
    sftp_folder: str = "smartmatch"


class Client(HttpClient[TargetsmartSettings]):
    """TargetSmart's endpoints."""

    Settings = TargetsmartSettings
    refused = staticmethod(calls.refused)

    @property
    def key(self) -> Mapping[str, str]:
        """The key of the account. Source: Code Examples."""
        return {"x_api_key": self._settings.api_key.get_secret_value()}

    def checked(self, answer: Answer) -> Answer:
        """Let an answer pass that says yes; a fault of TargetSmart's own may be over later."""
        said = calls.refused(answer.document) or ""
        if said.startswith("Internal Error"):
            raise TransientProviderError(answer.hide(said), where=answer.call.where, hint="Try again later.")
        return super().checked(answer)

    # --- the endpoints, in the order of the document ---

    def register(self, **params: Any) -> str:
        """Register a file. To register the same name again only gives another address.

        Args:
            params: `filename`, `webhook`, `include_email`, `include_landline`, `include_wireless`,
                `include_voip`, `max_matches`, `format`.

        Returns:
            The signed address to put the file to; a secret.

        Source: Request parameters, JSON response.
        """
        answer = self.ask(calls.register(params))
        if not answer.document.get("url"):
            raise answer.fail("the answer holds no address for the upload", hint="Try again later.")
        return str(answer.document["url"])

    def upload(self, url: str, work: Work) -> None:
        """Stream the file to storage, and write down when it may have arrived.

        Args:
            url: The signed address.
            work: What the steps work with.

        Source: PUT to upload file.
        """
        self._http.put_file(
            url,
            work.file,
            content_type="",
            kind="act",
            on_bytes=work.watch.on_bytes,
            before_last=lambda: work.note(**{_ARRIVING: True}),
        )

    def poll(self, filename: str) -> str:
        """Ask whether the result is there; once in 30 seconds, over all processes.

        Args:
            filename: As it was registered.

        Returns:
            The signed address of the result; blank until it is ready.

        Source: Poll Endpoint (Rate-Limited).
        """
        return str(self.ask(calls.ask_for(filename)).document.get("url") or "")

    # --- a submission ---

    def steps(self, submission: Submission) -> Sequence[Step]:
        """Name the steps of a submission, in order.

        Args:
            submission: What is sent.

        Returns:
            The steps.

        Raises:
            UsageError: A parameter is not as the document has it.
        """
        params = _asked(submission)
        name = str(params["filename"])
        put = Call(
            kind="act",
            method="PUT",
            path="{url}",
            content=submission.file,
            headers={"Content-Type": "", "Content-Length": str(submission.file.stat().st_size)},
        )
        return (
            Step(
                name="upload the list",
                do=lambda work: self._send(work, params),
                in_doubt="look",
                find=lambda work: self._arrived(work, name),
                costs=lambda _work: calls.price(params),
                requests=(calls.register(params), put),
            ),
            Step(
                name=_FETCH,
                do=lambda work: self._fetch(work, submission, lambda: self._download(work, name)),
                brings=True,
                requests=(calls.ask_for(name),),
            ),
        )

    def picked_up(self, submission: Submission) -> Step:
        """Give the step that picks the result up by SFTP. Source: Obtaining results.

        Args:
            submission: What was sent.

        Returns:
            The step, in the place of the one that asks for the result and downloads it.
        """
        name = str(_asked(submission)["filename"])

        def bring(work: Work) -> None:
            # A name that holds the job's id is no other's beginning.
            more = "" if calls.cleaned(work.job.job) in name else "_"
            named = re.compile(_DELIVERED.format(name=name, more=more))
            pick_up(self._settings, work, _fetched(work), is_it=lambda one: bool(named.fullmatch(one)))

        return Step(
            name=_FETCH, do=lambda work: self._fetch(work, submission, lambda: bring(work)), brings=True
        )

    def outcome(self, work: Work, submission: Submission) -> Outcome:
        """Say what came of a submission.

        Args:
            work: What the steps worked with.
            submission: What was sent.

        Returns:
            The match rate by `tsmart_match_code`, and the files.
        """
        matched = work.fact("matched_rows")
        files = [work.out / name for name in work.fact("files") or ()]
        return Outcome(
            match_rate=None if matched is None else matched / submission.rows,
            matched_rows=matched,
            unique_matches=work.fact("unique_matches"),
            files=tuple(files),
            returned=work.out / RETURNED,
            key=KEY,
            told={name: work.fact(name) for name in ("filename", "returned_rows", "additional_rows")},
        )

    def cancel(self, work: Work) -> str:
        """Say that a match cannot be taken back.

        Args:
            work: What the steps worked with.

        Returns:
            What was undone.
        """
        if work.fact(_ARRIVING) or work.fact("uploaded"):
            return (
                "the list is at TargetSmart, which takes nothing back; its result is not waited for any more"
            )
        return "nothing was sent yet"

    def _send(self, work: Work, params: Mapping[str, Any]) -> Facts:
        work.note(filename=params["filename"], **{_ARRIVING: False})
        url = self.register(**params)
        try:
            self.upload(url, work)
        except PermanentProviderError as error:
            if error.status != 403:
                raise
            work.note(**{_ARRIVING: False})
            self.upload(self.register(**params), work)  # the address had ended meanwhile
        return {"filename": params["filename"], "uploaded": True}

    def _arrived(self, work: Work, filename: str) -> Facts | None:
        """Look whether a file whose upload was cut off is there, as far as the provider tells."""
        if not work.fact(_ARRIVING):
            return None  # its last piece was never sent, and storage keeps whole files only
        if self.poll(filename):
            return {"filename": filename, "uploaded": True}
        raise AmbiguousProviderError(
            "the connection broke as the list arrived, and there is no result of it so far",
            where=work.job.job,
            hint="Resume later, which looks again; or ask TargetSmart whether they have it, then resume with"
            " --assume done or --assume not-done.",
        )

    def _fetch(self, work: Work, submission: Submission, bring: Callable[[], None]) -> Facts:
        try:
            bring()
            return unpack(_fetched(work), work.out, rows=submission.rows)
        finally:
            _fetched(work).unlink(missing_ok=True)

    def _download(self, work: Work, filename: str) -> None:
        for left in (1, 0):
            url = self._wait(work, filename)
            try:
                self._http.download(url, _fetched(work), on_bytes=work.watch.on_bytes)
            except PermanentProviderError as error:
                if error.status != 403 or not left:
                    raise  # else the address has ended: the poll gives another
            else:
                return

    def _wait(self, work: Work, filename: str) -> str:
        seen = follow(
            work,
            lambda: {"url": self.poll(filename)},
            status=lambda seen: "url is set" if seen["url"] else "url is blank",
            every_s=calls.POLL_EVERY_S,
            deadline_s=self._settings.deadline_s,
            ended=lambda status: status == "url is set",
        )
        return str(seen["url"])


def _asked(submission: Submission) -> dict[str, Any]:
    return submission.asked("register", also={"filename": calls.filename_for(submission.name)})


def _fetched(work: Work) -> Path:
    """Say where a result lies until it is taken apart."""
    return work.out / f".{work.job.job}.returned"
