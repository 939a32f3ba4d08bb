"""HEPv3, in which Asterisk tells of each SIP message that passes: one UDP datagram a message.

The format is that of https://github.com/sipcapture/HEP: "HEP3", the length, then chunks of vendor, type,
length and content.
"""

import hmac
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MARK = b"HEP3"
_HEAD = struct.Struct("!4sH")
_CHUNK = struct.Struct("!HHH")
_SOURCE4, _DESTINATION4, _SOURCE6, _DESTINATION6 = 0x03, 0x04, 0x05, 0x06
_SOURCE_PORT, _DESTINATION_PORT, _SECONDS, _MICROSECONDS = 0x07, 0x08, 0x09, 0x0A
_KEY, _PAYLOAD = 0x0E, 0x0F
_IPV4_BYTES = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Captured:
    """One SIP message on its way; `at` is Asterisk's clock."""

    at: datetime
    source: str
    source_port: int
    destination: str
    destination_port: int
    payload: bytes


def parse_packet(
    data: bytes, key: str, wanted: Callable[[bytes], bool] = lambda payload: True
) -> Captured | None:
    """The message in a datagram; None for what is none, or does not come from the Asterisk with this key.

    `wanted` says by a message's text whether it is, before any more is made of it: most are not.
    """
    if len(data) < _HEAD.size or _HEAD.unpack_from(data) != (_MARK, len(data)):
        return None
    try:
        chunks = dict(_chunks(data))
        if not hmac.compare_digest(chunks[_KEY], key.encode()):
            return None
        if not wanted(chunks[_PAYLOAD]):
            return None
        return Captured(
            at=_EPOCH
            + timedelta(seconds=_number(chunks[_SECONDS]), microseconds=_number(chunks[_MICROSECONDS])),
            source=_address(chunks.get(_SOURCE4) or chunks[_SOURCE6]),
            source_port=_number(chunks[_SOURCE_PORT]),
            destination=_address(chunks.get(_DESTINATION4) or chunks[_DESTINATION6]),
            destination_port=_number(chunks[_DESTINATION_PORT]),
            payload=chunks[_PAYLOAD],
        )
    except (KeyError, ValueError, OverflowError):
        return None


def _chunks(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = _HEAD.size
    while at + _CHUNK.size <= len(data):
        vendor, kind, length = _CHUNK.unpack_from(data, at)
        if length < _CHUNK.size or at + length > len(data):
            raise ValueError("a chunk that does not fit")
        if vendor == 0:
            yield kind, data[at + _CHUNK.size : at + length]
        at += length


def _number(content: bytes) -> int:
    return int.from_bytes(content, "big")


def _address(content: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET if len(content) == _IPV4_BYTES else socket.AF_INET6, content)
