"""A handler that looks at the request which brought the message, as Flask handlers do."""

import os

from flask import current_app, request

from gptchat import app

app.app.config["GREETING"] = "Hello"


@app.handle_start_generating
def answer(messages):
    browser = "Chrome" in request.headers["User-Agent"]
    text = f"{current_app.config['GREETING']} {browser} {request.remote_addr} {bool(request.sid)}"
    app.update_message({"id": app.new_id(), "content": text})


app.run_app(port=int(os.environ["PORT"]))
