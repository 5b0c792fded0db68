"""The live door: what a page says and hears over its websocket.

`sockets` speaks for the house and `parsing` checks what it is asked; `transport` and the
parts it names keep each connection sane. HTTP is the business of `pages`.
"""

from gptchat.sockets.frames import frames
from gptchat.sockets.sockets import Sockets, visitor_of

__all__ = ["Sockets", "frames", "visitor_of"]
