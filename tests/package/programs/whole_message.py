"""The readme's first program: a whole message, at once."""

import os

from openai import OpenAI

from gptchat import app

openai_client = OpenAI()


@app.handle_start_generating
def message_handler(messages):
    response = openai_client.chat.completions.create(messages=messages, model="gpt-4")
    new_msg = response.choices[0].message
    app.update_message(new_msg, id=app.new_id())


app.run_app(debug=True, port=int(os.environ["PORT"]))
