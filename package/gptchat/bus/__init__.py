"""How processes that share a database tell each other that there is something to read.

`bus` is what a room asks of it, `calls` what can be said, `redis_bus` what carries it. What
is read then stands in the database; reading it is the business of `sockets/` and `runs/`.
"""

from gptchat.bus.bus import Alone, Bus, bus_of
from gptchat.bus.calls import SESSIONS, Call

__all__ = ["SESSIONS", "Alone", "Bus", "Call", "bus_of"]
