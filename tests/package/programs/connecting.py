"""Messages that are there as soon as the page is."""

import os

from gptchat import app


@app.handle_connect
def greet():
    app.set_all_messages(
        [
            {"role": "assistant", "content": "Welcome. I am *here*."},
            {"role": "user", "content": "Good."},
            {"role": "assistant", "content": "What shall we do?"},
        ]
    )


@app.handle_start_generating
def answer(messages):
    said = " / ".join(f"{message['role']}: {message['content']}" for message in messages)
    app.update_message({"id": app.new_id(), "content": said})


app.run_app(port=int(os.environ["PORT"]))
