"""The option `auth`: how people show that they may come in, as a value of its own for each way.

What is said is checked here, once; what it means at the door is the business of
`guard/`. An error never repeats what was given: it may be the password.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, TypeAlias

from gptchat.config.option_values import Misfit, nearest, texts

PASSWORD, TOKEN = "GPTCHAT_PASSWORD", "GPTCHAT_TOKEN"
"""Where a password and a token come from that stand in no program."""

SHORTEST_PASSWORD, SHORTEST_TOKEN = 8, 22
"""Characters. A token is tried by machines; 22 letters and digits are 128 bits."""

_HEADER = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class TokenLink:
    """Whoever opens the link is let in. Without a token of its own each start makes one."""

    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SharedPassword:
    """Whoever knows the password is let in."""

    password: str = field(repr=False)


@dataclass(frozen=True)
class ProxyHeader:
    """A proxy in front has asked who it is, and says so in a header."""

    header: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]


Auth: TypeAlias = TokenLink | SharedPassword | ProxyHeader

FITS = (
    'What fits is "token", "password" (from the environment variable GPTCHAT_PASSWORD), '
    '{"password": …}, or {"header": "X-Forwarded-User", "trusted_proxies": ["10.0.0.1"]}.'
)


def auth(value: object) -> Auth | None:
    """Read what was said of `auth`."""
    if value is None or isinstance(value, TokenLink | SharedPassword | ProxyHeader):
        return value
    if isinstance(value, str):
        return _named(value)
    if isinstance(value, Mapping) and value:
        return _described({str(key): part for key, part in value.items()})
    raise Misfit(FITS)


def _named(name: str) -> Auth:
    if name == "token":
        given = os.environ.get(TOKEN)
        return TokenLink() if given is None else _token(given)
    if name == "password":
        if PASSWORD not in os.environ:
            raise Misfit(
                f'auth="password" takes the password from the environment variable {PASSWORD}, '
                'which is not set. Set it, or say auth={"password": …}.'
            )
        return _password(os.environ[PASSWORD])
    if name == "header":
        raise Misfit(FITS)
    # Not the text itself: somebody may have written the password here.
    near = nearest(name, ("token", "password"))
    raise Misfit(f"{near} {FITS}" if near.startswith("Did") else FITS)


def _described(parts: Mapping[str, Any]) -> Auth:
    for known in ({"token"}, {"password"}, {"header", "trusted_proxies"}):
        if parts.keys() == known:
            break
    else:
        _refuse_keys(parts)
    if "token" in parts:
        return _token(parts["token"])
    if "password" in parts:
        return _password(parts["password"])
    return ProxyHeader(_header(parts["header"]), _networks(parts["trusted_proxies"]))


def _refuse_keys(parts: Mapping[str, Any]) -> None:
    keys = ("header", "password", "token", "trusted_proxies")
    for key in parts:
        if key not in keys:
            raise Misfit(f"There is no {key[:40]!r} in it. {nearest(key, keys)}")
    if parts.keys() & {"header", "trusted_proxies"} and not parts.keys() & {"token", "password"}:
        missing = ({"header", "trusted_proxies"} - parts.keys()).pop()
        raise Misfit(
            f"It has no {missing!r}. A header is believed from the proxies that are named only, "
            'such as {"header": "X-Forwarded-User", "trusted_proxies": ["10.0.0.1"]}.'
        )
    raise Misfit(f"It names several ways in: {', '.join(sorted(parts))}. There is one at a time.")


def _password(value: object) -> SharedPassword:
    if not isinstance(value, str) or len(value) < SHORTEST_PASSWORD:
        raise Misfit(f"Its 'password' is a text of at least {SHORTEST_PASSWORD} characters.")
    return SharedPassword(value)


def _token(value: object) -> TokenLink:
    if not isinstance(value, str) or not re.fullmatch(rf"[\w.~-]{{{SHORTEST_TOKEN},}}", value):
        raise Misfit(
            f"A token is at least {SHORTEST_TOKEN} letters, digits, '-' or '_', such as "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` makes."
        )
    return TokenLink(value)


def _header(value: object) -> str:
    if not isinstance(value, str) or not _HEADER.fullmatch(value):
        raise Misfit("Its 'header' is the name of a header, such as 'X-Forwarded-User'.")
    return value


def _networks(value: object) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        found = tuple(ip_network(each, strict=False) for each in texts(value))
    except ValueError:
        found = ()
    if not found:
        raise Misfit(
            "Its 'trusted_proxies' are addresses or networks, such as ['127.0.0.1', '10.0.0.0/8']."
        )
    return found
