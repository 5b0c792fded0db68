"""How messages grow: providers' deltas become one normal form, and that is applied and joined.

What a message is, and what of it is well formed, is the business of `messages`.
"""

from gptchat.deltas.deltas import Normaliser, apply, compose, compose_all, is_empty, settle

__all__ = ["Normaliser", "apply", "compose", "compose_all", "is_empty", "settle"]
