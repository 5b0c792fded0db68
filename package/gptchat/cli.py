"""The command `gptchat`: reads what was typed and hands it on.

Owns words, options and exit codes. What a command does is the business of the
module it names.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence

from gptchat.demo import run_demo
from gptchat.errors import GPTChatError
from gptchat.version import __version__

PORT = 5000


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was typed. 0 is well done, 2 an error told in one line, 130 interrupted."""
    parser = _parser()
    typed = parser.parse_args(arguments)
    if typed.command is None:
        parser.print_help()
        return 0
    try:
        run_demo(
            host=typed.host,
            port=typed.port,
            open_browser=typed.open,
            allow_anonymous=typed.allow_anonymous,
        )
    except GPTChatError as error:
        print(f"gptchat: {_as_typed(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gptchat", description="One Python function becomes a ChatGPT."
    )
    parser.add_argument("--version", action="version", version=f"gptchat {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    demo = commands.add_parser(
        "demo",
        help="talk to a scripted assistant that shows what the page can do",
        description="Serve a scripted assistant that shows what the page can do. Needs no key.",
    )
    demo.add_argument("--port", type=_port, default=PORT, help=f"where to listen (default: {PORT})")
    demo.add_argument("--host", default="127.0.0.1", help="the address to listen on (this machine)")
    demo.add_argument("--open", action="store_true", help="open the page in a browser")
    demo.add_argument(
        "--allow-anonymous",
        action="store_true",
        help="let anyone who reaches the address in, each browser with chats of its own",
    )
    return parser


def _port(typed: str) -> int:
    """A port number, or argparse's error with a sentence."""
    if not typed.isdecimal() or int(typed) > 65535:
        raise argparse.ArgumentTypeError(
            f"a port is a number from 1 to 65535 (or 0 for any free one), not {typed!r}"
        )
    return int(typed)


def _as_typed(sentence: str) -> str:
    """Advice for a program, as advice for a terminal: `port=5001` is `--port 5001` here."""
    sentence = re.sub(r"\ballow_anonymous=True", "--allow-anonymous", " ".join(sentence.split()))
    return re.sub(r"\b(port|host)=([\"']?)([\w.:]+)\2", r"--\1 \3", sentence)
