"""A model that says any bytes: what a broken provider may send, and FakeOpenAI never would."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class RawModel:
    """Answers every request with `lines`, each an SSE event as it stands."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for line in model.lines:
                    self.wfile.write(f"{line}\n\n".encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> RawModel:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def chunk(delta: dict[str, Any] | None, **more: Any) -> str:
    """One chunk; without a delta it has no choices."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": None}]
    whole = {
        "id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": choices, **more,
    }  # fmt: skip
    return f"data: {json.dumps(whole)}"
