"""Every word the browser and the server say to each other, written once.

`package/generate.py` turns these types into `client/src/wire/protocol.gen.ts`.
How the words travel is the business of `sockets.py` and `pages.py`; what they
do to a conversation is the business of `conversation.py`.

Times are seconds since 1970. Ids are opaque strings, made once, never swapped.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

PROTOCOL = 1
"""Raised when an older page could no longer follow; such a page is told to reload."""

MAX_SOCKET_MESSAGE = 256 * 1024
"""Bytes of one socket message, either way. Larger things travel by HTTP."""

MAX_CONTENT_BY_SOCKET = 128 * 1024
"""UTF-8 bytes of content a `send` may carry; longer content is posted by HTTP first."""

MAX_EVENT_BY_SOCKET = 64 * 1024
"""Bytes of one event; a larger one travels as `stale` and is fetched by HTTP."""

Message: TypeAlias = dict[str, Any]
"""One OpenAI chat message, exactly as the OpenAI API writes it."""

MessageStatus = Literal["streaming", "done", "stopped", "failed", "interrupted"]
RunState = Literal["queued", "running", "stopping", "ended"]
RunEnd = Literal["done", "stopped", "failed", "interrupted"]
Trigger = Literal["new", "edit", "regenerate"]


class Change(TypedDict, total=False):
    """How one object grows. Keys are paths (`content`, `audio.data`); see deltas.py."""

    append: dict[str, str]
    extend: dict[str, list[Any]]
    set: dict[str, Any]


class NormalDelta(Change, total=False):
    """The normal form of a delta: a change of the message, and of its calls by slot."""

    calls: dict[str, Change]


class ErrorInfo(TypedDict):
    """What a person is told of an error: one calm sentence, and an id to find it in the log."""

    sentence: str
    id: NotRequired[str]
    details: NotRequired[str]


class Attachment(TypedDict):
    """A file a person attached. Its bytes are at `files/<id>`, its owner's alone to read.

    `type` is what its bytes are, whatever its name says; a picture has a size in pixels.
    """

    id: str
    name: str
    type: str
    size: int
    width: NotRequired[int]
    height: NotRequired[int]


class AttachmentPart(TypedDict):
    """A part of a person's message that refers to a file; a handler gets OpenAI's part instead."""

    type: Literal["attachment"]
    attachment: Attachment


class Node(TypedDict):
    """One message in the tree of a conversation, in its envelope.

    While it streams, the calls in `message["tool_calls"]` carry their `slot` and `index`.
    `model` is the name that answered, where there are several to choose from.
    """

    id: str
    parent: str | None
    message: Message
    status: MessageStatus
    created: float
    run: NotRequired[str]
    model: NotRequired[str]
    finished: NotRequired[float]
    finish_reason: NotRequired[str]
    usage: NotRequired[dict[str, object]]
    error: NotRequired[ErrorInfo]


class RunInfo(TypedDict):
    """One handler at work, answering below the message `parent`.

    While it is queued `message` is the person's message it will answer: the
    message takes its place in the tree when the run starts.
    """

    id: str
    parent: str
    state: RunState
    trigger: Trigger
    created: float
    model: NotRequired[str]
    end: NotRequired[RunEnd]
    message: NotRequired[Node]


class MessageEvent(TypedDict):
    """Create a message, or replace the one of the same id."""

    type: Literal["message"]
    node: Node


class DeltaEvent(TypedDict):
    """A message grows."""

    type: Literal["delta"]
    id: str
    delta: NormalDelta


class FinishEvent(TypedDict):
    """A message is complete. `length` is its text in UTF-16 units, to verify by."""

    type: Literal["finish"]
    id: str
    status: MessageStatus
    at: float
    length: int
    error: NotRequired[ErrorInfo]


class RunEvent(TypedDict):
    """A run was queued, started, is being stopped, or has ended."""

    type: Literal["run"]
    run: RunInfo


class SelectEvent(TypedDict):
    """The conversation shows the path to another leaf (`None`: before the first message).

    `run` is the one whose handler chose it, where no person did.
    """

    type: Literal["select"]
    leaf: str | None
    run: NotRequired[str]


class RemoveEvent(TypedDict):
    """A message without words or children is gone (the empty answer a retry replaces)."""

    type: Literal["remove"]
    id: str


class StaleEvent(TypedDict):
    """A message changed by more than a socket carries: fetch it by HTTP."""

    type: Literal["stale"]
    id: str


Event: TypeAlias = (
    MessageEvent | DeltaEvent | FinishEvent | RunEvent | SelectEvent | RemoveEvent | StaleEvent
)


class Snapshot(TypedDict):
    """A whole conversation as of event number `seq`. HTTP: `api/conversations/<id>`."""

    conversation: str
    epoch: str
    seq: int
    leaf: str | None
    nodes: list[Node]
    runs: list[RunInfo]


class NodeAnswer(TypedDict):
    """One message as of event number `seq`. HTTP: `api/conversations/<id>/messages/<id>`."""

    seq: int
    node: Node


class ConversationInfo(TypedDict):
    """One conversation, as the list of conversations shows it.

    `title` is never empty: the first words, until somebody names it. `updated` is when
    something was last said in it. `pinned` is since when. `running`: an answer is being
    made. `unread`: one ended since its owner last had it on screen.
    """

    id: str
    title: str
    created: float
    updated: float
    pinned: NotRequired[float]
    running: NotRequired[bool]
    unread: NotRequired[bool]


class ConversationsAnswer(TypedDict):
    """One page of the list. HTTP: `api/conversations?after=<next>&limit=50` (1 to 100).

    Pinned ones come first, the newest pin before the others, and on the first page only; then
    by `updated`, newest first. `next` leads to the page after this one.
    """

    conversations: list[ConversationInfo]
    next: str | None


class FoundConversation(TypedDict):
    """One result of a search. Ranges count in UTF-16 units, from the first to the one after.

    `message` is the message that matches, absent where only the title does; `excerpt` is
    plain text around the match.
    """

    conversation: ConversationInfo
    title_marks: list[tuple[int, int]]
    message: NotRequired[str]
    excerpt: NotRequired[str]
    marks: NotRequired[list[tuple[int, int]]]


class SearchAnswer(TypedDict):
    """Conversations that say all the words, best first. HTTP: `api/search?q=<words>`."""

    found: list[FoundConversation]


class ContentAnswer(TypedDict):
    """Where content posted to `api/contents` was put."""

    content_id: str


class FileAnswer(TypedDict):
    """What was posted to `api/files`, to be named in a `send`."""

    attachment: Attachment


class ImportAnswer(TypedDict):
    """What was posted to `api/import` is kept. `problems` says what of it is not, and why."""

    conversations: list[str]
    problems: list[str]


# ----------------------------------------------------------- browser → server
# The name of the Socket.IO event is the request's `type`; the rest is its one argument.


class Sync(TypedDict):
    """Show me this conversation, from the event after `seq` on.

    `epoch: None` with `seq: 0` is a page that has nothing yet.
    """

    type: Literal["sync"]
    conversation: str
    epoch: str | None
    seq: int


class Leave(TypedDict):
    """This page no longer shows the conversation."""

    type: Literal["leave"]
    conversation: str


class Send(TypedDict):
    """A person's message. `id` is made by the page: a repeat is answered, not repeated.

    `conversation: None` begins a new one; `parent: None` means its current leaf.
    Exactly one of `content` and `content_id` is given. With `files` the content may be empty.
    `model` is one of the names in the page's menu; without it the first answers.
    """

    type: Literal["send"]
    conversation: str | None
    id: str
    parent: str | None
    model: NotRequired[str]
    content: NotRequired[str]
    content_id: NotRequired[str]
    files: NotRequired[list[str]]


class Edit(TypedDict):
    """Say something else instead of the user message `message`: a sibling of it, made `id`."""

    type: Literal["edit"]
    conversation: str
    message: str
    id: str
    model: NotRequired[str]
    content: NotRequired[str]
    content_id: NotRequired[str]
    files: NotRequired[list[str]]


class Regenerate(TypedDict):
    """Answer again the user message above `message`. `id` is made by the page, as in `send`."""

    type: Literal["regenerate"]
    conversation: str
    message: str
    id: str
    model: NotRequired[str]


class Select(TypedDict):
    """Show the branch through `message`."""

    type: Literal["select"]
    conversation: str
    message: str


class Stop(TypedDict):
    """Stop whatever runs in this conversation, queued runs included."""

    type: Literal["stop"]
    conversation: str


class Rename(TypedDict):
    """Call the conversation so: one line of 1 to 120 characters. Nothing renames it after that."""

    type: Literal["rename"]
    conversation: str
    title: str


class Pin(TypedDict):
    """Keep the conversation at the top of the list, or no longer."""

    type: Literal["pin"]
    conversation: str
    pinned: bool


class Duplicate(TypedDict):
    """Copy the conversation, all its branches. `id` is made by the page, as in `send`.

    The answer names the copy.
    """

    type: Literal["duplicate"]
    conversation: str
    id: str


class Delete(TypedDict):
    """Stop what runs in the conversation, and forget it; for a minute it can be restored."""

    type: Literal["delete"]
    conversation: str


class DeleteAll(TypedDict):
    """Delete every conversation of this owner, those that are not on screen included."""

    type: Literal["delete_all"]


class Restore(TypedDict):
    """Undo a `delete`."""

    type: Literal["restore"]
    conversation: str


class Read(TypedDict):
    """The conversation's owner has it on screen."""

    type: Literal["read"]
    conversation: str


