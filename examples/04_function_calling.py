"""A model that calls a function of yours, with both steps shown in the page.

The stream is shown under one id and collected; `concat_stream` joins it into the
message the model meant. Each result is sent as a message and shown with its call.

Run:  OPENAI_API_KEY=… python examples/04_function_calling.py
See:  "How warm is it in Oslo and in Rome?" shows two calls, their results, an answer.
"""

import json

from openai import OpenAI

from gptchat import app
from gptchat.utils import concat_stream

client = OpenAI()

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_temperature",
        "description": "The temperature in a city, in degrees Celsius.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


def get_temperature(city):
    return {"city": city, "celsius": 7 if city == "Oslo" else 21}


def show_answer(messages):
    """Stream one answer into the page, and return it whole."""
    stream = client.chat.completions.create(
        model="gpt-4o", messages=messages, tools=[WEATHER], stream=True
    )
    id = app.new_id()
    chunks = []
    for chunk in stream:
        if chunk.choices:
            app.update_message(chunk.choices[0].delta, id=id)
            chunks.append(chunk.choices[0])
    return concat_stream(chunks).message


@app.handle_send_message
def reply(messages):
    answer = show_answer(messages)
    while answer.tool_calls:
        messages.append(answer.model_dump(exclude_none=True))
        for call in answer.tool_calls:
            result = get_temperature(**json.loads(call.function.arguments))
            message = {"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)}
            app.update_message(message)
            messages.append(message)
        answer = show_answer(messages)


app.set_config({"functions": {"get_temperature": "Asking how warm it is in **{city}**"}})
app.run_app(port=5000)
