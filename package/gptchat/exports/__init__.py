"""A conversation as something to take away: text, data, a program, a page by itself.

Pure. Whose conversation it is, and how it travels, is the business of `pages/`; the
way back is `imports/`.
"""

from gptchat.exports.forms import FORMS, Form, file_name
from gptchat.exports.transcript import Transcript

__all__ = ["FORMS", "Form", "Transcript", "file_name"]
