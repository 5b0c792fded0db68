"""What a message is: read from whatever stands for one, repaired, and ready for a request.

How it grows while it is said is the business of `deltas`.
"""

from gptchat.messages.messages import (
    ROLES,
    Kind,
    as_parts,
    for_openai,
    kind_of,
    text_length,
    to_delta,
    to_message,
)

__all__ = [
    "ROLES",
    "Kind",
    "as_parts",
    "for_openai",
    "kind_of",
    "text_length",
    "to_delta",
    "to_message",
]
