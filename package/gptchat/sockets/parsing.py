"""What a page asks for, checked against `protocol.py` before anybody acts on it.

A request with an unknown key, a wrong type or an unknown name is refused whole.
pydantic is loaded with the first request: importing gptchat must stay cheap.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, get_args

from gptchat.messages.text import clean
from gptchat.protocol import Request
from gptchat.refusals import refuse


def parse(name: str, payload: object) -> Request:
    """The request a Socket.IO event says. Raises Refuse for anything the protocol does not know."""
    from pydantic import ValidationError

    if not isinstance(payload, dict):
        raise refuse("bad_request", f"The event {name[:40]!r} carries one object.")
    try:
        # Half an emoji or a NUL fits in no database; where it is part of an id, nobody has that id.
        said = {key: clean(v) if isinstance(v, str) else v for key, v in payload.items()}
        request: Request = _adapter().validate_python({**said, "type": name}, strict=True)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"][1:])
        raise refuse(
            "bad_request", f"The request {name[:40]!r} is not understood: {where or 'its name'}."
        ) from None
    return request


@cache
def _adapter() -> Any:

    from pydantic import ConfigDict, Discriminator, TypeAdapter

    for kind in get_args(Request):
        kind.__pydantic_config__ = ConfigDict(extra="forbid")
    return TypeAdapter(Annotated[Request, Discriminator("type")])
