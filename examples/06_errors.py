"""When a handler raises, its words stay, and the person reads one calm sentence and Retry.

What went wrong in detail is for you: the traceback is in the terminal, once, under the
number that the page shows. With `debug=True` it is in the page as well.

Run:  python examples/06_errors.py
See:  http://127.0.0.1:5000 breaks off. Press Retry, and it comes to an end. A message of
      more than twenty words is turned down without any error: that sentence is yours.
"""

from gptchat import app


@app.handle_send_message
def reply(message, ctx):
    if len(message.split()) > 20:
        yield "That is more than I can read at once. Please use fewer words."
        return
    yield "Let me look that up … "
    if ctx.trigger != "regenerate":
        raise ConnectionError("The encyclopedia at 10.0.0.7 does not answer.")
    yield f"*{message}* is a fine thing."


app.run_app(port=5000)
