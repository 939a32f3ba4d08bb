"""What may be said on the live websocket: close codes, the client's messages, the server's frames. Pure."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from websockets import frames

from agent_console.gateway.wire import stamp

MAX_MESSAGE_BYTES = 4096
MAX_REASON_BYTES = 123
# Beyond this a JavaScript number is not exact, so no honest client sends it.
MAX_SEQ = 2**53 - 1


class CloseCode(IntEnum):
    """Why a connection was closed. The reason text beside it is for people reading a log."""

    RESTART = 1012
    MALFORMED = 4400
    NOT_SIGNED_IN = 4401
    FOREIGN_ORIGIN = 4403
    TOO_SLOW = 4408
    TERMS_CHANGED = 4409
    PASSWORD_CHANGED = 4410
    DEACTIVATED = 4411
    TOO_LARGE = 4413
    TOO_MANY = 4429


class CloseConnection(Exception):
    """Ends one connection with a named code; of `reason` as much as the websocket standard has room for."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(f"{code.value} {reason}")
        self.code = code
        self.reason = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")


class _ClientMessage(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ResumePoint(_ClientMessage):
    """The last delta or snapshot the client has folded in."""

    epoch: str = Field(max_length=128)
    seq: int = Field(ge=0, le=MAX_SEQ)


class Hello(_ClientMessage):
    """The first message of every connection; with `resume` only what is missing is sent."""

    type: Literal["hello"]
    resume: ResumePoint | None = None


class PhoneReport(_ClientMessage):
    """The state of this tab's phone. The last tab that says `owner: true` gets the agent's instructions."""

    type: Literal["phone"]
    owner: bool
    registered: bool
    muted: bool


class Seen(_ClientMessage):
    """The screen pop of this call was painted in a visible window."""

    type: Literal["seen"]
    call: str = Field(min_length=1, max_length=128)


class Pong(_ClientMessage):
    """The answer to a ping."""

    type: Literal["pong"]


ClientMessage = Annotated[Hello | PhoneReport | Seen | Pong, Field(discriminator="type")]
_CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)


def parse(text: str | None) -> ClientMessage:
    """The message in a text frame; None stands for a binary one. Raises CloseConnection for a bad one."""
    if text is None:
        raise CloseConnection(CloseCode.MALFORMED, "text frames only")
    if len(text) > MAX_MESSAGE_BYTES or len(text.encode()) > MAX_MESSAGE_BYTES:
        raise CloseConnection(CloseCode.TOO_LARGE, f"more than {MAX_MESSAGE_BYTES} bytes")
    try:
        return _CLIENT_MESSAGE.validate_json(text)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:40]
        raise CloseConnection(CloseCode.MALFORMED, f"{first['type']} at {where or 'message'}") from None


class Frame:
    """A text message and, made once for all its receivers, its bytes on the wire."""

    __slots__ = ("_wire", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._wire: bytes | None = None

    def __len__(self) -> int:
        return len(self.text)

    @property
    def wire(self) -> bytes:
        """The message as one unmasked websocket frame (RFC 6455, 5.2)."""
        if self._wire is None:
            self._wire = frames.Frame(frames.Opcode.TEXT, self.text.encode()).serialize(mask=False)
        return self._wire


class PhoneOwner(StrEnum):
    """Which console holds the agent's phone, seen from the one that is told."""

    YOU = "you"
    ANOTHER = "another"
    NOBODY = "nobody"


def to_json(value: Any) -> str:
    """Compact JSON that is always valid UTF-8: half surrogates in a caller's name are escaped."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))


def change(kind: str, id_: str, value_json: str) -> str:
    """One entry of a delta's `changes`; `value_json` is `null` when the entity is gone."""
    return f'{{"kind":"{kind}","id":{to_json(id_)},"value":{value_json}}}'


def delta(seq: int, at: datetime, changes: Iterable[str]) -> Frame:
    """A delta of changes made by `change`."""
    return Frame(f'{{"type":"delta","seq":{seq},"at":"{stamp(at)}","changes":[{",".join(changes)}]}}')


def json_object(members: Iterable[tuple[str, str]]) -> str:
    """A JSON object of members whose values are JSON already."""
    return "{" + ",".join(f"{to_json(name)}:{value}" for name, value in members) + "}"


def snapshot(epoch: str, seq: int, now: datetime, kinds: Mapping[str, str]) -> Frame:
    """The whole picture; `kinds` maps each kind to the JSON object of its entities by id."""
    head = f'{{"type":"snapshot","epoch":{to_json(epoch)},"seq":{seq},"now":"{stamp(now)}"'
    return Frame(f'{head},"state":{json_object(kinds.items())}}}')


def phone_order(do: str, call_id: str) -> Frame:
    """An instruction to the tab that owns the phone."""
    return Frame(to_json({"type": "phone", "do": do, "call": call_id}))


def phone_owner(owner: PhoneOwner) -> Frame:
    """Tells a console of an agent which of the agent's consoles owns the phone."""
    return Frame(to_json({"type": "phone_owner", "owner": owner}))


PING = Frame('{"type":"ping"}')
