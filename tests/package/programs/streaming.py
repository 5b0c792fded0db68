"""The readme's second program: deltas that are joined by their id."""

import os

from openai import OpenAI

from gptchat import app

openai_client = OpenAI()


def openai_chat_stream(messages, model="gpt-4", **kwargs):
    stream = openai_client.chat.completions.create(
        messages=messages, model=model, stream=True, **kwargs
    )
    for chunk in stream:
        if chunk.choices:
            yield chunk.choices[0]


@app.handle_start_generating
def message_handler(messages):
    id = app.new_id()
    for chunk in openai_chat_stream(messages):
        app.update_message(chunk.delta, id=id)


app.run_app(port=int(os.environ["PORT"]))
