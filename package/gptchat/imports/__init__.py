"""Conversations from elsewhere, read: OpenAI messages, our own tree, ChatGPT's export.

Pure. Nothing in a file is trusted, and nothing of it runs. Who brings it, and where it is
kept, is the business of `arrivals.py`; the way out is `exports/`.
"""

from gptchat.imports.arriving import Arriving, BroughtFile, NotTaken
from gptchat.imports.reader import read

__all__ = ["Arriving", "BroughtFile", "NotTaken", "read"]
