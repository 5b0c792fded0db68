"""What is served while a program cannot be started: its error, until it is mended.

The page looks every second whether something else answers, and shows that then.
Tracebacks are for whoever writes the program, so this listens on this machine alone.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable, Iterable
from typing import Any

from gptchat import serving
from gptchat.failures import redact
from gptchat.guard import Gate, Guard, Policy
from gptchat.guard.ways import OnThisMachine

SCRIPT = b"""\
const shown = document.documentElement.dataset.error;
setInterval(async () => {
  try {
    const answer = await fetch(document.baseURI, { cache: "no-store" });
    if (answer.headers.get("X-Gptchat-Error") !== shown) location.reload();
  } catch {
    // Nobody answers while the program is started again.
  }
}, 1000);
"""

PAGE = """\
<!doctype html>
<html lang="en" data-error="{id}" style="color-scheme: light dark; font: 16px/1.5 system-ui">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name} cannot be started</title>
<script src="/mended.js" defer></script>
</head>
<body style="max-width: 48rem; margin: 10vh auto; padding: 0 16px">
<main>
<h1 style="font-size: 1.5rem; font-weight: 500">{name} cannot be started</h1>
<p>This page goes on by itself once the program is mended.</p>
<pre role="region" aria-label="Error" tabindex="0" style="padding: 16px; overflow: auto; \
border: 1px solid #8888; border-radius: 12px; font: 14px/1.5 ui-monospace, monospace">{error}</pre>
</main>
</body>
</html>
"""


def serve_error(name: str, error: str, *, host: str, port: int) -> None:
    """Serve the page until the process ends. Raises PortTaken."""
    shown = html.escape(redact(error).strip())
    id = hashlib.sha256(shown.encode()).hexdigest()[:16]  # Started again, it may fail alike.
    page = PAGE.format(id=id, name=html.escape(name), error=shown).encode()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_script = environ["PATH_INFO"] == "/mended.js"
        kind, body = ("text/javascript", SCRIPT) if is_script else ("text/html", page)
        headers = [
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("X-Gptchat-Error", id),
        ]
        start_response("200 OK" if is_script else "503 Service Unavailable", headers)
        return [body]

    guard = Guard(app, policy=Policy(host=host), gate=Gate(OnThisMachine))
    with serving.listen(guard, host, port, debug=False, max_connections=100) as server:
        server.serve_forever()
