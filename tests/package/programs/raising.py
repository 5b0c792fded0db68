"""A handler that breaks after a word."""

import os

from gptchat import app


@app.handle_start_generating
def answer(messages):
    if messages[-1]["content"] == "break":
        app.update_message({"id": app.new_id(), "content": "So far"})
        raise ValueError("a secret of the server")
    app.update_message({"id": app.new_id(), "content": "Whole again."})


app.run_app(port=int(os.environ["PORT"]))
