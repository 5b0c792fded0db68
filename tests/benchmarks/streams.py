"""What streaming costs: processor time, latency, loss and bytes, with one and with many people."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from benchmarks.load import CountingRelay, Seen, crowd, percentile, run_crowd
from benchmarks.measuring import Measured, serving
from benchmarks.report import Figure

WARM_UP = {"count": 5, "rate": 100, "kind": "stamp"}


def cpu_per_delta() -> Iterator[Figure]:
    """10 answers at 1,000 deltas a second: merged by gptchat, one emit each without it."""
    asked = {"count": 4000, "rate": 1000, "kind": "stamp"}
    cost: dict[str, float] = {}
    for name, kind, wish in (
        ("plain", "plain", asked),
        ("ours", "gptchat", asked),
        ("handlers", "gptchat", {**asked, "drop": True}),
    ):
        with serving(kind) as server:
            run_crowd(server.port, 1, WARM_UP)
            before = server.cpu
            run_crowd(server.port, 10, wish)
            cost[name] = (server.cpu - before) / 40.0 * 1000
    yield Figure("server CPU per 1,000 deltas, 10 × 1,000/s", cost["ours"], "ms", aim=15)
    yield Figure("… of which making the tokens", cost["handlers"], "ms")
    yield Figure("… one emit per delta, nothing kept", cost["plain"], "ms", over=cost["ours"])


def latency() -> Iterator[Figure]:
    """One person, 20 tokens a second: from the moment a token is made until it has arrived."""
    with serving("gptchat") as server:
        run_crowd(server.port, 1, WARM_UP)
        answers = [
            run_crowd(server.port, 1, {**WARM_UP, "count": 60, "rate": 20})[0] for _ in "123"
        ]
    firsts = [seen.ages[0] * 1000 for seen in answers]
    later = [age * 1000 for seen in answers for age in seen.ages[1:]]
    yield Figure("first delta: made → arrived, median of 3", sorted(firsts)[1], "ms", aim=5)
    yield Figure("later deltas: made → arrived, median", percentile(later, 50), "ms", aim=33)
    yield Figure("later deltas: made → arrived, p99", percentile(later, 99), "ms")


def two_hundred() -> Iterator[Figure]:
    """200 people at 20 tokens a second, begun within a second."""
    asked: dict[str, Any] = {"count": 200, "rate": 20, "kind": "stamp"}
    with serving("gptchat") as server:
        run_crowd(server.port, 1, WARM_UP)
        before = server.cpu
        seen = run_crowd(server.port, 200, asked, over=1.0)
        share = (server.cpu - before) / 11.0 * 100
    firsts = [each.first * 1000 for each in seen]
    gaps = [gap * 1000 for each in seen for gap in each.gaps]
    yield Figure("200 people: words lost", _lost(seen, asked["count"]), "", aim=0)
    yield Figure("200 people: first word, p50", percentile(firsts, 50), "ms")
    yield Figure("200 people: first word, p99", percentile(firsts, 99), "ms", aim=10)
    yield Figure("200 people: gap between words, p99", percentile(gaps, 99), "ms", aim=60)
    yield Figure("200 people: share of one core", share, "%", aim=55)


def five_hundred() -> Iterator[Figure]:
    """500 people connected, all streaming at 20 tokens a second, begun over 4 seconds."""
    asked: dict[str, Any] = {"count": 200, "rate": 20, "kind": "stamp"}
    with serving("gptchat") as server:
        run_crowd(server.port, 1, WARM_UP)
        before = server.cpu
        seen = run_crowd(server.port, 500, asked, over=4.0)
        share = (server.cpu - before) / 14.0 * 100
        memory = server.rss_mb
    ages = [age * 1000 for each in seen for age in each.ages]
    yield Figure("500 people: words lost", _lost(seen, asked["count"]), "", aim=0)
    yield Figure("500 people: made → arrived, p50", percentile(ages, 50), "ms")
    yield Figure("500 people: made → arrived, p99", percentile(ages, 99), "ms")
    yield Figure("500 people: share of one core", share, "%")
    yield Figure("500 people: server memory", memory, "MB")


def bytes_per_token() -> Iterator[Figure]:
    """What one more token costs on the wire, compressed as a browser asks for it."""
    with serving("gptchat") as server:
        few, many = (asyncio.run(_bytes(server, count)) for count in (500, 2000))
    yield Figure("bytes per token, 100 tokens/s", (many - few) / 1500, "B", aim=10)


async def _bytes(server: Measured, count: int) -> int:
    async with CountingRelay(server.port) as relay:
        await crowd(relay.port, 1, {"count": count, "rate": 100, "kind": "words"}, over=0)
        return relay.down


def _lost(seen: list[Seen], count: int) -> float:
    return float(sum(count - len(each.stamps) for each in seen))
