"""What a handler may return: a message with an id, several, or nothing at all."""

import os

from gptchat import app


@app.handle_start_generating
def answer(messages):
    said = messages[-1]["content"]
    if said == "one":
        return {"id": app.new_id(), "role": "assistant", "content": "Just *one*."}
    if said == "several":
        return [
            {"id": "first", "role": "assistant", "content": "The first."},
            {"id": "second", "role": "assistant", "content": "The second."},
            {"id": "first", "content": " It goes on."},
        ]
    return None


app.run_app(port=int(os.environ["PORT"]))
