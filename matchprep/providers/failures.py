"""What a request that failed means: it did not happen, it may have happened, or the provider said no."""

from __future__ import annotations

from matchprep.errors import (
    AmbiguousProviderError,
    PermanentProviderError,
    ProviderError,
    TransientProviderError,
)
from matchprep.providers.call import Call

#: The provider did not do it: it was too busy, or not there.
_NOT_DONE = frozenset({429, 503})
#: The provider may or may not have done it.
_UNSURE = frozenset({408, 500, 502, 504})
_LOOK_FIRST = "It may have happened. `matchprep submit --resume` looks before it goes on."
_HINTS = {
    401: "The key or password is wrong, or has expired.",
    403: "The account may not do this.",
    404: "It is not there; is base_url right?",
    413: "The file is larger than the provider takes.",
}


def refusal(call: Call, status: int, what: str, wait_s: float | None) -> ProviderError:
    """Say what an answer means that is no success.

    Args:
        call: What it answers.
        status: Of HTTP.
        what: What the provider says.
        wait_s: How long it wants to be left alone; null where it does not say.

    Returns:
        The error, to be raised.
    """
    if status in _NOT_DONE or (status in _UNSURE and call.kind == "look"):
        return TransientProviderError(what, where=call.where, hint="Try again later.", wait_s=wait_s)
    if status in _UNSURE:
        return AmbiguousProviderError(what, where=call.where, hint=_LOOK_FIRST)
    return PermanentProviderError(what, where=call.where, hint=_HINTS.get(status), status=status)


def never_sent(call: Call) -> ProviderError:
    """Say that a request did not leave.

    Args:
        call: The request.

    Returns:
        The error, to be raised.
    """
    hint = "Is the network there, and base_url right?"
    return TransientProviderError("the provider cannot be reached", where=call.where, hint=hint)


def broken_off(call: Call, how: str) -> ProviderError:
    """Say that the connection broke before the answer was there.

    Args:
        call: The request.
        how: The kind of break, in the library's word.

    Returns:
        The error, to be raised.
    """
    what = f"the connection broke ({how})"
    if call.kind == "look":
        return TransientProviderError(what, where=call.where, hint="Try again later.")
    return AmbiguousProviderError(what, where=call.where, hint=_LOOK_FIRST)
