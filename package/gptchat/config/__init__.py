"""Every option once, how its value is read, and which of them the page may know.

What an option does belongs to the room that reads it.
"""

from gptchat.config.config import OPTIONS, PAGE_OPTIONS, Config, Option
from gptchat.config.page_config import PageConfig
from gptchat.config.pictures import Picture

__all__ = ["OPTIONS", "PAGE_OPTIONS", "Config", "Option", "PageConfig", "Picture"]
