"""Which parameter of a provider takes the address that it shall call, and what a job has in it."""

from __future__ import annotations

from dataclasses import replace

from matchprep.errors import UsageError
from matchprep.providers import Hook, Job, Submission

#: What the documents call the address that is called when all is done.
_NAMES = ("webhook", "callback_url")


def with_hook(submission: Submission, hook: Hook | None, secret: str) -> Submission:
    """Name the address that the provider shall call.

    Args:
        submission: What is sent.
        hook: Where the call shall arrive; the submission stays as it is when null.
        secret: What makes the address one that nobody guesses.

    Returns:
        The submission, the address among its parameters.

    Raises:
        UsageError: The provider calls nobody, or was given an address already.
    """
    if hook is None:
        return submission
    rules = submission.rules
    known = [name for request in rules.requests.values() for name in request.params if name in _NAMES]
    if not known:
        hint = "Leave --webhook and --listen out: it is asked from time to time."
        raise UsageError(f"{rules.name} calls no webhook", where=rules.provider, hint=hint)
    if known[0] in submission.params:
        hint = f"Leave out either --webhook or --param {known[0]}."
        raise UsageError("two addresses to call are too many", where=known[0], hint=hint)
    return replace(submission, params={**submission.params, known[0]: hook.address(secret)})


def hook_of(job: Job, listen: str | None = None) -> Hook | None:
    """Say where a job's provider calls.

    Args:
        job: The job.
        listen: Where to hear it now; where it was begun when null.

    Returns:
        The address that is called and where it is heard; null where it was given none.

    Raises:
        UsageError: It was given none, but shall be heard.
    """
    if kept := job.options.get("hook"):
        return Hook(url=kept["url"], listen=listen or kept["listen"])
    if listen is not None:
        hint = "Leave --listen out: the provider was given no address to call."
        raise UsageError("there is nothing to listen for", where=job.job, hint=hint)
    return None
