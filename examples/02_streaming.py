"""A handler that yields is shown while it speaks. The button in the page stops it.

Run:  python examples/02_streaming.py
See:  http://127.0.0.1:5000 counts to a hundred, word by word, until you press Stop.
"""

import time

from gptchat import app


@app.handle_send_message
def count(message):
    yield f"You said *{message}*. I shall count to a hundred.\n\n"
    for number in range(1, 101):
        yield f"{number} "
        time.sleep(0.1)


app.run_app(port=5000)
