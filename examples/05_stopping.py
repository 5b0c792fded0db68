"""Stop ends a handler where it speaks next. What was said stays, and `finally` is run.

Run:  python examples/05_stopping.py
See:  http://127.0.0.1:5000 fetches a hundred parts, one after the other. Press Stop: the
      page is free at once, and the terminal tells how far it came.
"""

from gptchat import app


@app.handle_send_message
def fetch(message, ctx):
    done = 0
    try:
        yield f"Fetching *{message}*, part "
        for part in range(1, 101):
            ctx.stopped.wait(0.5)  # Work that takes long, and that Stop cuts short.
            yield f"{part} "
            done = part
    finally:  # After the last part, after an error, and after Stop alike.
        print(f"{done} parts of {message!r} were fetched.", flush=True)


app.run_app(port=5000)
