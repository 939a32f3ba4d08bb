"""The topics of the bus, and how their messages are written."""

from typing import Any, get_type_hints

import msgspec

from cti.bus.codec import Family, Named, decoding, encode
from cti.bus.contract import Topic
from cti.control.commands import PhoneInstruction
from cti.domain.delta import FloorDelta
from cti.domain.event_codec import KINDS

EVENTS = Family(KINDS)

_HINTS = get_type_hints(FloorDelta)
# A delta as it is, but for the event: which class that is only its name says.
_Written = msgspec.defstruct(
    "_Written",
    [(name, Named if name == "event" else hint) for name, hint in _HINTS.items()],
    array_like=True,
    frozen=True,
)
_read = decoding(_Written)


def _encode_delta(delta: FloorDelta) -> bytes:
    parts = {name: getattr(delta, name) for name in _HINTS}
    return encode(_Written(**{**parts, "event": EVENTS.named(delta.event)}))


def _decode_delta(data: bytes) -> FloorDelta:
    written: Any = _read(data)
    parts = {name: getattr(written, name) for name in _HINTS}
    return FloorDelta(**{**parts, "event": EVENTS.value(written.event)})


FLOOR: Topic[FloorDelta] = Topic("floor", _encode_delta, _decode_delta)
"""One delta for each event that was folded into the floor."""

PHONE: Topic[PhoneInstruction] = Topic("phone", encode, decoding(PhoneInstruction))
"""For the tab that owns an agent's phone."""
