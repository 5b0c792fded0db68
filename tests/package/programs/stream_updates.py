"""A stream handed over, and the choice that comes back."""

import os

from openai import OpenAI

from gptchat import app

client = OpenAI()


@app.handle_start_generating
def answer(messages):
    stream = client.chat.completions.create(messages=messages, model="gpt-4", stream=True)
    choice = app.stream_updates(stream, delay=0.001)
    said = choice.message
    app.set_message(
        {
            "role": "assistant",
            "content": f"{choice.index} {choice.finish_reason} {said.role} {said.content}",
        }
    )


app.run_app(port=int(os.environ["PORT"]))
