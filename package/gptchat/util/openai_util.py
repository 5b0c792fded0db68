"""The first place of `concat_stream` and its kin, kept so that older programs run."""

from gptchat.util import concat_stream, iter_stream_choices, parse_incomplete_json

__all__ = ["concat_stream", "iter_stream_choices", "parse_incomplete_json"]
