"""`gptchat demo`: a scripted assistant, its tools, and its written answers in `answers/`."""

from gptchat.demo.demo import MODEL, make_demo, run_demo

__all__ = ["MODEL", "make_demo", "run_demo"]
