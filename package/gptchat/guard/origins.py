"""Which pages may speak to this server, by what their browser says of itself.

Only our own, and those the policy names: this is what keeps another site from acting
in a person's name, whatever cookie goes with the request.
"""

from __future__ import annotations

import logging

from gptchat.guard.headers import LIBRARIES
from gptchat.guard.policy import Policy, own_origin
from gptchat.guard.refusing import Environ, Refused

log = logging.getLogger("gptchat.guard")

SAFE = frozenset({"GET", "HEAD"})


def check_origin(environ: Environ, host: str, policy: Policy) -> None:
    """Raise Refused for a request that a page of another site has made."""
    if is_library(environ):
        return
    own = own_origin(environ, host)
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None:
        if not policy.knows_origin(origin, own):
            log.warning(
                "Refused a request of the origin %r; this page's own is %s. If that is how it "
                "is reached, set allowed_origins, or behind_proxy for a proxy with TLS.",
                origin[:200],
                own,
            )
            raise Refused("403 Forbidden", "Another site may not speak to this server.")
        return
    if is_upgrade(environ) or environ["REQUEST_METHOD"] not in SAFE:
        # A browser always says its origin here, and cannot be made to send this header.
        if not environ.get("HTTP_AUTHORIZATION", "").startswith("Bearer "):
            raise Refused("403 Forbidden", "The request does not say its origin.")
    elif environ.get("HTTP_SEC_FETCH_SITE") == "cross-site" and not _may_navigate(environ, policy):
        raise Refused("403 Forbidden", "Another site may not load this.")


def is_upgrade(environ: Environ) -> bool:
    """Whether a websocket is wanted."""
    return "websocket" in environ.get("HTTP_UPGRADE", "").lower()


def is_library(environ: Environ) -> bool:
    """A script for a sealed frame of ours, whose origin is `null`. It is the same for everybody."""
    is_script = environ.get("HTTP_SEC_FETCH_DEST") == "script"
    is_read = environ["REQUEST_METHOD"] in SAFE and not is_upgrade(environ)
    return is_script and is_read and environ.get("PATH_INFO", "").startswith(LIBRARIES)


def _may_navigate(environ: Environ, policy: Policy) -> bool:
    """A link from elsewhere may open the page; a frame only where frames are allowed."""
    places = {"document"} | ({"iframe", "frame"} if policy.frame_ancestors else set())
    return (
        environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST") in places
    )
