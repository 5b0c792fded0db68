"""`gptchat run`: a program of the developer's, served whether or not it calls `run_app` itself.

The parts: `run_command`, what is done with what was typed; `program`, the file and the
application in it; `broken_page`, what is served while it cannot be started.
"""

from gptchat.program.program import Program
from gptchat.program.run_command import RunAsked, run_program
from gptchat.serving import Typed

__all__ = ["Program", "RunAsked", "Typed", "run_program"]
