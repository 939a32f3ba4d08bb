"""Framing and parsing of AMI: every split point, hostile texts, hostile peers."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cti.ami.framing import (
    Framer,
    MessageTooLong,
    NotAsterisk,
    channel_variables,
    event_name,
    parse,
)

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
# A busy machine is no fault of the code under test.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
WANTED = frozenset({b"Newchannel", b"Hangup"})
STREAM = (
    GREETING
    + (
        "Response: Success\r\nActionID: a/1\r\nMessage: Authentication accepted\r\n\r\n"
        "Event: Newchannel\r\nPrivilege: call,all\r\nCallerIDName: 李娜 🦊\r\nUniqueid: 1\r\n\r\n"
        "Event: VarSet\r\nVariable: X\r\nValue: Event: Hangup\r\n\r\n"
        "\r\n"
        "Event: CoreShowChannel\r\nActionID: a/2\r\nChannel: PJSIP/1001-1\r\n\r\n"
        "Event: Hangup\r\nUniqueid: 1\r\nCause-txt: \r\n\r\n"
    ).encode()
)
HOSTILE = (
    '"quoted"',
    "${SHELL(rm -rf /)}",
    "<script>alert(1)</script>",
    "李娜 🦊 e\u0301",
    "x" * 200,
    "",
    ": ",
    "a: b: c:",
    "ends with a colon:",
    "line\nfeed",
    "carriage\rreturn",
    "Event: Hangup",
    "\0",
    "%0d%0a",
    "anonymous",
)


def feed_all(pieces: list[bytes], **kwargs: bool) -> list[bytes]:
    framer = Framer(WANTED)
    return [raw for piece in pieces for raw in framer.feed(piece, **kwargs)]


def test_every_single_split_point_gives_the_same_messages() -> None:
    whole = feed_all([STREAM])
    assert [raw[:17] for raw in whole] == [
        b"Response: Success",
        b"Event: Newchannel",
        b"Event: CoreShowCh",
        b"Event: Hangup\r\nUn",
    ]
    for cut in range(len(STREAM) + 1):
        assert feed_all([STREAM[:cut], STREAM[cut:]]) == whole


@PATIENT
@given(st.sets(st.integers(0, len(STREAM))))
@example(set(range(len(STREAM))))
def test_any_number_of_split_points_gives_the_same_messages(cuts: set[int]) -> None:
    points = sorted({0, len(STREAM), *cuts})
    pieces = [STREAM[start:end] for start, end in pairwise(points)]
    assert feed_all(pieces) == feed_all([STREAM])


def test_an_unwanted_event_is_dropped_unless_it_may_answer_an_action() -> None:
    assert len(feed_all([STREAM], replies_expected=False)) == len(feed_all([STREAM])) - 1


@pytest.mark.parametrize("name", [b"New", b"NewchannelX", b"newchannel", b""])
def test_a_name_is_wanted_as_a_whole(name: bytes) -> None:
    assert feed_all([GREETING + b"Event: " + name + b"\r\nChannel: Newchannel\r\n\r\n"]) == []


def test_an_event_may_have_no_fields() -> None:
    (raw,) = feed_all([GREETING + b"Event: Hangup\r\n\r\n"])
    assert event_name(raw) == b"Hangup"
    assert parse(raw) == {"Event": "Hangup"}


# No CR LF: Asterisk cannot carry it in a value either.
values = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "\r\n" not in text)
keys = st.from_regex(r"[A-Za-z][A-Za-z0-9_()/-]{0,20}", fullmatch=True)


def framed(fields: dict[str, str]) -> bytes:
    lines = ["Event: Newchannel", *(f"{key}: {value}" for key, value in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def ends_cleanly(fields: dict[str, str]) -> bool:
    """A value whose end or beginning would complete a CR LF with the line's own is not one value any more."""
    return not any(value.endswith("\r") for value in fields.values())


@PATIENT
@given(st.dictionaries(keys, values, min_size=1).filter(ends_cleanly), st.integers(0, 400))
@example(dict(zip("abcdefghijklmno", HOSTILE, strict=True)), 7)
def test_texts_survive_framing_and_parsing_at_any_split(fields: dict[str, str], cut: int) -> None:
    fields.pop("Event", None)
    stream = GREETING + framed(fields)
    (raw,) = feed_all([stream[:cut], stream[cut:]])
    assert parse(raw) == {"Event": "Newchannel", **fields}


@PATIENT
@given(st.binary())
def test_bytes_that_are_not_utf8_never_raise_and_can_be_encoded_again(value: bytes) -> None:
    for raw in feed_all([GREETING + b"Event: Hangup\r\nName: " + value + b"\r\nUniqueid: 1\r\n\r\n"]):
        fields = parse(raw)
        assert "".join(fields.values()).encode()
        if b"\r\n" not in value:
            assert fields["Name"] == value.decode("utf-8", "replace")
            assert fields["Uniqueid"] == "1"


@PATIENT
@given(st.binary(max_size=300))
def test_any_bytes_after_the_greeting_are_survived(junk: bytes) -> None:
    for raw in feed_all([GREETING + junk + b"\r\n\r\n"]):
        parse(raw)


def test_repeated_keys_are_joined_in_order() -> None:
    fields = parse(b"Event: X\r\nChanVariable: A=1\r\nOutput: a\r\nChanVariable: B=x=y\r\nOutput: b")
    assert fields["Output"] == "a\nb"
    assert channel_variables(fields) == {"A": "1", "B": "x=y"}


def test_variables_of_the_other_channel_have_a_key_of_their_own() -> None:
    fields = parse(b"Event: DialBegin\r\nChanVariable: RD_CALL=1\r\nDestChanVariable: RD_CALL=2")
    assert channel_variables(fields) == {"RD_CALL": "1"}
    assert channel_variables(fields, "DestChanVariable") == {"RD_CALL": "2"}
    assert channel_variables({}) == {}


def test_an_empty_value_may_be_written_without_the_space() -> None:
    assert parse(b"Event: X\r\nKeys:\r\nLang: zh\r\nLast:") == {
        "Event": "X",
        "Keys": "",
        "Lang": "zh",
        "Last": "",
    }


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x", b"Asterisk Call\r\n", b"X"]
)
def test_another_kind_of_server_is_recognised(first: bytes) -> None:
    with pytest.raises(NotAsterisk, match="greeted with"):
        Framer(WANTED).feed(first)


def test_a_greeting_without_an_end_is_not_waited_for() -> None:
    with pytest.raises(NotAsterisk):
        Framer(WANTED).feed(GREETING.strip() + b"1" * 300)


def test_the_version_is_kept() -> None:
    framer = Framer(WANTED)
    framer.feed(GREETING[:-1])
    assert framer.version is None
    framer.feed(GREETING[-1:])
    assert framer.version == "11.0.0"


def test_a_message_without_an_end_is_bounded() -> None:
    framer = Framer(WANTED, max_bytes=1000)
    framer.feed(GREETING + b"x" * 1000)
    with pytest.raises(MessageTooLong):
        framer.feed(b"x")
