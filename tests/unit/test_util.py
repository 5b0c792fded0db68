"""Programs written for the first releases find their utilities where they were."""

from __future__ import annotations

import gptchat.util
import gptchat.utils


def test_the_first_name_of_the_module_still_works() -> None:
    for name in gptchat.utils.__all__:
        assert getattr(gptchat.util, name) is getattr(gptchat.utils, name)
