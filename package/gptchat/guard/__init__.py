"""Who may come in, by HTTP and Socket.IO alike, and the headers every answer leaves with.

`Guard` stands in front; `Gate` knows who is in; the parts answer their questions.
"""

from gptchat.guard.gate import Gate
from gptchat.guard.guard import Guard, Mount, Policy, WSGICallable, owner_of, refuse_open_bind
from gptchat.guard.visitors import Person, person_of

__all__ = [
    "Gate",
    "Guard",
    "Mount",
    "Person",
    "Policy",
    "WSGICallable",
    "owner_of",
    "person_of",
    "refuse_open_bind",
]
