"""Who may come in, by HTTP and Socket.IO alike, and the headers every answer leaves with.

`Guard` stands in front; the parts answer its questions.
"""

from gptchat.guard.guard import Guard, Mount, Policy, WSGICallable, owner_of, refuse_open_bind

__all__ = ["Guard", "Mount", "Policy", "WSGICallable", "owner_of", "refuse_open_bind"]
