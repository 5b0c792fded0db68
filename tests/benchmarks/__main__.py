"""`make bench`: every figure once, in one run, as a Markdown table.

Absolute times mean little on a shared machine; ratios within one run mean more.
`python -m benchmarks cpu_per_delta sizes` measures only these.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from benchmarks import keeping, listing, newcomer, opening, streams, testing
from benchmarks.report import Figure, table

ALL: list[Callable[[], Iterator[Figure]]] = [
    streams.cpu_per_delta,
    streams.latency,
    streams.two_hundred,
    streams.five_hundred,
    streams.bytes_per_token,
    newcomer.imports,
    newcomer.starting,
    newcomer.sizes,
    testing.handler_test,
    listing.many_chats,
    keeping.a_tick,
    keeping.bytes_written,
    keeping.idle,
    opening.long_chat,
    opening.long_list,
    listing.many_chats_in_postgresql,
]


def main(names: list[str]) -> None:
    """Measure what is named, or everything."""
    chosen = [each for each in ALL if not names or each.__name__ in names]
    for row in table(figure for each in chosen for figure in each()):
        print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
