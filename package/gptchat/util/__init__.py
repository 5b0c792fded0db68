"""`gptchat.utils` under its first name, kept so that older programs run."""

from gptchat.old_names import advise
from gptchat.utils import concat_stream, iter_stream_choices, parse_incomplete_json, repair_messages

__all__ = ["concat_stream", "iter_stream_choices", "parse_incomplete_json", "repair_messages"]

advise("gptchat.util", "gptchat.utils")
