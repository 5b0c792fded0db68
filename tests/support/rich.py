"""An answer that has everything an answer may have, to be shown, streamed and measured."""

from __future__ import annotations

RICH = """\
# A plan

Some *words*, **bold ones** and `code`, with a [link](https://example.org/a_b).

1. First
2. Second
   - nested
   - again

> Quoted, and
> again.

| Name | Count |
|:-----|------:|
| one  |     1 |
| two  |     2 |

```python
def answer(question: str) -> int:
    return 42  # as everybody knows
```

The end, with emoji 👩‍👩‍👧 and 日本語.
"""
"""About 300 deltas of two characters."""
