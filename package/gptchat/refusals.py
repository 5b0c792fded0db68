"""A request of a page that is not done, and the sentence that says why."""

from __future__ import annotations

from gptchat.protocol import Refusal


class Refuse(Exception):
    """A request that is not done, with the reason the page is told."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal["sentence"])
        self.refusal = refusal


def refuse(code: str, sentence: str) -> Refuse:
    """A refusal of one of the codes of the protocol."""
    return Refuse({"code": code, "sentence": sentence})  # type: ignore[typeddict-item]
