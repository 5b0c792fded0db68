"""A conversation of the store on its way out: read for its owner, with the bytes of its files.

How it is written is the business of `exports/`, how it comes back that of `arrivals.py`.
"""

from __future__ import annotations

import time
from contextlib import closing

from gptchat.exports import Transcript
from gptchat.store import Store


def transcript_of(store: Store, owner: str, conversation: str) -> Transcript:
    """The conversation as it is now. Raises NotFound."""
    snapshot = store.snapshot(owner, conversation)

    def read(file: str) -> bytes:
        with closing(store.files.open(owner, file).body) as body:
            return body.read()

    title = store.listing.title(owner, conversation)
    return Transcript(title, snapshot["nodes"], snapshot["leaf"], time.time(), read)
