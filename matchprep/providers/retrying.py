"""When a request is sent again: a few times, each after a longer wait, or after that which was asked for."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from matchprep.errors import TransientProviderError
from matchprep.providers.clock import Clock

_TRIES = 6
_LONGEST_WAIT_S = 120.0
_BACKOFF = wait_exponential_jitter(multiplier=0.5, max=30.0)


def tries(clock: Clock) -> Retrying:
    """Try as often as that is safe: what failed must say that it did not happen.

    Args:
        clock: Waits between two tries.

    Returns:
        The attempts, one after another; the last one raises what came of it.
    """
    return Retrying(
        retry=retry_if_exception(_may_try_again),
        stop=stop_after_attempt(_TRIES),
        wait=_how_long,
        sleep=clock.sleep,
        reraise=True,
    )


def asked_to_wait_s(value: str | None, now: float) -> float | None:
    """Read the header `Retry-After`: seconds, or a date.

    Args:
        value: The header's; null where there is none.
        now: What time it is, in seconds since 1970-01-01 UTC.

    Returns:
        Seconds to wait; null where nothing that can be read was asked for.

    Example:
        >>> asked_to_wait_s("7", 0.0), asked_to_wait_s("Thu, 01 Jan 1970 00:00:07 GMT", 5.0)
        (7.0, 2.0)
        >>> asked_to_wait_s("soon", 0.0), asked_to_wait_s("²", 0.0)
        (None, None)
    """
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except ValueError:
        return None


def _may_try_again(error: BaseException) -> bool:
    return isinstance(error, TransientProviderError) and (error.wait_s or 0.0) <= _LONGEST_WAIT_S


def _how_long(state: RetryCallState) -> float:
    """Wait as long as the provider asked, else twice as long each time."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TransientProviderError) and error.wait_s is not None:
        return error.wait_s
    return _BACKOFF(state)
