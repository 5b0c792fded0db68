"""`python -m gptchat.testing`: the fake model as a server, for a program in another terminal."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from gptchat.testing.fake_openai import FakeOpenAI

PORT = 8081

HOW = """A scripted model listens. In the terminal of your program:

    export OPENAI_BASE_URL={url} OPENAI_API_KEY=any

Ctrl+C ends it."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted. 0 is well done, 2 an error told in one line."""
    typed = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with FakeOpenAI(typed.script, port=typed.port) as model:
            print(HOW.format(url=model.base_url), flush=True)
            threading.Event().wait()
            return 0
    except (OSError, TypeError, ValueError) as error:
        print(f"gptchat.testing: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gptchat.testing",
        description="Serve a scripted model. Without a script it says what it is told.",
    )
    parser.add_argument(
        "script", type=Path, nargs="?", help="a JSON file: a reply, or a list of replies"
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}; 0 for any")
    return parser


if __name__ == "__main__":
    sys.exit(main())
