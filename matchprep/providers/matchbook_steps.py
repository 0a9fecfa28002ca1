"""What the steps of a submission to Matchbook have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from matchprep.errors import PermanentProviderError
from matchprep.providers import matchbook_calls as calls
from matchprep.providers.call import Call
from matchprep.providers.flow import Work
from matchprep.providers.making import follow
from matchprep.providers.matchbook_wishes import Wishes
from matchprep.providers.provider import Submission

if TYPE_CHECKING:
    from matchprep.providers.matchbook import Client


class Steps:
    """Some of the steps of one submission.

    Args:
        client: Matchbook's endpoints.
        submission: What is sent.
        wishes: What shall be done with it.
    """

    def __init__(self, client: Client, submission: Submission, wishes: Wishes) -> None:
        self.client = client
        self.paths = client.paths
        self.submission = submission
        self.wishes = wishes
        self._every_s = submission.rate("MB-POLL").per_s

    def get(self, audience: str) -> Call:
        """Make the call that looks an audience up.

        Args:
            audience: Its id.

        Returns:
            The call.
        """
        return calls.get_audience(self.paths, audience=audience, customer=self.wishes.customer)

    def audience(self, work: Work, fact: str = "audience") -> Mapping[str, Any]:
        """Look up an audience that this job made.

        Args:
            work: What the steps work with.
            fact: Under which its id is known.

        Returns:
            Its document.

        Raises:
            PermanentProviderError: It tells an error for users.
        """
        found = self.client.audience(str(work.fact(fact)), self.wishes.customer)
        if told := found.get("errorInfoUserFacing"):
            hint = "Mend what it says and submit again."
            where = f"audience {found['id']}"
            raise PermanentProviderError(f"Matchbook says: {told}", where=where, hint=hint)
        return found

    def follow(
        self, work: Work, load: Callable[[Work], Mapping[str, Any]], *, of: str, until: set[str]
    ) -> Mapping[str, Any]:
        """Ask for a document until its status means one of these, or is one of them.

        Args:
            work: What the steps work with.
            load: Asks for the document.
            of: What has the status.
            until: What ends the wait.

        Returns:
            The document, as it was last.
        """
        return follow(
            work,
            lambda: load(work),
            every_s=self._every_s,
            deadline_s=self.client.deadline_s,
            ended=lambda status: self.submission.means(status, of) in until or status.casefold() in until,
        )
