"""The page is yours: its name, its words, its colours, and what every chat begins with.

Options may be set at any time. Pages that are open follow without a reload.

Run:  python examples/07_configuration.py
See:  http://127.0.0.1:5000 is a parrot's. Say "night" or "day", and the light changes.
"""

from gptchat import app

app.set_config(
    {
        "title": "Parrot",
        "agent_name": "Polly",
        "disclaimer": "{agent_name} repeats whatever she hears.",
        "prompt": {"placeholder": "Talk to the parrot"},
        "messages": [{"role": "assistant", "content": "Polly wants a **cracker**!"}],
    }
)


@app.handle_send_message
def reply(message):
    if message.lower() in ("night", "day"):
        app.set_config(theme="dark" if message.lower() == "night" else "light")
    return f"{message}! {message}!"


app.run_app(port=5000)
