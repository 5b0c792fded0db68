"""Programs written for the first releases find their utilities where they were."""

from __future__ import annotations

import importlib
import warnings

import pytest

import gptchat.utils


@pytest.mark.parametrize("module", ["gptchat.util", "gptchat.util.openai_util"])
def test_the_utilities_are_where_they_were(module: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old = importlib.import_module(module)
    for name in ("concat_stream", "iter_stream_choices", "parse_incomplete_json"):
        assert getattr(old, name) is getattr(gptchat.utils, name)
