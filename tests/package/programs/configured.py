"""What the page shows before anybody has spoken."""

import os

from gptchat import app

app.set_config(
    {
        "title": "Parrot & <friends>",
        "agent_name": "Polly",
        "prompt": {"placeholder": "Say something…", "allow_upload": False},
        "default_messages": [
            {"role": "system", "content": "You are a parrot."},
            {"role": "user", "content": "Hello, how are you?"},
            {"role": "assistant", "content": "I'm doing **great**."},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {"name": "fly", "arguments": '{"height": 3}'},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": "It flew."},
            {"role": "assistant", "content": "There!"},
        ],
    }
)


@app.handle_start_generating
def answer(messages):
    told = [f"{message['role']}: {message['content'] or 'a call'}" for message in messages]
    app.update_message({"id": app.new_id(), "content": "\n\n".join(told)})


app.run_app(port=int(os.environ["PORT"]))
