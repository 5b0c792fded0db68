"""A chat in a Flask application that you have: its other pages stay as they are.

Run:  python examples/08_inside_flask.py
See:  http://127.0.0.1:5000 is the site's own page, and its link leads to the chat.
"""

from flask import Flask

from gptchat import GPTChat

site = Flask(__name__)


@site.get("/")
def home():
    return '<h1>The library</h1><p><a href="/chat/">Ask the librarian</a></p>'


def librarian(message):
    return f"There are {len(message)} books about *{message}*."


GPTChat(librarian, title="The librarian").init_app(site, url_prefix="/chat")

if __name__ == "__main__":
    site.run(port=5000)
