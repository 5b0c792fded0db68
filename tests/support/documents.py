"""Programs out of README.md and examples/, served on a free port with a fake model.

The document's text is run as it is. Only the port it names is replaced, and the
pieces of README that are no whole programs get what an earlier block defined.
"""

from __future__ import annotations

import re

from support.sources import TOP

PORT_OF_OUR_OWN = """\
import os
from flask import Flask
from gptchat import GPTChat

def on_port(run):
    return lambda self, *given, **options: run(
        self, *given, **{**options, "port": int(os.environ["PORT"])}
    )

GPTChat.run_app, Flask.run = on_port(GPTChat.run_app), on_port(Flask.run)
"""
EARLIER_BLOCKS = """\
from gptchat import app
from openai import OpenAI
client = OpenAI()
tools = [{"type": "function", "function": {"name": "get_stock_price", "parameters": {}}}]
run = lambda call: "42"
"""


def readme_blocks() -> list[str]:
    """The Python blocks of README.md, in order."""
    readme = (TOP / "README.md").read_text("utf-8")
    return re.findall(r"```python\n(.*?)```", readme, re.DOTALL)


def program(block: str) -> str:
    """A block as a program: what earlier blocks defined, itself, and `run_app` if it has none."""
    start = "" if "OpenAI()" in block else EARLIER_BLOCKS
    end = "" if "run_app" in block else "\napp.run_app()\n"
    return PORT_OF_OUR_OWN + start + block + end


def example(name: str) -> str:
    """A program that runs an example as a person would, on the port that the test chose."""
    path = str(TOP / "examples" / name)
    return PORT_OF_OUR_OWN + f"import runpy\nrunpy.run_path({path!r}, run_name='__main__')\n"
