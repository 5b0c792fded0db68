"""A chat that several processes serve. See README.md beside this file."""

import os
import time

from gptchat import GPTChat

app = GPTChat(
    store=os.environ["DATABASE"],  # postgresql://user:password@host/name
    message_queue=os.environ["REDIS"],  # redis://127.0.0.1:6379/0
    url_prefix="/chat",
    allowed_hosts=os.environ["HOSTS"].split(),  # The names people call it by.
    allow_anonymous=True,  # Or `auth`: see "Letting colleagues in" in the README.
    behind_proxy=1,
    lease_seconds=float(os.environ.get("LEASE", "5")),
    grace_seconds=float(os.environ.get("GRACE", "10")),
)


@app.handle_send_message
def reply(message):
    for number in range(int(message) if message.isdecimal() else 5):
        yield f"{number} "
        time.sleep(0.01)
