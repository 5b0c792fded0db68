"""A logo and an icon of one's own."""

import os
from pathlib import Path

from gptchat import app

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="{}"/></svg>'
)
Path("logo.svg").write_text(SVG.format(3))
Path("icon.svg").write_text(SVG.format(2))
app.set_config({"title": "Mine", "logo_small": "logo.svg", "favicon": "icon.svg"})


@app.handle_start_generating
def answer(messages):
    app.update_message({"id": app.new_id(), "content": "Look up."})


app.run_app(port=int(os.environ["PORT"]))
