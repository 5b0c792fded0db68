"""Messages and deltas at random, sane and hostile, for tests that promise something of all.

Used by the property tests of the rules and by the comparison with the browser.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from gptchat.protocol import Message, NormalDelta

WHOLE_NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
TEXTS = st.text(st.sampled_from('ab {}"\\\n\0é世\U0001f600\ud83d\ude00'), max_size=6)
CLEAN_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
SCALARS = st.none() | st.booleans() | WHOLE_NUMBERS | CLEAN_TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CLEAN_TEXTS, inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(["content", "x", "=x", "audio.data", "__proto__", "constructor", "7"])
ODD_MESSAGE = st.dictionaries(
    st.sampled_from(["role", "content", "audio", "logprobs", "x", "audio.data", "function_call"]),
    VALUES,
    max_size=4,
)
ODD_CALL = st.fixed_dictionaries(
    {},
    optional={
        "slot": st.integers(0, 9),
        "index": st.integers(0, 9),
        "id": CLEAN_TEXTS,
        "function": st.dictionaries(st.sampled_from(["name", "arguments", "x"]), VALUES),
        "custom": VALUES,
    },
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Any message a store or a person could hold, with any nonsense in it."""
    message = draw(ODD_MESSAGE)
    if draw(st.booleans()):
        message["tool_calls"] = draw(st.lists(ODD_CALL, max_size=3))
    return message


@st.composite
def changes(draw: st.DrawFn, containers: tuple[str, str]) -> dict[str, Any]:
    """Any well-formed change: each path under one of the three."""
    inner = st.sampled_from(containers).flatmap(
        lambda name: st.sampled_from(["content", "arguments", "a.b", ""]).map(f"{name}.{{}}".format)
    )
    paths = draw(st.lists(KEYS.map(path_of) | inner, max_size=5, unique=True))
    change: dict[str, Any] = {}
    for path in paths:
        kind = draw(st.sampled_from(["append", "extend", "set"]))
        values = {
            "append": CLEAN_TEXTS,
            "extend": st.lists(VALUES, max_size=2),
            "set": CLEAN_TEXTS | VALUES,
        }
        change.setdefault(kind, {})[path] = draw(values[kind])
    return change


@st.composite
def normal_deltas(draw: st.DrawFn) -> NormalDelta:
    """Any well-formed delta, and so more than a Normaliser ever makes."""
    delta = draw(changes(("audio", "logprobs")))
    slots = st.sampled_from(["0", "1", "2", "10", "function_call"])
    calls = draw(st.dictionaries(slots, changes(("function", "custom")), max_size=3))
    if calls:
        delta["calls"] = calls
    return delta  # type: ignore[return-value]


def path_of(key: str) -> str:
    return f"={key}" if key.startswith("=") or key == "audio.data" else key


RAW_VALUES: st.SearchStrategy[Any] = VALUES | TEXTS | st.just([]) | st.just({})
RAW_FUNCTION = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["f", "g", "", None]),
        "arguments": TEXTS | st.sampled_from(["{}", None, {}, {"a": 1}]),
        "strict": RAW_VALUES,
    },
)
RAW_CALL = st.fixed_dictionaries(
    {},
    optional={
        "index": st.integers(0, 3) | st.sampled_from([None, "1", True, 0.5]),
        "id": st.sampled_from(["a", "b", "", "null", None, 7]),
        "type": st.sampled_from(["function", "custom", "", None]),
        "function": RAW_FUNCTION | RAW_VALUES,
        "custom": st.fixed_dictionaries({}, optional={"name": TEXTS, "input": TEXTS}),
        "slot": RAW_VALUES,
        "extra": RAW_VALUES,
    },
)
RAW_DELTAS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["assistant", "user", "robot", "", None]),
        "content": TEXTS
        | st.none()
        | st.lists(
            TEXTS
            | st.fixed_dictionaries({"type": st.just("text"), "text": TEXTS})
            | st.fixed_dictionaries({"type": st.just("image_url"), "image_url": VALUES}),
            max_size=2,
        ),
        "refusal": TEXTS | RAW_VALUES,
        "reasoning_content": TEXTS | RAW_VALUES,
        "annotations": RAW_VALUES,
        "audio": st.fixed_dictionaries({}, optional={"data": TEXTS, "id": RAW_VALUES}) | RAW_VALUES,
        "logprobs": st.fixed_dictionaries({}, optional={"content": RAW_VALUES}) | RAW_VALUES,
        "tool_calls": st.none() | st.lists(RAW_CALL, max_size=3),
        "function_call": RAW_FUNCTION | RAW_VALUES,
        "finish_reason": st.sampled_from(["stop", "", None]),
        "audio.data": RAW_VALUES,
        "=odd": RAW_VALUES,
    },
)
