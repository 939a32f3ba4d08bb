"""What a console may say, and what is said to it."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from websockets.frames import Frame as WebsocketFrame
from websockets.frames import Opcode
from websockets.streams import StreamReader

from agent_console.gateway import protocol
from agent_console.gateway.protocol import (
    CloseCode,
    CloseConnection,
    Hello,
    PhoneOwner,
    PhoneReport,
    Pong,
    ResumePoint,
    Seen,
    parse,
)
from tests.unit.agent_console.moments import NOON


def test_the_messages_of_the_contract() -> None:
    assert parse('{"type":"hello"}') == Hello(type="hello", resume=None)
    assert parse('{"type":"hello","resume":null}') == Hello(type="hello")
    resumed = parse('{"type":"hello","resume":{"epoch":"e/all","seq":7}}')
    assert resumed == Hello(type="hello", resume=ResumePoint(epoch="e/all", seq=7))
    report = parse('{"type":"phone","owner":true,"registered":true,"muted":false}')
    assert report == PhoneReport(type="phone", owner=True, registered=True, muted=False)
    assert parse('{"type":"seen","call":"rd-1"}') == Seen(type="seen", call="rd-1")
    assert parse('{"type":"pong"}') == Pong(type="pong")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"hello"',
        "{",
        '{"type":"hello"',
        '{"type":"HELLO"}',
        '{"type":"snapshot"}',
        '{"type":"hello","resume":{"epoch":"e","seq":-1}}',
        '{"type":"hello","resume":{"epoch":"e","seq":1.5}}',
        '{"type":"hello","resume":{"epoch":"e","seq":"1"}}',
        '{"type":"hello","resume":{"epoch":"e","seq":9007199254740993}}',
        '{"type":"hello","more":1}',
        '{"type":"phone","owner":1,"registered":true,"muted":false}',
        '{"type":"phone","owner":true}',
        '{"type":"seen","call":""}',
        '{"type":"seen","call":"\\ud800"}',
        '{"type":"pong","__proto__":{}}',
        '{"type":' * 500,
        "[" * 4000,
        "NaN",
    ],
)
def test_what_is_not_of_the_protocol_is_malformed(text: str) -> None:
    with pytest.raises(CloseConnection) as problem:
        parse(text)
    assert problem.value.code is CloseCode.MALFORMED


def test_a_binary_message_is_malformed() -> None:
    with pytest.raises(CloseConnection) as problem:
        parse(None)
    assert problem.value.code is CloseCode.MALFORMED


@pytest.mark.parametrize("padding", ["x" * 4096, "界" * 1400])
def test_what_is_too_large_is_not_even_parsed(padding: str) -> None:
    with pytest.raises(CloseConnection) as problem:
        parse(f'{{"type":"seen","call":"{padding}"}}')
    assert problem.value.code is CloseCode.TOO_LARGE


hostile_objects = st.dictionaries(st.text(max_size=60), st.none() | st.booleans(), max_size=2).map(
    lambda more: json.dumps({"type": "pong", **more}, ensure_ascii=False)
)
scalars_in_lists = st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)


@given(st.text(max_size=300) | scalars_in_lists | hostile_objects)
@example('{"type":"pong","' + "界" * 60 + '":1}')
def test_nothing_else_ever_comes_out_of_parsing(text: str) -> None:
    try:
        outcome: object = parse(text)
    except CloseConnection as problem:
        outcome = problem
    if isinstance(outcome, CloseConnection):
        assert outcome.code in (CloseCode.MALFORMED, CloseCode.TOO_LARGE)
        # The websocket standard has no room for more.
        assert len(outcome.reason.encode()) <= 123
    else:
        assert isinstance(outcome, Hello | PhoneReport | Seen | Pong)


@given(st.dictionaries(st.text(), st.text() | st.none() | st.integers()))
def test_whatever_a_caller_is_called_the_frame_is_valid(value: dict[str, object]) -> None:
    json_text = protocol.to_json(value)
    json_text.encode()  # a half surrogate would end the connection of everyone who sees the call
    frame = protocol.delta(3, NOON, [protocol.change("calls", "</script>\ud800", json_text)])
    message = json.loads(frame.text.encode())
    assert message["changes"] == [{"kind": "calls", "id": "</script>\ud800", "value": value}]
    assert (message["seq"], message["at"]) == (3, "2026-03-01T12:00:00.000Z")


def test_frames_for_the_phone() -> None:
    assert json.loads(protocol.phone_order("answer", 'a"b').text) == {
        "type": "phone",
        "do": "answer",
        "call": 'a"b',
    }
    assert json.loads(protocol.phone_owner(PhoneOwner.ANOTHER).text) == {
        "type": "phone_owner",
        "owner": "another",
    }
    assert json.loads(protocol.PING.text) == {"type": "ping"}


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_on_the_wire_is_what_a_websocket_client_reads(length: int) -> None:
    text = "é" + "x" * (length - 2) if length > 1 else "x" * length
    reader = StreamReader()
    reader.feed_data(protocol.Frame(text).wire)
    parsing = WebsocketFrame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as done:
        next(parsing)
    frame = done.value.value
    assert (frame.opcode, frame.fin, bytes(frame.data).decode()) == (Opcode.TEXT, True, text)
    assert reader.buffer == b""
