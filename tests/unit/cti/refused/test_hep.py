"""HEPv3 packets: read as they come, and whatever is no packet of our Asterisk is nothing."""

import ipaddress
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.refused.hep import parse_packet

KEY = "sesame"


def chunk(kind: int, content: bytes, vendor: int = 0) -> bytes:
    return struct.pack("!HHH", vendor, kind, len(content) + 6) + content


NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def packet(
    payload: bytes,
    *,
    at: datetime = NOON,
    key: str = KEY,
    v6: bool = False,
    without: int = 0,
    **ports: int,
) -> bytes:
    """As res_hep writes one; `without` leaves a chunk out."""
    source, destination = ("2001:db8::1", "2001:db8::2") if v6 else ("10.0.0.9", "10.0.0.1")
    addresses = [ipaddress.ip_address(one).packed for one in (source, destination)]
    chunks = {
        0x01: b"\x02",
        0x07: struct.pack("!H", ports.get("source_port", 5060)),
        0x08: struct.pack("!H", ports.get("destination_port", 5160)),
        0x09: struct.pack("!I", int(at.timestamp())),
        0x0A: struct.pack("!I", at.microsecond),
        0x05 if v6 else 0x03: addresses[0],
        0x06 if v6 else 0x04: addresses[1],
        0x0E: key.encode(),
        0x0F: payload,
    }
    body = b"".join(chunk(kind, content) for kind, content in chunks.items() if kind != without)
    return b"HEP3" + struct.pack("!H", len(body) + 6) + body


def test_a_packet_is_read() -> None:
    found = parse_packet(packet(b"INVITE"), KEY)
    assert found is not None
    assert found.at == NOON
    assert (found.source, found.source_port) == ("10.0.0.9", 5060)
    assert (found.destination, found.destination_port) == ("10.0.0.1", 5160)
    assert found.payload == b"INVITE"
    sixth = parse_packet(packet(b"x", v6=True), KEY)
    assert sixth is not None
    assert (sixth.source, sixth.destination) == ("2001:db8::1", "2001:db8::2")


def test_a_stranger_without_the_key_is_not_heard() -> None:
    assert parse_packet(packet(b"INVITE", key="wrong"), KEY) is None
    assert parse_packet(packet(b"INVITE", without=0x0E), KEY) is None


@pytest.mark.parametrize("missing", [0x03, 0x04, 0x07, 0x08, 0x09, 0x0A, 0x0F])
def test_a_packet_that_lacks_something_is_none(missing: int) -> None:
    assert parse_packet(packet(b"INVITE", without=missing), KEY) is None


def test_other_vendors_chunks_are_passed_over() -> None:
    body = packet(b"INVITE")[6:] + chunk(0x0F, b"theirs", vendor=7)
    found = parse_packet(b"HEP3" + struct.pack("!H", len(body) + 6) + body, KEY)
    assert found is not None
    assert found.payload == b"INVITE"


@given(st.binary(max_size=200))
def test_rubbish_is_none(data: bytes) -> None:
    assert parse_packet(data, KEY) is None


@given(st.data())
def test_a_spoilt_packet_never_raises(data: st.DataObject) -> None:
    whole = bytearray(packet(b"INVITE sip:1@x SIP/2.0\r\n\r\n"))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    parse_packet(bytes(whole[: data.draw(st.integers(0, len(whole)))]), KEY)
