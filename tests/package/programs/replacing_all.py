"""A handler that replaces the whole conversation, and goes on in the new one."""

import os

from gptchat import app


@app.handle_start_generating
def answer(messages):
    app.update_message({"id": "soon gone", "content": "This will not stay."})
    app.set_all_messages(
        [
            {"role": "system", "content": "Nobody sees this."},
            {"role": "user", "content": "Another question"},
            {"role": "assistant", "content": "Another answer", "id": "kept"},
        ]
    )
    app.update_message({"content": ", with more."}, id="kept")
    app.update_message({"id": "last", "content": f"There were {len(messages)}."})


app.run_app(port=int(os.environ["PORT"]))
