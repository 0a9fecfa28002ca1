"""The steps that build people like those of a match. Source: Cookbook, Create a lookalike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matchprep.providers import matchbook_calls as calls
from matchprep.providers.call import Call
from matchprep.providers.flow import Step, Work
from matchprep.providers.jobs import Facts
from matchprep.providers.matchbook_steps import Steps


class LookalikeSteps(Steps):
    """From the audience of a match to its lookalike."""

    def steps(self) -> tuple[Step, ...]:
        """Name the steps, in order.

        Returns:
            The steps; none where no lookalike is wished for.
        """
        return () if self.wishes.lookalike is None else (self._lookalike(), self._lookalike_built())

    def _lookalike(self) -> Step:
        wished, name = self.wishes.lookalike, f"{self.submission.name} lookalike"
        if wished is None:
            raise AssertionError

        def call(base: str) -> Call:
            return calls.create_lookalike_audience(
                self.paths,
                base=base,
                customer=self.wishes.customer,
                size=wished.size,
                name=name,
                include_original=wished.include_original,
                filters=wished.filters,
            )

        def find(_work: Work) -> Facts | None:
            known = self.client.audiences(self.wishes.customer)
            found = [one for one in known if one.get("name") == name]
            return {"lookalike": str(found[0]["id"])} if found else None

        return Step(
            name="create the lookalike",
            do=lambda work: {"lookalike": str(self.client.act(call(str(work.fact("audience"))))["id"])},
            in_doubt="look",
            find=find,
            requests=(call("{audience}"),),
        )

    def _lookalike_built(self) -> Step:
        def follow(work: Work) -> Facts:
            built = self.follow(work, self._loaded, of="audience", until={"ready", "failed"})
            return {"lookalike_status": built["status"]}

        return Step(
            name="wait for the lookalike", do=follow, brings=True, requests=(self.get("{lookalike}"),)
        )

    def _loaded(self, work: Work) -> Mapping[str, Any]:
        return self.audience(work, "lookalike")