Request: TypeAlias = (
    Sync | Leave | Send | Edit | Regenerate | Select | Stop
    | Rename | Pin | Duplicate | Delete | DeleteAll | Restore | Read
)  # fmt: skip


class Refusal(TypedDict):
    """Why a request was not done."""

    code: Literal[
        "bad_request",
        "not_found",
        "too_large",
        "rate",
        "busy",
        "not_saved",
        "version",
        "gone",
        "signed_out",
    ]
    sentence: str


class Refused(TypedDict):
    """The answer to a request that was not done."""

    refused: Refusal


class SyncAnswer(TypedDict):
    """Events `seq - len(events) + 1 … seq`."""

    conversation: str
    epoch: str
    seq: int
    events: list[Event]


class ResetAnswer(TypedDict):
    """The log cannot help (too old, too long, another epoch): fetch the snapshot, then sync."""

    conversation: str
    reset: Literal[True]


class Accepted(TypedDict):
    """Committed. `conversation` tells a new chat its id."""

    conversation: str


# ----------------------------------------------------------- server → browser


class EventsFrame(TypedDict):
    """Socket.IO `events`: numbered `seq`, `seq + 1`, … in order."""

    conversation: str
    epoch: str
    seq: int
    events: list[Event]


class ConversationsFrame(TypedDict):
    """Socket.IO `conversations`: how the list changed, to every page of its owner."""

    changed: list[ConversationInfo]
    removed: list[str]


class ResyncFrame(TypedDict):
    """Socket.IO `resync`: this page was too slow and missed events; sync every conversation."""

    reason: str


# `refused` carries a Refusal; `config` carries a PageConfig (config.py).


class PersonInfo(TypedDict):
    """Whom a page is for, where people sign in. It says `key` again when it connects.

    `leaves_chats`: nobody can say afterwards whose the chats of this browser were.
    """

    key: str
    name: NotRequired[str]
    may_sign_out: bool
    leaves_chats: NotRequired[bool]


class Hello(TypedDict):
    """What a page says when it connects (Socket.IO `auth`)."""

    protocol: int
    person: NotRequired[str]
