"""By which names this page may be asked, and by whose scripts: no other website shall drive a page on this machine.

A browser says in `Host` which name it looked up and in `Origin` whose script asks. A foreign name that resolves to this
machine is refused by the first, another website's script by the second.
"""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from demo import settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SPACES = ("huggingface.co", "hf.space")  # and what is below them, on a Space only
FOREIGN_HOST = (
    "This page is not served under that name. Whoever runs it can allow the name: DIGITS_HOSTS, see docs/hosting.md."
)
FOREIGN_ORIGIN = "Another website asked this page, which answers its own scripts alone."


class Origins:
    """The names that are accepted beside the page's own: those of DIGITS_HOSTS, of the proxy, and of the Space."""

    def __init__(self, hosts: Iterable[str] | None = None) -> None:
        self._hosts = frozenset(settings.hosts() if hosts is None else hosts)
        self._on_space = settings.on_space()
        self._own = self._hosts | frozenset([settings.host().lower(), socket.gethostname().lower(), *LOOPBACK])
        self._listens_outside = settings.host() not in LOOPBACK

    def refusal(self, headers: Headers) -> str | None:
        """A sentence for a request from a foreign website or under a foreign name; None for all others."""
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) > 1 or not all(self._is_own(_name(host)) for host in hosts):
            return FOREIGN_HOST
        own = [*hosts, headers.get("x-forwarded-host", "").split(",")[0].strip()]
        if len(origins) > 1 or not all(self._is_ours(origin, own) for origin in origins):
            return FOREIGN_ORIGIN
        return None

    def _is_own(self, name: str | None) -> bool:
        """Whether a browser may have looked that name up; an address of numbers, no other name can stand for."""
        if name is None or name in self._own or self._is_of_spaces(name):
            return name is not None
        return self._listens_outside and _is_address(name)

    def _is_ours(self, origin: str, own: list[str]) -> bool:
        parts = urlsplit(origin) if origin.isascii() and origin.isprintable() else urlsplit("")
        if parts.scheme not in ("http", "https"):
            return False
        name = _name(parts.netloc)
        if name in self._hosts or (name and self._is_of_spaces(name)):
            return True
        port = {"http": ":80", "https": ":443"}[parts.scheme]
        return parts.netloc.lower() in {one for host in own for one in (host.lower(), host.lower().removesuffix(port))}

    def _is_of_spaces(self, name: str) -> bool:
        return self._on_space and any(name == one or name.endswith(f".{one}") for one in SPACES)


def _name(host: str) -> str | None:
    """The name in a Host header, without its port; None for what is none."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    if not parts.hostname or "@" in host or "/" in host or "\\" in host:
        return None
    return parts.hostname


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
