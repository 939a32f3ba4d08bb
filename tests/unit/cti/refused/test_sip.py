"""SIP as callers write it: who calls, what is offered, and nothing that could do harm."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.refused.sip import offered_sound, parse_message, user_of

INVITE = (
    b"INVITE sip:4001@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z\r\nf: <sip:138@x>;tag=1\r\n"
    b"To: <sip:4001@x>\r\ni: abc\r\nCSeq: 7 INVITE\r\nSubject: one\r\n two\r\n"
    b"Via: SIP/2.0/UDP far\r\n\r\nv=0\r\n"
)


def test_a_request_is_read() -> None:
    message = parse_message(INVITE)
    assert message is not None
    assert (message.method, message.target, message.status) == ("INVITE", "sip:4001@10.0.0.1", 0)
    assert (message.call_id, message.sequence) == ("abc", ("7", "INVITE"))
    assert message.headers["from"] == "<sip:138@x>;tag=1"
    assert message.headers["subject"] == "one two"
    assert message.headers["via"] == "SIP/2.0/UDP 10.0.0.9;branch=z"
    assert message.begins_dialog
    assert message.body == "v=0\r\n"


def test_a_response_is_read_and_a_request_within_a_dialog_begins_none() -> None:
    message = parse_message(b"SIP/2.0 488 Not Acceptable Here\r\nCall-ID: a\r\nTo: <sip:x>;tag=9\r\n\r\n")
    assert message is not None
    assert (message.method, message.status) == ("", 488)
    assert not message.begins_dialog


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"INVITE",
        b"SIP/2.0 abc OK\r\n\r\n",
        b"SIP/2.0 " + b"4" * 5000 + b" OK\r\n\r\n",
        b"SIP/2.0 0404 OK\r\n\r\n",
        "SIP/2.0 ٤٠٤ OK\r\n\r\n".encode(),
        b"\xff\xfe\r\n",
    ],
)
def test_what_is_no_message_is_none(data: bytes) -> None:
    assert parse_message(data) is None


@pytest.mark.parametrize(
    ("header", "user"),
    [
        ("<sip:+8613800138000@carrier>;tag=1", "+8613800138000"),
        ('"Li Na" <sip:138;phone-context=x@carrier>', "138"),
        ("sip:138@carrier;tag=x", "138"),
        ("<tel:+86138;phone-context=x>", "+86138"),
        ("<sips:138@carrier>", "138"),
        ("<sip:carrier.example>", ""),
        ('"<sip:999@evil>" <sip:138@carrier>', "138"),
        ('"a\\"<sip:999@evil>" <sip:138@carrier>', "138"),
        ("<sip:1%0d%0aX%00@x>", "1X"),
        ("<sip:%E6%9D%8E@x>", "李"),
        (f"<sip:{'9' * 90}@x>", "9" * 64),
        ("<http://138@x>", ""),
        ("", ""),
    ],
)
def test_the_user_of_an_address(header: str, user: str) -> None:
    assert user_of(header) == user


@pytest.mark.parametrize(
    "header",
    [
        "sip:1@x" + " " * 16_000 + ";tag=1",
        '"a"' + " " * 16_000 + ";",
        '"' + "\\" * 16_000,
        '"' + '\\"' * 8_000 + " " * 8_000,
        " " * 8_000 + "a" + " " * 8_000 + "b",
    ],
)
def test_a_header_that_is_made_to_hold_us_up_does_not(header: str) -> None:
    began = time.process_time()
    user_of(header)
    assert time.process_time() - began < 0.2


SDP = (
    "v=0\r\nc=IN IP4 x\r\nm=audio 4000 RTP/AVP 18 101\r\n"
    "a=rtpmap:18 G729/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)


def test_the_codecs_that_were_offered() -> None:
    sound = offered_sound(SDP)
    assert sound is not None
    assert (sound.codecs, sound.encrypted, sound.declined) == (("G729",), False, False)
    without_map = offered_sound(
        "m=audio 4000 RTP/AVP 0 8 99\r\nm=video 1 RTP/AVP 96\r\na=rtpmap:99 opus/1\r\n"
    )
    assert without_map is not None
    # The video's map is not the sound's.
    assert without_map.codecs == ("PCMU", "PCMA")


def test_encrypted_declined_and_none_at_all() -> None:
    encrypted = offered_sound(SDP.replace("RTP/AVP", "RTP/SAVPF"))
    declined = offered_sound(SDP.replace("audio 4000", "audio 0"))
    assert encrypted is not None
    assert encrypted.encrypted
    assert declined is not None
    assert declined.declined
    for body in ("", "v=0\r\n", "m=video 1 RTP/AVP 96\r\n", "m=audio 4000\r\n"):
        assert offered_sound(body) is None


def test_a_codecs_name_is_a_name() -> None:
    hostile = "m=audio 4000 RTP/AVP 96 97\r\na=rtpmap:96 <script>/1\r\na=rtpmap:97 " + "A" * 50 + "/1\r\n"
    sound = offered_sound(hostile)
    assert sound is not None
    assert sound.codecs == ()


@given(st.binary(max_size=400))
def test_whatever_comes_nothing_is_raised_and_nothing_grows(data: bytes) -> None:
    message = parse_message(data)
    if message is not None:
        assert all(len(user_of(value)) <= 64 for value in message.headers.values())
        offered_sound(message.body)
