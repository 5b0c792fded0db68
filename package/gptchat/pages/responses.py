"""How an answer leaves: as JSON or text, squeezed for whoever takes it; an asset, with its tag.

What is answered is the business of `pages.py`.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Any

import flask

from gptchat.pages.assets import WORTH_PACKING, Asset, accepts
from gptchat.sockets.packets import WireJSON


def json_answer(value: Mapping[str, Any], status: int = 200) -> flask.Response:
    return packed(WireJSON.dumps(value, separators=(",", ":")), "application/json", status)


def packed(text: str, type: str, status: int = 200) -> flask.Response:
    body = text.encode()
    answer = flask.Response(status=status, content_type=f"{type}; charset=utf-8")
    answer.headers["Vary"] = "Accept-Encoding"
    if len(body) > WORTH_PACKING and accepts(_accepted(), "gzip"):
        body = gzip.compress(body, 5, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
    answer.set_data(body)
    return answer


def of_asset(asset: Asset) -> flask.Response:
    answer = flask.Response(content_type=asset.type)
    answer.headers["Cache-Control"] = asset.caching
    answer.headers["ETag"] = asset.tag
    answer.headers["Vary"] = "Accept-Encoding"
    if asset.tag in flask.request.headers.get("If-None-Match", ""):
        answer.status_code = 304
        return answer
    encoding, body = asset.form(_accepted())
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    answer.set_data(body)
    return answer


def _accepted() -> str:
    return flask.request.headers.get("Accept-Encoding", "")
