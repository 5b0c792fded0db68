"""A handler is tested with pytest: no browser, no key, no network, a few milliseconds a test.

`app.test_client()` is a person at the page. `fake_openai` is a model that says what the
test tells it to; gptchat brings it to pytest, and `OpenAI()` finds it by itself.

Test: pytest examples/09_testing.py
Run:  OPENAI_API_KEY=… python examples/09_testing.py
See:  three tests pass; and at http://127.0.0.1:5000 the handler they are about answers.
"""

from openai import OpenAI

from gptchat import app


@app.handle_send_message
def reply(message, messages):
    if "password" in message:
        return "Please keep that to yourself."
    return OpenAI().chat.completions.create(model="gpt-4o", messages=messages, stream=True)


def test_the_model_answers_and_is_told_what_was_said_before(fake_openai):
    fake_openai.script = ["Paris.", "About two million."]
    with app.test_client() as person:
        assert person.send("What is the capital of France?").text == "Paris."
        assert person.send("And how many live there?").text == "About two million."
    assert fake_openai.requests[-1]["messages"][1] == {"role": "assistant", "content": "Paris."}


def test_a_password_never_reaches_the_model(fake_openai):
    with app.test_client() as person:
        assert person.send("My password is 1234").text == "Please keep that to yourself."
    assert fake_openai.requests == []


def test_what_was_said_before_stop_stays(fake_openai):
    fake_openai.script = "One two three four five six."
    with app.test_client() as person:
        person.stop_after(3)
        answer = person.send("Count.")
    assert answer.status == "stopped"
    assert answer.text == "One two three"


if __name__ == "__main__":
    app.run_app(port=5000)
