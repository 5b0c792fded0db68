"""`gptchat chat`: a page for any server that speaks OpenAI's language.

The parts: `chat_command`, the application and what is said in the terminal; `endpoint`, the
server that answers; `addresses`, what was typed as its address; `listing`, the models in the
menu, kept current; `sentences`, what went wrong and what to do.
"""

from gptchat.endpoint.chat_command import Asked, run_chat

__all__ = ["Asked", "run_chat"]
