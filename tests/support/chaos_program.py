"""A server whose answers are known beforehand, word for word and whoever asks.

A message `seed steps` is answered by `steps` events that `script` derives from the
seed: three messages growing in turns, some replaced whole. A third of the answers
is written by threads that know nothing of the run but the ids.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator

from gptchat import GPTChat
from gptchat.chat import Chat

MESSAGES = 3
WORDS = (
    "word ",
    "Wörter ",
    "言葉",
    "🙂",
    "👩‍👩‍👧 ",
    "line\n",
    '"quoted" ',
    "\\ ",
    "\u2028",
    "<b>&amp;",
)
PACE = float(os.environ.get("PACE", "150"))
"""Events a second of one answer."""

Step = tuple[str, int, str]


def script(seed: int, steps: int) -> list[Step]:
    """What to do, in order: `grow` or `put`, to which message, which text."""
    luck = random.Random(seed)
    done: list[Step] = [("grow", at, f"<{seed}.{at}> ") for at in range(MESSAGES)]
    while len(done) < steps:
        text = "".join(luck.choices(WORDS, k=luck.randint(1, 3)))
        done.append(("put" if luck.random() < 0.02 else "grow", len(done) % MESSAGES, text))
    return done


def source(seed: int, steps: int) -> list[str]:
    """The three texts that the script amounts to."""
    texts = [""] * MESSAGES
    for how, at, text in script(seed, steps):
        texts[at] = text if how == "put" else texts[at] + text
    return texts


app = GPTChat(
    allow_anonymous=os.environ.get("ANONYMOUS") == "1",
    lease_seconds=float(os.environ.get("LEASE", "5")),
)


@app.handle_send_message
def reply(message: str, ctx: Chat) -> None:
    seed, steps = map(int, message.split())
    ids = [app.new_id() for _ in range(MESSAGES)]
    if seed % 3:
        act(ids, script(seed, steps))
    else:
        thread = threading.Thread(target=act, args=(ids, script(seed, steps)))
        thread.start()
        thread.join()


def act(ids: list[str], steps: list[Step]) -> None:
    """Do it, evenly over the time it may take."""
    for (how, at, text), due in zip(steps, moments(), strict=False):
        time.sleep(max(0.0, due - time.monotonic()))
        if how == "grow":
            app.update_message({"content": text}, ids[at])
        else:
            app.set_message({"role": "assistant", "content": text}, ids[at])


def moments() -> Iterator[float]:
    """When each event is due."""
    began, count = time.monotonic(), 0
    while True:
        yield began + count / PACE
        count += 1


if __name__ == "__main__":
    app.run_app(port=int(os.environ["PORT"]))
