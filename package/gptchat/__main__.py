"""`python -m gptchat` is the command `gptchat`."""

from __future__ import annotations

import sys

from gptchat.cli import main

sys.exit(main())
