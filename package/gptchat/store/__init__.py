"""What is kept: conversations, their numbered events, runs and owners, in one database.

`Store` is the door for whoever asks. The parts are the tables, what is said to them, and
one matter each: the log, leases, owners, pruning.
"""

from gptchat.store.store import Store

__all__ = ["Store"]
