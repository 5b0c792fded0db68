"""Write one Python function; people talk to it in a page that looks and feels like ChatGPT."""

from gptchat.chat import Chat
from gptchat.errors import GPTChatError, RunEnded, RunStopped
from gptchat.server import GPTChat
from gptchat.version import __version__

app = GPTChat()
"""A `GPTChat` for programs that need only one."""

__all__ = ["Chat", "GPTChat", "GPTChatError", "RunEnded", "RunStopped", "__version__", "app"]
