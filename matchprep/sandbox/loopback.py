"""Addresses of this machine: the sandbox talks to no other."""

from __future__ import annotations

import ipaddress
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, build_opener


def is_here(url: str) -> bool:
    """Say whether an address is of this machine.

    Args:
        url: The address.

    Returns:
        Whether it is.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in {"http", "https"} and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except ValueError:
        return False


def opener() -> OpenerDirector:
    """Give what opens addresses of this machine: no proxy, no redirect elsewhere.

    Returns:
        The opener.
    """
    return build_opener(ProxyHandler({}), _NoRedirect)


#: What may be raised where an address is opened, whatever the address is and whoever answers.
FAULTS = (OSError, ValueError, HTTPException)


class _NoRedirect(HTTPRedirectHandler):
    """Follows nobody away from this machine."""

    def redirect_request(self, *_arguments: Any) -> None:
        """Refuse."""
        return
