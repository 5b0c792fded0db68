"""Write one Python function; people talk to it in a page that looks and feels like ChatGPT."""

import sys

from gptchat.chat import Chat
from gptchat.errors import GPTChatError, RunEnded, RunStopped
from gptchat.old_names import ToolCallResult
from gptchat.server import GPTChat
from gptchat.version import __version__

app = GPTChat()
"""A `GPTChat` for programs that need only one."""

# In gptchat 0.0.12 this was a module: `from gptchat.app import update_message` goes on working.
sys.modules["gptchat.app"] = app  # type: ignore[assignment]

__all__ = [
    "Chat",
    "GPTChat",
    "GPTChatError",
    "RunEnded",
    "RunStopped",
    "ToolCallResult",
    "__version__",
    "app",
]
