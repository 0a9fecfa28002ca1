"""Matchbook Audiences: a CSV that it fetches, a match to the voter file, and on request a paid export.

Source: the Audiences page, Cookbook and Endpoints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import HttpUrl, SecretStr

from matchprep.errors import AmbiguousProviderError, PermanentProviderError, UsageError
from matchprep.providers import matchbook_calls as calls
from matchprep.providers.clock import Clock
from matchprep.providers.flow import Price, Step, Work, poll
from matchprep.providers.http import Answer, Call, Http
from matchprep.providers.jobs import Facts
from matchprep.providers.matchbook_wishes import Wishes, wishes_of
from matchprep.providers.pace import Pace
from matchprep.providers.provider import Outcome, Submission
from matchprep.providers.settings import ProviderSettings
from matchprep.providers.storage import StorageSettings, open_storage


class MatchbookSettings(StorageSettings):
    """The account; `customer_id` is any text that stands for whose list it is."""

    provider: ClassVar[str] = "matchbook"

    base_url: HttpUrl = HttpUrl("https://app.indigo.engineering/api/v1")
    token: SecretStr
    customer_id: str = "matchprep"
    paths: calls.Paths = calls.Paths()


class Client:
    """Matchbook's endpoints.

    Args:
        settings: The account.
        clock: What time it is.
        pace: The turns of all processes; Matchbook names no rate.
    """

    Settings: ClassVar[type[ProviderSettings]] = MatchbookSettings

    def __init__(self, settings: MatchbookSettings, *, clock: Clock, pace: Pace) -> None:
        self._settings = settings
        self._paths = settings.paths
        self._http = Http(settings, clock=clock, pace=pace, refused=calls.refused)
        self._http.always_send(Authorization=f"Bearer {settings.token.get_secret_value()}")
        self._storage = open_storage(settings, self._http)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- the endpoints ---

    @property
    def customer(self) -> str:
        """Whose lists these are, where nobody says otherwise."""
        return self._settings.customer_id

    def audience(self, audience: str, customer: str | None = None) -> Mapping[str, Any]:
        """Look an audience up. Source: GET /audience.

        Args:
            audience: Its id.
            customer: Whose it is; needed where it has a customer.

        Returns:
            Its document: `status`, `metadata`, `csvExports`, ...
        """
        return self._one(calls.get_audience(self._paths, audience=audience, customer=customer))

    def audiences(self, customer: str | None = None) -> list[Mapping[str, Any]]:
        """List audiences. Source: GET /audiences.

        Args:
            customer: Whose; everybody's when left out.

        Returns:
            Their documents.
        """
        answer = self._http.ask(calls.list_audiences(self._paths, customer=customer))
        found = calls.checked(answer)
        if not isinstance(found, list):
            raise answer.fail("the answer is not a list", hint="Is paths.audiences right?")
        return found

    def act(self, call: Call) -> Mapping[str, Any]:
        """Send one of the calls that create or cost.

        Args:
            call: Of `matchbook_calls`.

        Returns:
            The audience or the export, as Matchbook answers.
        """
        return self._one(call)

    def _one(self, call: Call) -> Mapping[str, Any]:
        answer: Answer = self._http.ask(call)
        found = calls.checked(answer)
        if not isinstance(found, Mapping) or "id" not in found:
            what, hint = "the answer has no id", "Is the path of this call right?"
            if call.kind == "act":
                raise AmbiguousProviderError(what, where=call.where, hint=hint)
            raise answer.fail(what, hint=hint)
        return found

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
        wishes = wishes_of(submission, self._settings.customer_id)
        if wishes.url is None and self._storage is None:
            hint = "Set MATCHPREP_MATCHBOOK_BUCKET, or put it somewhere and give its address: --param url=..."
            raise UsageError("Matchbook fetches the file, but from where?", where="url", hint=hint)
        return _Flow(self, submission, wishes).steps()

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
        if key is not None and self._storage is not None:
            self._storage.remove(str(key))
        down = "nothing was published" if key is None else "the published file was taken down"
        return down if audience is None else f"{down}; Matchbook has no call to delete audience {audience}"


class _Flow:
    """The steps of one submission."""

    def __init__(self, client: Client, submission: Submission, wishes: Wishes) -> None:
        self._client = client
        self._storage = client._storage  # noqa: SLF001 - the flow is a part of the client
        self._settings = client._settings  # noqa: SLF001
        self._paths = client._settings.paths  # noqa: SLF001
        self._http = client._http  # noqa: SLF001
        self._submission = submission
        self._wishes = wishes
        self._every_s = submission.rate("MB-POLL").per_s

    def steps(self) -> tuple[Step, ...]:
        wishes = self._wishes
        steps = [self._look(), *([] if wishes.url else [self._publish()]), self._upload(), self._read()]
        steps += [self._match(), self._matched()]
        if not wishes.url:
            steps.append(
                Step(name="take the file down", do=self._take_down, requests=(self._stored("DELETE"),))
            )
        if wishes.lookalike is not None:
            steps += [self._lookalike(), self._lookalike_built()]
        if wishes.export is not None:
            steps += [self._price(), self._priced(), self._buy(), self._bought(), self._fetch()]
        return tuple(steps)

    # --- the upload ---

    def _look(self) -> Step:
        call = calls.list_audiences(self._paths, customer=self._wishes.customer)
        return Step(name="see what is there", do=lambda _work: {"before": self._nameless()}, requests=(call,))

    def _nameless(self) -> list[str]:
        """Ids of uploads that were not matched yet; an upload has no name that it could be found by."""
        found = self._client.audiences(self._wishes.customer)
        return [str(one["id"]) for one in found if one.get("name") is None]

    def _publish(self) -> Step:
        return Step(name="publish the file", do=self._put, requests=(self._stored("PUT"),))

    def _stored(self, method: str) -> Call:
        if self._storage is None:
            raise AssertionError
        shown = self._storage.shown("{key}")
        return Call(kind="look", method=method, path=shown, content=self._submission.file)

    def _put(self, work: Work) -> Facts:
        # NOTE: the job's id is random, so the key is not to be guessed; a bucket should be private besides.
        key = f"{work.job.job}/{self._submission.file.name}"
        if self._storage is not None:
            self._storage.put(key, work.file, work.watch.on_bytes)
        return {"key": key}

    def _take_down(self, work: Work) -> Facts:
        if self._storage is not None:
            self._storage.remove(str(work.fact("key")))
        return {"taken_down": True}

    def _upload(self) -> Step:
        call = calls.upload_csv(self._paths, customer=self._wishes.customer, url=self._wishes.url or "{url}")
        name = "upload it by its address"
        return Step(name=name, do=self._send, in_doubt="look", find=self._sent, requests=(call,))

    def _send(self, work: Work) -> Facts:
        url = self._wishes.url
        if url is None and self._storage is not None:
            url = self._storage.address(str(work.fact("key")))  # made anew each time; never written down
        made = self._client.act(calls.upload_csv(self._paths, customer=self._wishes.customer, url=str(url)))
        return {"audience": str(made["id"])}

    def _sent(self, work: Work) -> Facts | None:
        """Find the upload in doubt: a nameless one that was not there before and is no other job's."""
        others = {str(one.fact("audience")) for one in work.jobs.jobs() if one.job != work.job.job}
        new = [one for one in self._nameless() if one not in {*work.fact("before"), *others}]
        if len(new) > 1:
            hint = "Another machine uploads for the same customer; see at Matchbook which upload is whose."
            raise AmbiguousProviderError(
                f"any of the uploads {', '.join(new)} may be this one", where=work.job.job, hint=hint
            )
        return {"audience": new[0]} if new else None

    def _read(self) -> Step:
        def look(work: Work) -> str:
            upload = self._audience(work).get("uploadedAudienceCsv") or {}
            return str(upload.get("status"))

        def follow(work: Work) -> Facts:
            # ACTIVE: it was matched already, by this job before it was cut off.
            done = {"needs us", "ready", "failed"}
            return {"upload_status": self._poll(work, look, of="upload", until=done | {"active"})}

        return Step(name="wait until it is read", do=follow, requests=(self._get("{audience}"),))

    # --- the match ---

    def _match(self) -> Step:
        selections = self._submission.document["columnSelections"]

        def call(audience: str) -> Call:
            return calls.match_uploaded_csv(
                self._paths,
                audience=audience,
                customer=self._wishes.customer,
                name=self._submission.name,
                selections=selections,
            )

        def find(work: Work) -> Facts | None:
            named = self._audience(work).get("name") == self._submission.name
            return {"matching": True} if named else None

        return Step(
            name="match it to the voter file",
            do=lambda work: {"matching": bool(self._client.act(call(str(work.fact("audience")))))},
            in_doubt="look",
            find=find,
            requests=(call("{audience}"),),
        )

    def _matched(self) -> Step:
        def follow(work: Work) -> Facts:
            seen: dict[str, Any] = {}

            def look(work: Work) -> str:
                seen.update(self._audience(work))
                return str(seen["status"])

            last = self._poll(work, look, of="audience", until={"ready", "failed"})
            return {"status": last, "match": _told(seen)}

        return Step(name="wait for the match", do=follow, brings=True, requests=(self._get("{audience}"),))

    # --- a lookalike ---

    def _lookalike(self) -> Step:
        wished, name = self._wishes.lookalike, f"{self._submission.name} lookalike"
        if wished is None:
            raise AssertionError

        def call(base: str) -> Call:
            return calls.create_lookalike_audience(
                self._paths,
                base=base,
                customer=self._wishes.customer,
                size=wished.size,
                name=name,
                include_original=wished.include_original,
                filters=wished.filters,
            )

        def find(_work: Work) -> Facts | None:
            known = self._client.audiences(self._wishes.customer)
            found = [one for one in known if one.get("name") == name]
            return {"lookalike": str(found[0]["id"])} if found else None

        return Step(
            name="create the lookalike",
            do=lambda work: {"lookalike": str(self._client.act(call(str(work.fact("audience"))))["id"])},
            in_doubt="look",
            find=find,
            requests=(call("{audience}"),),
        )

    def _lookalike_built(self) -> Step:
        def follow(work: Work) -> Facts:
            def look(work: Work) -> str:
                return str(self._audience(work, "lookalike")["status"])

            last = self._poll(work, look, of="audience", until={"ready", "failed"})
            return {"lookalike_status": last}

        return Step(
            name="wait for the lookalike", do=follow, brings=True, requests=(self._get("{lookalike}"),)
        )

    # --- an export ---

    def _price(self) -> Step:
        wanted = self._wishes.export or ()

        def call(audience: str) -> Call:
            customer = self._wishes.customer
            return calls.create_preview_csv_export(
                self._paths, audience=audience, customer=customer, optional=wanted
            )

        def find(work: Work) -> Facts | None:
            # The audience is this job's own, so its export is, too.
            exports = self._audience(work).get("csvExports") or []
            return _priced(exports[-1]) if exports else None

        return Step(
            name="price the export",
            do=lambda work: _priced(self._client.act(call(str(work.fact("audience"))))),
            in_doubt="look",
            find=find,
            requests=(call("{audience}"),),
        )

    def _priced(self) -> Step:
        """Wait where the price is not told at once. Source: Cookbook, Export an audience."""

        def follow(work: Work) -> Facts:
            seen: dict[str, Any] = {}

            def look(work: Work) -> str:
                seen.update(self._export(work))
                return str(seen.get("status"))

            self._poll(work, look, of="export", until={"needs payment", "active"})
            return _priced(seen)

        return Step(
            name="wait for the price",
            do=follow,
            unless=lambda work: work.fact("cents") is not None,
            requests=(self._get("{audience}"),),
        )

    def _buy(self) -> Step:
        def call(export: str) -> Call:
            return calls.purchase_csv_export(self._paths, export=export, customer=self._wishes.customer)

        def buy(work: Work) -> Facts:
            try:
                self._client.act(call(str(work.fact("export"))))
            except PermanentProviderError as error:
                if "alreadypurchased" not in error.what.replace("_", "").casefold():
                    raise
            return {"bought": True}

        def find(work: Work) -> Facts | None:
            export, before = self._export(work), str(work.fact("export_status")).casefold()
            now = str(export.get("status")).casefold()
            written_since = now == "in_progress" and before == "requires_payment"
            if export.get("downloadUrl") or now == "active" or written_since:
                return {"bought": True}
            if now == "requires_payment":
                return None
            what, where = "nobody knows whether it was bought", f"export {export['id']}"
            hint = "See at Matchbook; then resume with --assume done or --assume not-done."
            raise AmbiguousProviderError(what, where=where, hint=hint)

        return Step(
            name="buy the export",
            do=buy,
            in_doubt="look",
            find=find,
            costs=self._cost,
            unless=lambda work: str(work.fact("export_status")).casefold() == "active",
            requests=(call("{export}"),),
        )

    def _cost(self, work: Work) -> Price:
        wanted = ", ".join(self._wishes.export or ()) or "the free fields"
        return Price(float(work.fact("cents") or 0) / 100, "USD", f"the export of {wanted}")

    def _bought(self) -> Step:
        def follow(work: Work) -> Facts:
            def look(work: Work) -> str:
                return str(self._export(work).get("status"))

            last = self._poll(work, look, of="export", until={"active"})
            return {"export_status": last}

        return Step(name="wait for the export", do=follow, brings=True, requests=(self._get("{audience}"),))

    def _fetch(self) -> Step:
        def fetch(work: Work) -> Facts:
            url = self._export(work).get("downloadUrl")
            if not url:
                hint = "Resume later; the export is paid for and stays there."
                what, where = "the export has no downloadUrl", f"export {work.fact('export')}"
                raise PermanentProviderError(what, where=where, hint=hint)
            target = Path("matchbook-export.csv")
            self._http.download(str(url), work.out / target, on_bytes=work.watch.on_bytes)
            return {"export_file": target.name}

        return Step(name="download the export", do=fetch, brings=True, requests=(self._get("{audience}"),))

    # --- what several steps need ---

    def _get(self, audience: str) -> Call:
        return calls.get_audience(self._paths, audience=audience, customer=self._wishes.customer)

    def _audience(self, work: Work, fact: str = "audience") -> Mapping[str, Any]:
        found = self._client.audience(str(work.fact(fact)), self._wishes.customer)
        if told := found.get("errorInfoUserFacing"):
            hint = "Mend what it says and submit again."
            where = f"audience {found['id']}"
            raise PermanentProviderError(f"Matchbook says: {told}", where=where, hint=hint)
        return found

    def _export(self, work: Work) -> Mapping[str, Any]:
        """Find the export beside its audience. Source: Cookbook, Export an audience."""
        exports = self._audience(work).get("csvExports") or []
        wanted = str(work.fact("export"))
        return next((one for one in exports if str(one.get("id")) == wanted), {"id": wanted})

    def _poll(self, work: Work, look: Any, *, of: str, until: set[str]) -> str:
        """Ask until a status means one of these, or is one of them."""
        return poll(
            work,
            lambda: look(work),
            every_s=self._every_s,
            deadline_s=self._settings.deadline_s,
            ended=lambda status: self._submission.means(status, of) in until or status.casefold() in until,
        )


def _told(audience: Mapping[str, Any]) -> Facts:
    """Take the figures of a match out of an audience; no value of a person is in them."""
    match = audience.get("uploadedAudienceCsvMatchMetadata") or {}
    told = {name: match.get(name) for name in ("numMatches", "numUniqueMatches")}
    agree = {one["column"]: one.get("percentOfMatches") for one in match.get("columnMatchResults") or []}
    size = (audience.get("metadata") or {}).get("size")
    return {**told, "size": size, "columnMatchResults": agree}


def _priced(export: Mapping[str, Any]) -> Facts:
    """Take id, status and price out of an export; the price may come later."""
    return {
        "export": str(export["id"]),
        "export_status": export.get("status"),
        "cents": export.get("totalCost"),
    }
