"""Everything imported by name from the module that `app` was."""

import os

from openai import OpenAI

from gptchat.app import (
    handle_start_generating,
    new_id,
    run_app,
    set_config,
    set_message,
    stream_updates,
    update_message,
)

client = OpenAI()
set_config({"agent_name": "By name"})


@handle_start_generating
def answer(messages):
    set_message({"role": "assistant", "content": "Here it comes:"})
    choice = stream_updates(
        client.chat.completions.create(messages=messages, model="gpt-4", stream=True), id=new_id()
    )
    update_message({"role": "assistant", "content": choice.message.content.upper()}, id=new_id())


run_app(int(os.environ["PORT"]))
