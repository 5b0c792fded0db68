"""The way in where a proxy in front has asked who it is, and says so in a header.

The header counts from the proxies that are named, and from nobody else: a header
from elsewhere is an attempt, and is told as one.
"""

from __future__ import annotations

from ipaddress import ip_address

from gptchat.config.auth import ProxyHeader
from gptchat.guard.refusing import Refused
from gptchat.guard.visitors import Person, owner_named
from gptchat.guard.ways import Asking, Recognised

PEER = "gptchat.peer"
"""Where in the WSGI environment the machine stands that the connection is from."""

LONGEST_NAME = 200

ASKED_EVERY = 300.0
"""Seconds for which an answer of somebody else holds: who signs out there is soon out here."""


class ByHeader:
    """Whoever the proxy says it is."""

    mark = "header"
    lasts: float | None = ASKED_EVERY

    def __init__(self, said: ProxyHeader) -> None:
        self._said = said
        self.key = "HTTP_" + said.header.upper().replace("-", "_")

    def recognise(self, asking: Asking) -> Recognised | None:
        """Raises Refused for a header that no proxy of ours has written."""
        user = asking.environ.get(self.key)
        if not self._trusts(str(asking.environ.get(PEER, ""))):
            if user is not None:
                raise Refused("400 Bad Request", "This header is the proxy's to send.")
            return None
        if user is None or not user.strip():
            return None
        # A comma is what remains of two headers: one of them may be the stranger's own.
        if "," in user or not user.isprintable() or len(user) > LONGEST_NAME:
            raise Refused("400 Bad Request", "The proxy does not say clearly who this is.")
        user = user.strip()
        return Recognised(Person(owner_named(user), user, self.mark, is_named=True))

    def still(self, person: Person) -> bool:
        """The proxy is asked with each connection, and connections end after a while."""
        return True

    def _trusts(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._said.trusted_proxies)
