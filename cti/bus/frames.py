"""The frames of the connection between two processes: a length, then MessagePack."""

import asyncio
from collections.abc import AsyncGenerator
from enum import IntEnum

import msgspec

MAX_FRAME_BYTES = 64 * 1024 * 1024
"""A snapshot of a thousand agents and calls is a few MB."""
_LENGTH_BYTES = 4


class Op(IntEnum):
    """What a frame says. The first four come from the client, the others from the server."""

    SUBSCRIBE = 1
    UNSUBSCRIBE = 2
    PUBLISH = 3
    ASK = 4
    MESSAGE = 5
    ENDED = 6
    TOO_SLOW = 7
    ANSWER = 8
    FAILED = 9


class Frame(msgspec.Struct, array_like=True, frozen=True):
    """`ref` is the client's number of a subscription or question, 0 for what is told and not asked. `name` is
    a topic or a question.

    `number` is the capacity of a subscription.
    """

    op: Op
    ref: int = 0
    name: str = ""
    number: int = 0
    body: bytes = b""


class BadFrame(ValueError):
    """What comes is not of this connection's language; it is of no more use."""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Frame)


def packed(frame: Frame) -> bytes:
    """The frame with its length before it."""
    data = _encoder.encode(frame)
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


async def frames(reader: asyncio.StreamReader) -> AsyncGenerator[Frame, None]:
    """The frames of the other side until it ends. Raises BadFrame."""
    while True:
        try:
            length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
            if length > MAX_FRAME_BYTES:
                raise BadFrame(f"a frame of {length} bytes")
            data = await reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        try:
            yield _decoder.decode(data)
        except msgspec.MsgspecError as problem:
            raise BadFrame(str(problem)) from None
