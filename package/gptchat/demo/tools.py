"""The functions the demonstration's assistant may call, and how their calls are shown.

Each does what it says: the search searches, the program runs. Only the weather
is invented, and says so. When they are called is the business of `demo.py`.
"""

from __future__ import annotations

import html
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from gptchat.demo.script import answers
from gptchat.testing.replies import Json

LONGEST_RUN = 10
"""Seconds a program may take."""

WEATHER: dict[str, Json] = {
    "Oslo": {"sky": "light snow", "celsius": -2, "wind": 3},
    "Lisbon": {"sky": "clear", "celsius": 17, "wind": 5},
}

SHOWN: dict[str, Any] = {
    "get_weather": {
        "header": {
            "running": "Looking out of the window in **{city}**…",
            "done": "Looked out of the window in **{city}**",
            "error": "No window in **{city}**",
        },
        "result": {"title": "Weather", "type": "json"},
    },
    "search": "A search for *{query}*",
    "run_python": {
        "header": {
            "running": "Running a **Python** program…",
            "done": "Ran a **Python** program",
            "error": "The **Python** program failed",
        },
        "arguments": {
            "title": "Program",
            "show_key_as_code": {"key": "code", "language": "python"},
        },
        "result": {"title": "Output", "type": "text"},
    },
    "draw_chart": {
        "header": {"running": "Drawing *{title}*…", "done": "Drew *{title}*"},
        "arguments": {"title": "Numbers"},
        "result": {"title": "Chart", "type": "html"},
        "open": True,
    },
}
"""The option `functions`, which makes the headers, titles and types of the rows."""

SECONDS = {"Oslo": 1.4, "Lisbon": 2.2, "search": 0.8, "run_python": 0.6, "draw_chart": 0.8}
"""How long a call pretends to take, so that one can watch it: by city, or by function."""


def get_weather(city: str) -> str:
    """The weather in a city."""
    if city not in WEATHER:
        return json.dumps({"error": f"No weather is known for {city}."})
    return json.dumps({"city": city} | WEATHER[city])


def search(query: str) -> str:
    """Where this demonstration speaks of something."""
    found = [
        f"- `{answer.ask[0]}`: {answer.about}"
        for answer in answers()
        if answer.about and query.lower() in (answer.text + answer.afterwards + answer.name).lower()
    ]
    return "\n".join(found) or f"Nothing here speaks of “{query}”."


def run_python(code: str) -> str:
    """Run a Python program and return what it prints."""
    # The model is ours, and yet: nothing but the demonstration's own programs is ever run.
    if code not in (call["arguments"].get("code") for answer in answers() for call in answer.calls):
        return "The demonstration runs only its own programs."
    ran = subprocess.run(  # noqa: S603  # One of our own programs, see above.
        [sys.executable, "-I", "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LONGEST_RUN,
        check=False,
    )
    return ran.stdout + ran.stderr


def draw_chart(title: str, values: Mapping[str, float]) -> str:
    """A bar chart, as a page of HTML."""
    most = max(values.values(), default=0) or 1
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th>"
        f'<td><i style="width:{value / most:.1%}"></i></td><td>{value:,.0f}</td></tr>'
        for name, value in values.items()
    )
    heading = f"<h1>{html.escape(title)}</h1>"
    return f"<!doctype html><meta charset=utf-8>{STYLE}{heading}<table>{rows}</table>"


STYLE = """<style>
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif }
body { margin: 16px } h1 { font-size: 15px; font-weight: 600 } table { width: 100% }
th { font-weight: 400; text-align: left; white-space: nowrap; padding-right: 12px; width: 1% }
td:last-child { text-align: right; font-variant-numeric: tabular-nums; width: 1% }
i { display: block; height: 16px; border-radius: 4px; background: #4c8bf5 }
</style>"""

FUNCTIONS: dict[str, Callable[..., str]] = {
    function.__name__: function for function in (get_weather, search, run_python, draw_chart)
}


def _schema(function: Callable[..., str], **parameters: str) -> Json:
    properties = {name: {"type": kind} for name, kind in parameters.items()}
    return {
        "type": "function",
        "function": {
            "name": function.__name__,
            "description": function.__doc__,
            "parameters": {
                "type": "object",
                "properties": properties,
                "required": list(parameters),
            },
        },
    }


TOOLS = [
    _schema(get_weather, city="string"),
    _schema(search, query="string"),
    _schema(run_python, code="string"),
    _schema(draw_chart, title="string", values="object"),
]
"""The functions as the OpenAI API wants them described."""


def seconds(call: Json) -> float:
    """How long a call pretends to take."""
    name, arguments = call["function"]["name"], json.loads(call["function"]["arguments"])
    return SECONDS.get(arguments.get("city"), SECONDS.get(name, 0.5))


def run(call: Json) -> str:
    """Run what a model asked for: its result, or a sentence about what went wrong."""
    name = call["function"]["name"]
    if name not in FUNCTIONS:
        return f"There is no function {name}. There are {', '.join(FUNCTIONS)}."
    try:
        return FUNCTIONS[name](**json.loads(call["function"]["arguments"]))
    except (TypeError, ValueError, OSError, subprocess.SubprocessError) as error:
        return f"{name} failed: {error}"
