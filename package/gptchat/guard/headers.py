"""The headers every answer carries, and the one page that has stricter ones of its own.

architecture.md says why each is there; a golden test keeps them. Which answer
gets them is the business of `guard.py`.
"""

from __future__ import annotations

from gptchat.guard.policy import Policy

Headers = list[tuple[str, str]]

SANDBOX = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src 'none'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""For HTML that a tool made: its scripts run, in an origin of their own, and reach nothing."""

LIBRARIES = "/frame-lib/"
"""Below this address lie the libraries that draw in a frame of their own, and the frames."""

PICTURE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For a picture or a file opened by its address: an SVG is a document there; nothing may run."""

IMMUTABLE = "public, max-age=31536000, immutable"

PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"

ALWAYS: Headers = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-DNS-Prefetch-Control", "off"),
    ("Permissions-Policy", PERMISSIONS),
    ("Cache-Control", "no-store"),
]


def content_security_policy(policy: Policy, *, host: str, scheme: str) -> str:
    """What our own page may load and run. `host` has been checked; it names the websocket."""
    sockets = f"{'wss' if scheme == 'https' else 'ws'}://{host}"
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            _sources("img-src 'self' blob: data:", policy.image_hosts),
            "font-src 'self'",
            "media-src 'self' blob:",
            f"connect-src 'self' {sockets}",
            "frame-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'self'",
            "object-src 'none'",
            _sources("frame-ancestors", policy.frame_ancestors or ("'none'",)),
            "require-trusted-types-for 'script'",
            "trusted-types svelte-trusted-html gptchat-worker",
        ]
    )


def library_sandbox(place: str) -> str:
    """For a frame in which a library of ours draws: like `SANDBOX`, but only its scripts run."""
    return SANDBOX.replace("script-src 'unsafe-inline'", f"script-src {place}", 1)


def completed(given: Headers, policy: Policy, *, host: str, scheme: str) -> Headers:
    """The headers of an answer with those that were missing. Cross-origin permissions go."""
    answer = [
        (name, _embeddable(value, policy) if name.lower() == "content-security-policy" else value)
        for name, value in given
        if not name.lower().startswith("access-control-")
    ]
    names = {name.lower() for name, _ in answer}
    wanted = list(ALWAYS)
    is_frame = "content-security-policy" in names
    if not is_frame:
        csp = content_security_policy(policy, host=host, scheme=scheme)
        wanted.append(("Content-Security-Policy", csp))
    if not policy.frame_ancestors:
        wanted.append(("X-Frame-Options", "SAMEORIGIN" if is_frame else "DENY"))
    if scheme == "https":
        wanted.append(("Strict-Transport-Security", "max-age=31536000"))
    return answer + [pair for pair in wanted if pair[0].lower() not in names]


def _embeddable(csp: str, policy: Policy) -> str:
    """A frame's policy counts every page around it, so those around ours are named there too."""
    if not policy.frame_ancestors:
        return csp
    ancestors = _sources("frame-ancestors 'self'", policy.frame_ancestors)
    return csp.replace("frame-ancestors 'self'", ancestors)


def _sources(directive: str, sources: tuple[str, ...]) -> str:
    """A directive with configured sources; whatever could begin another directive is left out."""
    return " ".join([directive, *(s for s in sources if not set(s) & set(" \t\r\n;,"))])
