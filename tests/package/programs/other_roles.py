"""A handler that puts words into the person's mouth, and notes that only the model sees."""

import os

from gptchat import app


@app.handle_start_generating
def answer(messages):
    if messages[-1]["content"] == "what is there?":
        said = " / ".join(f"{message['role']}: {message['content']}" for message in messages)
        return {"id": app.new_id(), "content": said}
    app.set_message({"role": "system", "content": "Answer briefly."})
    app.set_message({"role": "user", "content": "And something else."})
    app.update_message({"id": app.new_id(), "content": "To both: yes."})
    return None


app.run_app(port=int(os.environ["PORT"]))
