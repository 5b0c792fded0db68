"""The HTTP door: the page, its assets, snapshots, and the frame of a result that is HTML.

What happens live is the business of `sockets`; who may ask, that of `guard`.
"""

from gptchat.pages.archives import Archives
from gptchat.pages.files import Shelf
from gptchat.pages.pages import SIGN_IN, make_flask

__all__ = ["SIGN_IN", "Archives", "Shelf", "make_flask"]
