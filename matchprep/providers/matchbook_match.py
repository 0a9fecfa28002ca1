"""The steps that bring a list to Matchbook and match it. Source: Cookbook, Upload a CSV and match it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matchprep.errors import AmbiguousProviderError
from matchprep.providers import matchbook_calls as calls
from matchprep.providers.call import Call
from matchprep.providers.flow import Step, Work
from matchprep.providers.jobs import Facts
from matchprep.providers.matchbook_steps import Steps


class MatchSteps(Steps):
    """From the list on this machine to the audience that it makes."""

    def steps(self) -> tuple[Step, ...]:
        """Name the steps, in order.

        Returns:
            The steps.
        """
        here = self.wishes.url is None
        return (
            self._look(),
            *([self._publish()] if here else []),
            self._upload(),
            self._read(),
            self._match(),
            self._matched(),
            *([self._unpublish()] if here else []),
        )

    def _look(self) -> Step:
        call = calls.list_audiences(self.paths, customer=self.wishes.customer)
        return Step(name="see what is there", do=lambda _work: {"before": self._nameless()}, requests=(call,))

    def _nameless(self) -> list[str]:
        """Ids of uploads that were not matched yet; an upload has no name that it could be found by."""
        found = self.client.audiences(self.wishes.customer)
        return [str(one["id"]) for one in found if one.get("name") is None]

    def _publish(self) -> Step:
        return Step(name="publish the file", do=self._put, requests=(self._stored("PUT"),))

    def _stored(self, method: str) -> Call:
        if self.client.storage is None:
            raise AssertionError
        shown = self.client.storage.shown("{key}")
        return Call(kind="look", method=method, path=shown, content=self.submission.file)

    def _put(self, work: Work) -> Facts:
        # NOTE: the job's id is random, so the key is not to be guessed; a bucket should be private besides.
        key = f"{work.job.job}/{self.submission.file.name}"
        if self.client.storage is not None:
            self.client.storage.put(key, work.file, work.watch.on_bytes)
        return {"key": key}

    def _take_down(self, work: Work) -> Facts:
        if self.client.storage is not None:
            self.client.storage.remove(str(work.fact("key")))
        return {"taken_down": True}

    def _upload(self) -> Step:
        call = calls.upload_csv(self.paths, customer=self.wishes.customer, url=self.wishes.url or "{url}")
        name = "upload it by its address"
        return Step(name=name, do=self._send, in_doubt="look", find=self._sent, requests=(call,))

    def _send(self, work: Work) -> Facts:
        url = self.wishes.url
        if url is None and self.client.storage is not None:
            # Made anew each time; never written down.
            url = self.client.storage.address(str(work.fact("key")))
        made = self.client.act(calls.upload_csv(self.paths, customer=self.wishes.customer, url=str(url)))
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
        def load(work: Work) -> Mapping[str, Any]:
            return self.audience(work).get("uploadedAudienceCsv") or {}

        def follow(work: Work) -> Facts:
            # ACTIVE: it was matched already, by this job before it was cut off.
            until = {"needs us", "ready", "failed", "active"}
            return {"upload_status": self.follow(work, load, of="upload", until=until)["status"]}

        return Step(name="wait until it is read", do=follow, requests=(self.get("{audience}"),))

    def _match(self) -> Step:
        selections = self.submission.document["columnSelections"]

        def call(audience: str) -> Call:
            return calls.match_uploaded_csv(
                self.paths,
                audience=audience,
                customer=self.wishes.customer,
                name=self.submission.name,
                selections=selections,
            )

        def find(work: Work) -> Facts | None:
            named = self.audience(work).get("name") == self.submission.name
            return {"matching": True} if named else None

        return Step(
            name="match it to the voter file",
            do=lambda work: {"matching": bool(self.client.act(call(str(work.fact("audience")))))},
            in_doubt="look",
            find=find,
            requests=(call("{audience}"),),
        )

    def _matched(self) -> Step:
        def follow(work: Work) -> Facts:
            matched = self.follow(work, self.audience, of="audience", until={"ready", "failed"})
            return {"status": matched["status"], "match": _told(matched)}

        return Step(name="wait for the match", do=follow, brings=True, requests=(self.get("{audience}"),))

    def _unpublish(self) -> Step:
        return Step(name="take the file down", do=self._take_down, requests=(self._stored("DELETE"),))


def _told(audience: Mapping[str, Any]) -> Facts:
    """Take the figures of a match out of an audience; no value of a person is in them."""
    match = audience.get("uploadedAudienceCsvMatchMetadata") or {}
    told = {name: match.get(name) for name in ("numMatches", "numUniqueMatches")}
    agree = {one["column"]: one.get("percentOfMatches") for one in match.get("columnMatchResults") or []}
    size = (audience.get("metadata") or {}).get("size")
    return {**told, "size": size, "columnMatchResults": agree}
