"""What lies inside: Flask, Socket.IO, and the utilities under each of their names."""

import os

import gptchat.util
import gptchat.util.openai_util
from gptchat import app
from gptchat.util import parse_incomplete_json
from gptchat.util.openai_util import concat_stream, iter_stream_choices
from gptchat.util.openai_util import parse_incomplete_json as p


@app.app.route("/hello")
def hello():
    return "Hello from Flask"


@app.handle_start_generating
def answer(messages):
    app.socketio.sleep(0.01)
    noted = []
    app.socketio.start_background_task(noted.append, "noted")
    while not noted:
        app.sleep(0.01)
    same = gptchat.util.openai_util.concat_stream is concat_stream is gptchat.util.concat_stream
    found = parse_incomplete_json('{"a": 1, "b": [2, 3], "c": "cut')
    text = f"{noted} {same} {found} {p is parse_incomplete_json} {callable(iter_stream_choices)}"
    app.update_message({"id": app.new_id(), "content": text})


app.run_app(port=int(os.environ["PORT"]))
