"""The test client: a person at an application, without a browser, a server or a socket.

Users find it as `app.test_client()` and in `gptchat.testing`. The parts: `testclient`, what
the person does; `answer`, what came of it; `rehearsal`, the engine's hub and workers, watched
and without chance; `stacks`, where a handler is when it hangs.
"""

from gptchat.testclient.answer import Answer
from gptchat.testclient.testclient import TestClient
from gptchat.testclient.trying import Testable

__all__ = ["Answer", "TestClient", "Testable"]
