"""The steps that price, buy and fetch an export. Source: Cookbook, Export an audience."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matchprep.errors import AmbiguousProviderError, PermanentProviderError
from matchprep.providers import matchbook_calls as calls
from matchprep.providers.call import Call
from matchprep.providers.flow import Price, Step, Work
from matchprep.providers.jobs import Facts
from matchprep.providers.matchbook_steps import Steps


class ExportSteps(Steps):
    """From the audience of a match to the file that was bought."""

    def steps(self) -> tuple[Step, ...]:
        """Name the steps, in order.

        Returns:
            The steps; none where no export is wished for.
        """
        if self.wishes.export is None:
            return ()
        return self._price(), self._priced(), self._buy(), self._bought(), self._fetch()

    def _price(self) -> Step:
        wanted = self.wishes.export or ()

        def call(audience: str) -> Call:
            customer = self.wishes.customer
            return calls.create_preview_csv_export(
                self.paths, audience=audience, customer=customer, optional=wanted
            )

        def find(work: Work) -> Facts | None:
            # The audience is this job's own, so its export is, too.
            exports = self.audience(work).get("csvExports") or []
            return _priced(exports[-1]) if exports else None

        return Step(
            name="price the export",
            do=lambda work: _priced(self.client.act(call(str(work.fact("audience"))))),
            in_doubt="look",
            find=find,
            requests=(call("{audience}"),),
        )

    def _priced(self) -> Step:
        """Wait where the price is not told at once. Source: Cookbook, Export an audience."""
        until = {"needs payment", "active"}
        return Step(
            name="wait for the price",
            do=lambda work: _priced(self.follow(work, self._export, of="export", until=until)),
            unless=lambda work: work.fact("cents") is not None,
            requests=(self.get("{audience}"),),
        )

    def _buy(self) -> Step:
        def call(export: str) -> Call:
            return calls.purchase_csv_export(self.paths, export=export, customer=self.wishes.customer)

        def buy(work: Work) -> Facts:
            try:
                self.client.act(call(str(work.fact("export"))))
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
        wanted = ", ".join(self.wishes.export or ()) or "the free fields"
        return Price(float(work.fact("cents") or 0) / 100, "USD", f"the export of {wanted}")

    def _bought(self) -> Step:
        def follow(work: Work) -> Facts:
            export = self.follow(work, self._export, of="export", until={"active"})
            return {"export_status": export["status"]}

        return Step(name="wait for the export", do=follow, brings=True, requests=(self.get("{audience}"),))

    def _fetch(self) -> Step:
        def fetch(work: Work) -> Facts:
            url = self._export(work).get("downloadUrl")
            if not url:
                hint = "Resume later; the export is paid for and stays there."
                what, where = "the export has no downloadUrl", f"export {work.fact('export')}"
                raise PermanentProviderError(what, where=where, hint=hint)
            target = Path("matchbook-export.csv")
            self.client.download(str(url), work.out / target, on_bytes=work.watch.on_bytes)
            return {"export_file": target.name}

        return Step(name="download the export", do=fetch, brings=True, requests=(self.get("{audience}"),))

    def _export(self, work: Work) -> Mapping[str, Any]:
        """Find the export beside its audience. Source: Cookbook, Export an audience."""
        exports = self.audience(work).get("csvExports") or []
        wanted = str(work.fact("export"))
        return next((one for one in exports if str(one.get("id")) == wanted), {"id": wanted})


def _priced(export: Mapping[str, Any]) -> Facts:
    """Take id, status and price out of an export; the price may come later."""
    return {
        "export": str(export["id"]),
        "export_status": export.get("status"),
        "cents": export.get("totalCost"),
    }
