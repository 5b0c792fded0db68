"""Calls without a model: whole messages, and deltas piece by piece."""

import os

from gptchat import app


def call(id, name, arguments):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


@app.handle_start_generating
def answer(messages):
    app.set_message(
        {
            "role": "assistant",
            "content": "Two at once:",
            "tool_calls": [call("a", "first", '{"x": 1}'), call("b", "second", "{}")],
        }
    )
    app.set_message({"role": "tool", "tool_call_id": "b", "content": "second result"})
    app.set_message({"role": "tool", "tool_call_id": "a", "content": "first result"})

    id = app.new_id()
    app.update_message({"role": "assistant", "content": "Piece by piece: "}, id=id)
    for piece in ({**call("c", "third", '{"wo'), "index": 0},
                  {"index": 0, "function": {"arguments": 'rd": "hi"'}},
                  {"index": 0, "function": {"arguments": "}"}}):  # fmt: skip
        app.update_message({"tool_calls": [piece]}, id=id)
    app.set_message({"role": "tool", "tool_call_id": "c", "content": "third result"})
    app.update_message({"id": app.new_id(), "role": "assistant", "content": "All done."})


app.run_app(port=int(os.environ["PORT"]))
