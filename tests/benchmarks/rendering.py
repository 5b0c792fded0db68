"""`make bench-client`: what it takes to draw an answer while it grows.

The page's own renderer stands beside three others; they take turns on the same texts. Of several
runs the one that took least is told: whatever else a machine does only ever adds. Numbers among the
arguments choose sizes: `make bench-client ARGS="fastest 100"` takes two minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from math import log
from statistics import linear_regression

from benchmarks.answers import answer
from benchmarks.report import Figure, row, table
from benchmarks.stage import FASTEST, LIMIT, PACED, Run, Stage, stage

OURS = "ours"
PLAINER = "ours, plainer"
PLAIN = "plain text"
STREAMDOWN = "streamdown"
SUBJECTS = (OURS, PLAINER, PLAIN, "marked", STREAMDOWN)

KB = 1024
ROUNDS = {20: 2, 100: 2, 400: 1}
"""At 2 KB what comes once would count most."""
LARGEST = {"marked": 100, STREAMDOWN: 100}
"""More takes them longer than a minute each."""
STEADY = 100
WINDOW = 4_000  # Characters: five seconds of 200 tokens.
TOKENS = 10_000

Runs = dict[tuple[int, str], Run]
Sizes = set[int]


def fastest(at: Stage, sizes: Sizes) -> Iterator[str]:
    """As fast as frames allow; and how what it takes grows with the text."""
    rounds = {size: count for size, count in ROUNDS.items() if not sizes or size in sizes}
    runs = _by_turns(lambda size, subject: at.run(subject, answer(size * KB), FASTEST), rounds)
    yield from ("### As fast as frames allow: 256 characters each", "")
    yield from _matrix(runs, lambda _size: 1.0, "ms")
    if len(rounds) > 1:
        yield from ("", "### Growth: time ~ length to the power of", "")
        yield from _growth(runs)
    if STEADY in rounds:
        yield from ("", "### Aims", "")
        yield from table(_aims(runs))


def paced(at: Stage, sizes: Sizes) -> Iterator[str]:
    """200 tokens a second, at the end of a text of that length."""

    def run(size: int, subject: str) -> Run:
        text = answer(size * KB)
        return at.run(subject, text[-WINDOW:], PACED, before=text[:-WINDOW])

    runs = _by_turns(run, dict.fromkeys(sizes or {STEADY}, 1))
    yield from ("### 200 tokens a second, by the last five seconds of each text", "")
    yield from _matrix(runs, lambda size: min(WINDOW, size * KB) / 4 / 200, "ms/s")


def throttled(at: Stage, _sizes: Sizes) -> Iterator[str]:
    """10,000 tokens at 200 a second, on a processor that is four times slower.

    Tasks are counted by their processor time, of which the slowing down is a part: by the clock
    a busy machine makes any of them long.
    """
    text = answer(TOKENS * 4)
    yield from ("### 10,000 tokens at 200 a second, 4 × slower processor", "")
    yield from _head("", "tasks > 100 ms", "tasks > 50 ms", "longest", "frames dropped")
    for subject in (OURS, PLAIN, STREAMDOWN):
        print(f"throttled: {subject}", file=sys.stderr)
        run, tasks = at.tasks(subject, text, PACED, slower=4)
        counts = [sum(length > most for length in tasks) for most in (100, 50)]
        cells = [*counts, f"{max(tasks):.0f} ms", run.dropped]
        yield row([subject, *(cells if run.finished else GIVEN_UP)])


GIVEN_UP = [f"more than {LIMIT} s"]


def _by_turns(run: Callable[[int, str], Run], rounds: dict[int, int]) -> Runs:
    best: Runs = {}
    for size, count in rounds.items():
        for turn in range(count):
            for subject in SUBJECTS:
                known = best.get((size, subject))
                gave_up = known is not None and not known.finished
                if gave_up or size > LARGEST.get(subject, size):
                    continue
                print(f"{size} KB, round {turn + 1}: {subject}", file=sys.stderr)
                new = run(size, subject)
                if known is None or (new.finished and new.task < known.task):
                    best[size, subject] = new
    return best


def _matrix(runs: Runs, seconds: Callable[[int], float], unit: str) -> Iterator[str]:
    times = [f"{name}, {unit}" for name in ("task", "own JS", "script", "layout")]
    yield from _head("", *times, "task / plain text", "frames dropped", "long tasks", "longest")
    for (size, subject), run in runs.items():
        over = seconds(size)
        took = [_short(time / over) for time in (run.task, run.own, run.script, run.layout)]
        ratio = f"{run.task / runs[size, PLAIN].task:.2f}" if runs[size, PLAIN].finished else ""
        more = [ratio, run.dropped, len(run.long), f"{max(run.long, default=0):.0f} ms"]
        yield row([f"{size} KB, {subject}", *([*took, *more] if run.finished else GIVEN_UP)])


def _short(time: float) -> str:
    return f"{time:,.0f}" if time >= 100 else f"{time:.2g}"


def _growth(runs: Runs) -> Iterator[str]:
    yield from _head("", "own JS", "script", "layout", "task")
    for subject in SUBJECTS:
        kinds = (_exponent(runs, subject, kind) for kind in ("own", "script", "layout", "task"))
        yield row([subject, *(f"{each:.2f}" for each in kinds)])


def _exponent(runs: Runs, subject: str, kind: str) -> float:
    """By least squares of the logarithms."""
    taken = {size: run for (size, name), run in runs.items() if name == subject and run.finished}
    if len(taken) < 2:
        return float("nan")
    times = [log(getattr(run, kind)) for run in taken.values()]
    return linear_regression([log(size) for size in taken], times).slope


def _aims(runs: Runs) -> Iterator[Figure]:
    def share(subject: str, other: str) -> float:
        return runs[STEADY, subject].task / runs[STEADY, other].task

    yield Figure("own JS grows as length to the power of", _exponent(runs, OURS, "own"), "", 1.1)
    yield Figure("… without the layout it forces", _exponent(runs, OURS, "script"), "")
    yield Figure("task time at 100 KB / plain text", share(OURS, PLAIN), "", 1.0)
    yield Figure("… without colours and formulas", share(PLAINER, PLAIN), "")
    yield Figure("task time at 100 KB / streamdown", share(OURS, STREAMDOWN), "", 0.4)
    yield Figure("… without colours and formulas", share(PLAINER, STREAMDOWN), "")


def _head(*names: str) -> Iterable[str]:
    return [row(names), "|" + "---|" * len(names)]


ALL = [fastest, paced, throttled]


def main(asked: list[str]) -> None:
    """Measure what is named, or everything; at the sizes that are named, or at all."""
    sizes = {int(word) for word in asked if word.isdigit()}
    names = {word for word in asked if not word.isdigit()}
    with stage() as at:
        for each in ALL:
            if not names or each.__name__ in names:
                print(*each(at, sizes), sep="\n", end="\n\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
