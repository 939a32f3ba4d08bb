"""The server's messages as shapes, and the JSON Schema of the whole conversation."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from agent_console.gateway.entities import (
    Agent,
    Call,
    Day,
    Gaps,
    Happening,
    Iso,
    Line,
    Link,
    Queue,
    RecordingsState,
    Refusals,
    Shape,
    State,
    StorageState,
)
from agent_console.gateway.protocol import MAX_MESSAGE_BYTES, ClientMessage, CloseCode, PhoneOwner


class Snapshot(Shape):
    """The whole picture; what the client had before is void."""

    type: Literal["snapshot"]
    epoch: str = Field(description="Opaque: which run of the service, seen with whose eyes.")
    seq: int
    now: Iso = Field(description="The server's clock, to which all times belong.")
    state: State


class CallChange(Shape):
    """A call as it is now; null when it is gone or out of this user's sight."""

    kind: Literal["calls"]
    id: str
    value: Call | None


class AgentChange(Shape):
    """An agent as they are now; null when gone."""

    kind: Literal["agents"]
    id: str
    value: Agent | None


class QueueChange(Shape):
    """A queue as it is now; null when gone."""

    kind: Literal["queues"]
    id: str
    value: Queue | None


class SystemChange(Shape):
    """A part of the service; `id` names it."""

    kind: Literal["system"]
    id: Literal["link", "storage", "recordings", "gaps", "day", "refusals", "line"]
    value: Link | StorageState | RecordingsState | Gaps | Day | Refusals | Line | None


class HappeningChange(Shape):
    """What just happened to the agent; null when it is over. Only this agent hears of it."""

    kind: Literal["happenings"]
    id: str
    value: Happening | None


Change = Annotated[
    CallChange | AgentChange | QueueChange | SystemChange | HappeningChange, Field(discriminator="kind")
]


class Delta(Shape):
    """What changed. Numbers grow, but may skip: what a user may not see is not sent.

    After a resume one delta holds everything missed, or nothing.
    """

    type: Literal["delta"]
    seq: int
    at: Iso
    changes: list[Change]


class PhoneOrder(Shape):
    """What the phone of this console has to do; sent only to the console that owns the agent's phone."""

    type: Literal["phone"]
    do: Literal["answer", "hangup", "hold", "resume", "mute", "unmute"]
    call: str


class PhoneOwnerNotice(Shape):
    """Which of this agent's consoles owns the phone: the last one that said `owner: true`."""

    type: Literal["phone_owner"]
    owner: PhoneOwner


class Ping(Shape):
    """Answer with pong; whoever does not is taken for gone."""

    type: Literal["ping"]


ServerMessage = Annotated[
    Snapshot | Delta | PhoneOrder | PhoneOwnerNotice | Ping, Field(discriminator="type")
]

_MEANINGS = {
    CloseCode.RESTART: "The service stops or starts again: come back soon and resume.",
    CloseCode.MALFORMED: "A message that is not of this protocol, or a hello out of place.",
    CloseCode.NOT_SIGNED_IN: "Not signed in, signed out, or the session has ended: sign in again.",
    CloseCode.FOREIGN_ORIGIN: "The page is not the console that this server serves.",
    CloseCode.TOO_SLOW: "No hello, no pong, or too much was left unread: come back and resume.",
    CloseCode.TERMS_CHANGED: "The user has another role or phone now: GET /api/v1/session and come back.",
    CloseCode.PASSWORD_CHANGED: "The session has ended because the password was changed: sign in again.",
    CloseCode.DEACTIVATED: "The session has ended because the user was deactivated.",
    CloseCode.TOO_LARGE: f"A message of more than {MAX_MESSAGE_BYTES} bytes.",
    CloseCode.TOO_MANY: "Too many connections of this user or altogether, or too many messages.",
}


def json_schema() -> dict[str, Any]:
    """The schema document: what each side may say, with the close codes beside it."""
    adapters = {
        "ClientMessage": TypeAdapter[Any](ClientMessage),
        "ServerMessage": TypeAdapter[Any](ServerMessage),
    }
    sides, shared = TypeAdapter.json_schemas(
        [(name, "validation", adapter) for name, adapter in adapters.items()],
        ref_template="#/$defs/{model}",
    )
    definitions = shared.get("$defs", {}) | {name: sides[name, "validation"] for name in adapters}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ringdesk live connection",
        "description": "Text messages on the websocket /api/v1/live. The client begins with hello.",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in adapters],
        "x-close-codes": {
            str(code.value): {"name": code.name, "meaning": _MEANINGS[code]} for code in CloseCode
        },
        "$defs": dict(sorted(definitions.items())),
    }
