"""What a file a person attached is: its kind by its bytes, its name, its form for a model.

Where its bytes are kept is the business of `store`; how they travel, of `pages`.
"""

from gptchat.files.attachments import Attached, parts_of, references
from gptchat.files.kinds import FileRefused, describe
from gptchat.files.names import clean_name

__all__ = ["Attached", "FileRefused", "clean_name", "describe", "parts_of", "references"]
