"""Messages and deltas as plain dicts, with the id inside or beside them."""

import os

from gptchat import app


@app.handle_start_generating
def answer(messages):
    inside = {"id": "inside", "role": "assistant", "content": "Hel"}
    app.update_message(inside)
    app.update_message({"id": "inside", "content": "lo"})
    app.sleep(0.01)
    beside = app.new_id()
    app.update_message({"content": "Here is"}, id=beside)
    app.update_message({"content": " more."}, id=beside)
    assert inside == {"id": "inside", "role": "assistant", "content": "Hel"}

    for step in ("Thinking", "Still thinking", "**Done**"):
        app.set_message({"role": "assistant", "content": step}, id="progress")
        app.sleep(0.01)


app.run_app(port=int(os.environ["PORT"]))
