"""Event logs of whole conversations at random, for what both languages must make of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from support.growing import messages, normal_deltas

IDS = st.sampled_from(["a", "b", "c", "d"])
TIMES = st.integers(0, 99)
STATUSES = st.sampled_from(["streaming", "done", "stopped", "failed", "interrupted"])
ERRORS = st.just({"sentence": "It broke off."})


@st.composite
def event_logs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to a dozen events, in an order no server would send but any page must survive."""
    known: list[str | None] = [None]
    events = []
    for _ in range(draw(st.integers(0, 12))):
        events.append(draw(an_event(known)))
        if events[-1]["type"] == "message":
            known.append(events[-1]["node"]["id"])
    return events


@st.composite
def an_event(draw: st.DrawFn, known: list[str | None]) -> dict[str, Any]:
    leaves = st.none() | IDS
    kinds: list[st.SearchStrategy[dict[str, Any]]] = [
        # Parents are older than their children, as the server sees to; anything else may come.
        st.fixed_dictionaries({"type": st.just("message"), "node": a_node(known)}),
        st.fixed_dictionaries({"type": st.just("delta"), "id": IDS, "delta": normal_deltas()}),
        st.fixed_dictionaries(
            {"type": st.just("finish"), "id": IDS, "status": STATUSES, "at": TIMES}
            | {"length": TIMES},
            optional={"error": ERRORS},
        ),
        st.fixed_dictionaries({"type": st.just("run"), "run": a_run()}),
        st.fixed_dictionaries({"type": st.just("select"), "leaf": leaves}),
        st.fixed_dictionaries({"type": st.just("remove"), "id": IDS}),
        st.fixed_dictionaries({"type": st.sampled_from(["stale", "of a newer server"]), "id": IDS}),
    ]
    return draw(st.one_of(kinds))


def a_node(known: list[str | None]) -> st.SearchStrategy[dict[str, Any]]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "id": IDS,
        "parent": st.sampled_from(known),
        "message": messages(),
        "status": STATUSES,
        "created": TIMES,
    }
    return st.fixed_dictionaries(fields, optional={"run": IDS, "finished": TIMES})


def a_run() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "id": IDS,
            "parent": IDS,
            "state": st.sampled_from(["queued", "running", "stopping", "ended"]),
            "trigger": st.sampled_from(["new", "edit", "regenerate"]),
            "created": TIMES,
        }
    )
