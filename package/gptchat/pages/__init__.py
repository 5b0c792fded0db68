"""The HTTP door: the page, its assets, snapshots, and the frame of a result that is HTML.

What happens live is the business of `sockets`; who may ask, that of `guard`.
"""

from gptchat.pages.files import Shelf
from gptchat.pages.pages import make_flask

__all__ = ["Shelf", "make_flask"]
