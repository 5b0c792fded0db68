"""Answers as models give them: prose, code, tables, lists and formulas, the same at every run."""

from __future__ import annotations

import random
from collections.abc import Callable

TEXT = """the a of to in is and that it for as with this by on are be or not from at which each
can value function result model data list item error server request page time memory thread quickly
usually almost however therefore instead because when while returns reads writes"""
WORDS = TEXT.split()
LANGUAGES = {
    "python": "    total = compute(items[{n}], rate=0.{n})  # {words}",
    "javascript": '  const v{n} = await fetch(`/api/${{id}}/{n}`, {{ mode: "{n}" }}); // {words}',
    "sql": "SELECT name, count(*) AS n{n} FROM orders WHERE id > {n} AND kind = 'x' -- {words}",
    "bash": 'grep -rn "{words}" src | head -n {n} | sort --key={n} > "out-$USER.txt"',
}
FORMULAS = [
    r"x_{%d} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
    r"\sum_{k=0}^{%d} \binom{n}{k} x^k",
    r"e^{i\pi} + %d = 0",
]
ALL_KINDS = 80  # A seed with which the first 2,000 characters have one of everything.


def answer(characters: int, seed: int = ALL_KINDS) -> str:
    """So much of an answer."""
    chance = random.Random(seed)
    parts: list[str] = []
    length = 0
    while length < characters:
        block = chance.choices(BLOCKS, WEIGHTS)[0](chance) + "\n\n"
        parts.append(block)
        length += len(block)
    return "".join(parts)[:characters]


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(count))


def _sentence(chance: random.Random) -> str:
    words = [_words(chance, chance.randint(3, 9)), _words(chance, chance.randint(2, 8))]
    words.insert(1, chance.choice(SPANS)(chance))
    return " ".join(words).capitalize() + "."


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _ in range(chance.randint(2, 6)))


def _heading(chance: random.Random) -> str:
    return "#" * chance.randint(2, 3) + " " + _words(chance, 4).capitalize()


def _list(chance: random.Random) -> str:
    mark = chance.choice(["- ", "1. ", "- [x] "])
    inner = " " * (len(mark) if mark == "1. " else 2) + "- "
    lines = []
    for _ in range(chance.randint(3, 7)):
        lines.append(mark + _sentence(chance))
        if chance.random() < 0.2:
            lines += [inner + _words(chance, 6) for _ in range(2)]
    return "\n".join(lines)


def _table(chance: random.Random) -> str:
    columns = chance.randint(2, 5)
    rows = [[_words(chance, 2) for _ in range(columns)] for _ in range(chance.randint(4, 11))]
    rows.insert(1, ["---", *[chance.choice(["---", "--:", ":-:"]) for _ in range(columns - 1)]])
    for row in rows[2:]:
        row[-1] = chance.choice([f"`{row[-1]}`", f"**{row[-1]}**", str(chance.randint(1, 9999))])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _code(chance: random.Random) -> str:
    language, line = chance.choice(list(LANGUAGES.items()))
    lines = [
        line.format(n=chance.randint(1, 99), words=_words(chance, 4))
        for _ in range(chance.randint(5, 30))
    ]
    return "\n".join([f"```{language}", *lines, "```"])


def _formula(chance: random.Random) -> str:
    return f"$$\n{_tex(chance)}\n$$"


def _quotation(chance: random.Random) -> str:
    return f"> {_sentence(chance)}\n> {_sentence(chance)}"


def _tex(chance: random.Random) -> str:
    formula = chance.choice(FORMULAS)
    return formula % chance.randint(1, 9)


Make = Callable[[random.Random], str]

SPANS: list[Make] = [
    *[lambda chance: _words(chance, 3)] * 12,
    *[lambda chance: f"`{_words(chance, 1)}_{chance.randint(1, 9)}`"] * 4,
    *[lambda chance: f"**{_words(chance, 2)}**"] * 3,
    lambda chance: f"*{_words(chance, 2)}*",
    lambda chance: f"[{_words(chance, 2)}](https://example.org/{chance.randint(1, 99)})",
    lambda chance: f"${_tex(chance)}$",
]
"""What stands in a sentence, as often as it stands here."""
BLOCKS: list[Make] = [_paragraph, _heading, _list, _table, _code, _formula, _quotation]
WEIGHTS = [40, 12, 20, 6, 14, 3, 5]
