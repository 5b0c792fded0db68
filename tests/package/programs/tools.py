"""A loop of calls and results, shown in every way that a function may be shown."""

import json
import os

from openai import OpenAI

from gptchat import app
from gptchat.util.openai_util import concat_stream, iter_stream_choices

client = OpenAI()

app.set_config(
    {
        "functions": {
            "run_python": {
                "header": {"text": "Running **code**"},
                "arguments": {
                    "title": "The *code*",
                    "show_key_as_code": {"key": "code", "language": "python"},
                },
                "result": {"title": "What came *out*", "type": "text"},
            },
            "write": {"header": {"text": "Writing"}, "result": {"type": "markdown"}},
            "draw": {"header": {"text": "Drawing"}, "result": {"title": "Picture", "type": "html"}},
            "query": {"header": {"text": "Asking", "show": True}, "result": {"type": "json"}},
            "select": {"header": {"text": "Selecting"}, "result": {"type": "sql"}},
            "quiet": {"header": {"show": False}},
        }
    }
)

RESULTS = {
    "run_python": "42\n  43 <b>",
    "write": "A *list*:\n\n- one\n- two",
    "draw": "<h3>Drawn</h3><p>by hand</p>",
    "query": '{"a": [1, {"b": null}]}',
    "select": "SELECT 1\n  FROM t",
    "quiet": "shh",
    "fails": "ValueError: no such thing",
    "unconfigured": "just words",
}


@app.handle_start_generating
def answer(messages):
    while True:
        stream = client.chat.completions.create(messages=messages, model="gpt-4", stream=True)
        id = app.new_id()
        chunks = []
        for choice in iter_stream_choices(stream):
            app.update_message(choice.delta, id=id)
            chunks.append(choice)
        message = concat_stream(chunks).message
        messages.append(json.loads(message.model_dump_json(exclude_none=True)))
        if not message.tool_calls:
            return
        for call in message.tool_calls:
            result = {
                "role": "tool",
                "tool_call_id": call.id,
                "content": RESULTS[call.function.name],
            }
            app.set_message(result)
            messages.append(result)


app.run_app(port=int(os.environ["PORT"]))
