"""A handler takes the message and returns a string: the whole of the rest is gptchat.

Run:  python examples/01_echo.py
See:  http://127.0.0.1:5000 repeats whatever you write.
"""

from gptchat import app


@app.handle_send_message
def reply(message):
    return f"You said: {message}"


app.run_app(port=5000)
