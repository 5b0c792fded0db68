"""The command `gptchat`: reads what was typed and hands it on.

Owns words, options and exit codes. What a command does is the business of the
module it names.
"""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path

from gptchat.archive_command import Kept, run_export, run_import
from gptchat.demo import run_demo
from gptchat.endpoint import Asked, run_chat
from gptchat.errors import GPTChatError
from gptchat.exports import FORMS
from gptchat.guard.visitors import LOCAL
from gptchat.program import Program, RunAsked, run_program
from gptchat.program import Typed as Serving
from gptchat.version import __version__

HOST, PORT = "127.0.0.1", 5000

Typed = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was typed. 0 is well done, 2 an error told in one line, 130 interrupted."""
    parser, commands = _parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and not words[0].startswith("-") and words[0] not in commands:
        print(f"gptchat: {_no_command(words, commands)}", file=sys.stderr)
        return 2
    own, rest = _divided(words) if words[:1] == ["run"] else (words, [])
    typed = parser.parse_args(own, Typed(rest=rest))
    if typed.command is None:
        parser.print_help()
        return 0
    do: Callable[[Typed], None] = typed.do
    try:
        do(typed)
    except GPTChatError as error:
        print(f"gptchat: {_as_typed(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _demo(typed: Typed) -> None:
    run_demo(
        host=typed.host,
        port=typed.port,
        open_browser=typed.open,
        allow_anonymous=typed.allow_anonymous,
        auth=typed.auth,
    )


def _chat(typed: Typed) -> None:
    run_chat(
        Asked(typed.base_url, typed.model, typed.system, typed.key_env),
        host=typed.host,
        port=typed.port,
        open_browser=typed.open,
        allow_anonymous=typed.allow_anonymous,
        auth=typed.auth,
    )


def _run(typed: Typed) -> None:
    serving = Serving(typed.host, typed.port, typed.open, typed.allow_anonymous, typed.auth)
    run_program(RunAsked(Program(typed.script, typed.rest), serving, typed.reload))


def _export(typed: Typed) -> None:
    chats = [] if typed.all else typed.chats
    run_export(Kept(typed.store, typed.owner), chats, form=typed.form, out=typed.out)


def _import(typed: Typed) -> None:
    run_import(Kept(typed.store, typed.owner), typed.files)


def _no_command(words: list[str], commands: Sequence[str]) -> str:
    """What is said of a word that is no command: most often `run` was left out."""
    near = get_close_matches(words[0], commands, 1, 0.5)
    said = f"There is no command {words[0]!r}."
    if words[0].endswith(".py") or Path(words[0]).is_file():
        return f"{said} Did you mean: gptchat run {shlex.join(words)}?"
    if near:
        return f"{said} Did you mean: gptchat {shlex.join([*near, *words[1:]])}?"
    return f"{said} Known are: {', '.join(commands)}."


def _divided(words: list[str]) -> tuple[list[str], list[str]]:
    """What is for gptchat, and what is for the program: the words after `--`."""
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at + 1 :]


def _parser() -> tuple[argparse.ArgumentParser, Sequence[str]]:
    """What reads the words, and the commands it knows."""
    parser = argparse.ArgumentParser(
        prog="gptchat", description="One Python function becomes a ChatGPT."
    )
    parser.add_argument("--version", action="version", version=f"gptchat {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    _add_demo(commands)
    _add_chat(commands)
    _add_run(commands)
    _add_export(commands)
    _add_import(commands)
    return parser, list(commands.choices)


Commands = argparse._SubParsersAction  # argparse has no other name for it.


def _add_demo(commands: Commands[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser(
        "demo",
        help="talk to a scripted assistant that shows what the page can do",
        description="Serve a scripted assistant that shows what the page can do. Needs no key.",
    )
    demo.set_defaults(do=_demo)
    _add_serving(demo)


def _add_chat(commands: Commands[argparse.ArgumentParser]) -> None:
    chat = commands.add_parser(
        "chat",
        help="talk to the models of any server that speaks OpenAI's language",
        description="Serve a page for Ollama, vLLM, llama.cpp, LM Studio, OpenAI, or whichever "
        "server speaks its language. Without --base-url that is OPENAI_BASE_URL, else OpenAI if "
        "a key is set, else Ollama on this machine.",
    )
    chat.set_defaults(do=_chat)
    chat.add_argument("--base-url", metavar="URL", help="where it is, such as http://gpu:8000/v1")
    chat.add_argument("--model", metavar="NAME", help="who answers at first (the first listed)")
    chat.add_argument("--system", metavar="TEXT", help="a system message for every chat")
    chat.add_argument(
        "--key-env", metavar="VAR", help="the variable with the key (OPENAI_API_KEY, if it is set)"
    )
    _add_serving(chat)


def _add_run(commands: Commands[argparse.ArgumentParser]) -> None:
    run = commands.add_parser(
        "run",
        usage="gptchat run [options] script.py [-- arguments of the script]",
        help="serve a program of yours, and begin anew when it changes",
        description="Serve a program in which a function answers, whether or not it calls run_app. "
        "What is typed here wins over what the program says.",
    )
    run.set_defaults(do=_run)
    run.add_argument("script", type=Path, help="a file of Python")
    run.add_argument(
        "--reload", action="store_true", help="begin anew with every edit; errors are shown"
    )
    _add_serving(run, host=None, port=None)


def _add_export(commands: Commands[argparse.ArgumentParser]) -> None:
    export = commands.add_parser(
        "export",
        help="write chats into files",
        description="Write chats into files of a folder: one file a chat, none is replaced.",
    )
    export.set_defaults(do=_export)
    which = export.add_mutually_exclusive_group(required=True)
    which.add_argument("chats", nargs="*", default=[], metavar="ID", help="what follows /c/")
    which.add_argument("--all", action="store_true", help="every chat there is")
    export.add_argument("--form", choices=list(FORMS), default="tree", help="how (default: tree)")
    export.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where (here)")
    _add_kept(export)


def _add_import(commands: Commands[argparse.ArgumentParser]) -> None:
    bring = commands.add_parser(
        "import",
        help="bring chats from files",
        description="Bring chats from files: gptchat's tree, OpenAI messages as JSON or JSONL, "
        "ChatGPT's conversations.json.",
    )
    bring.set_defaults(do=_import)
    bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
    _add_kept(bring)


def _add_kept(command: argparse.ArgumentParser) -> None:
    """The options of every command that works on a store."""
    command.add_argument(
        "--store", metavar="PATH", help="the file of the chats (the one in .gptchat/)"
    )
    command.add_argument("--owner", default=LOCAL, help=f"whose chats (default: {LOCAL})")


def _add_serving(
    command: argparse.ArgumentParser, *, host: str | None = HOST, port: int | None = PORT
) -> None:
    """The options of every command that serves a page."""
    command.add_argument(
        "--port", type=_port, default=port, help=f"where to listen (default: {PORT})"
    )
    command.add_argument("--host", default=host, help="the address to listen on (this machine)")
    command.add_argument("--open", action="store_true", help="open the page in a browser")
    command.add_argument(
        "--auth",
        choices=["token", "password"],
        help="let people sign in: by a link that is printed, or the password in GPTCHAT_PASSWORD",
    )
    command.add_argument(
        "--allow-anonymous",
        action="store_true",
        help="let anyone who reaches the address in, each browser with chats of its own",
    )


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
    sentence = re.sub(r"\bauth=\"(\w+)\"", r"--auth \1", sentence)
    return re.sub(r"\b(port|host)=([\"']?)([\w.:]+)\2", r"--\1 \3", sentence)
