"""An OpenAI stream, handed straight over. `OPENAI_BASE_URL` may name another server.

Run:  OPENAI_API_KEY=… python examples/03_openai.py
See:  http://127.0.0.1:5000 answers as the model does, and remembers the conversation.
"""

from openai import OpenAI

from gptchat import app

client = OpenAI()


@app.handle_send_message
def reply(messages):
    return client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)


app.run_app(port=5000)
