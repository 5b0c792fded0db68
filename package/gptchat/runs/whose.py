"""Whose message is it? An id made in a run leads to it from any thread; another caller has none."""

from __future__ import annotations

import weakref

from gptchat.errors import NoConversation
from gptchat.runs.run import Run, home_run


class Whose:
    """The runs of this process, by the ids they have made."""

    def __init__(self) -> None:
        self._by_message: weakref.WeakValueDictionary[str, Run] = weakref.WeakValueDictionary()

    def new_id(self) -> str:
        """An id for a message of the calling handler's run."""
        run = home_run()
        id = run.new_id()
        self._by_message[id] = run
        return id

    def run_for(self, id: str | None) -> Run:
        """The run a message belongs to: the id's own from any thread, else the caller's."""
        owner = self._by_message.get(id) if id is not None else None
        if owner is None:
            return home_run()
        try:
            here = home_run()
        except NoConversation:
            return owner
        if here is not owner and not owner.ended:
            raise NoConversation(
                f"The id {id!r} was made in a run of another conversation. Make one with "
                "app.new_id() inside this handler; one kept in a global belongs to whoever made it."
            )
        return owner
