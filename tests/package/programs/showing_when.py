"""A handler that says itself when it is at work."""

import os

from gptchat import app


@app.handle_start_generating
def answer(messages):
    app.generating_started()
    app.update_message({"id": "a", "content": "Working"})
    app.generating_done()
    app.sleep(0.05)
    app.generating_started()
    app.update_message({"id": "a", "content": ", worked"})


app.run_app(port=int(os.environ["PORT"]))
