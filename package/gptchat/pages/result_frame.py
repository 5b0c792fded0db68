"""The HTML a tool returned, as a document for a sandboxed frame.

Only results of functions that the developer configured as `html` are ever shown
so. The document runs in an origin of its own (`headers.SANDBOX`); the one thing it
tells its page is how tall it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gptchat.errors import NotFound
from gptchat.protocol import Message, NodeAnswer

MOST_SIBLING_RESULTS = 128
"""How far above a result the call it answers may stand: parallel results follow one another."""

HEIGHT_REPORT = """
<script>
(() => {
  const root = document.documentElement;
  const height = () => Math.min(20000, Math.ceil(root.getBoundingClientRect().height));
  const tell = () => parent.postMessage({ type: "h", value: height() }, "*");
  new ResizeObserver(tell).observe(root);
  addEventListener("load", tell);
})();
</script>
"""

ReadNode = Callable[[str, str, str], NodeAnswer]


def html_result(
    read: ReadNode, owner: str, conversation: str, message: str, functions: Mapping[str, Any]
) -> str:
    """The text of a result that is configured to be shown as HTML. Everything else is not found."""
    node = read(owner, conversation, message)["node"]
    said = node["message"]
    text = said.get("content")
    name = said.get("name") or _called(read, owner, conversation, node["parent"], said)
    if said.get("role") not in ("tool", "function") or not isinstance(text, str):
        raise NotFound("This is not the result of a tool.")
    if functions.get(name, {}).get("result", {}).get("type") != "html":
        raise NotFound("This result is not configured to be shown as HTML.")
    return text


def framed(text: str) -> str:
    """The document: the tool's own, then the report of its height."""
    beginning = text.lstrip()[:15].lower()
    document = text if beginning.startswith(("<!doctype", "<html")) else f"<!doctype html>\n{text}"
    return document + HEIGHT_REPORT


def _called(
    read: ReadNode, owner: str, conversation: str, parent: str | None, result: Message
) -> str:
    """The name of the function whose call this result answers."""
    for _ in range(MOST_SIBLING_RESULTS):
        if parent is None:
            break
        node = read(owner, conversation, parent)["node"]
        for call in node["message"].get("tool_calls") or []:
            if call.get("id") == result.get("tool_call_id"):
                return str(call.get("function", {}).get("name", ""))
        parent = node["parent"]
    return ""
