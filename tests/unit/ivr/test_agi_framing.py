"""The bytes of AGI: each fault of the protocol and of pyst2's framing has a test of its name."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.agi.framing import (
    MAX_ENVIRONMENT_LINES,
    MAX_LINE_IN,
    MAX_LINE_OUT,
    MAX_USAGE_LINES,
    AgiLineRefused,
    AgiProtocolError,
    AgiStream,
    Reply,
    command_line,
    quote,
)

ENVIRONMENT = b"agi_network: yes\nagi_channel: PJSIP/trunk-1\nagi_callerid: 138\n\n"
CONVERSATION = (
    ENVIRONMENT
    + "200 result=1 (王伟 (sales) 100)\n".encode()
    + b"100 Trying\nHANGUP\n511 Command Not Permitted on a dead channel\n"
    + b"520-Invalid command syntax.  Proper usage follows:\n Usage: HANGUP [<channel>]\nHANGUP\n"
    + b"520 End of proper usage.\n200 result=49 endpos=8000\n200 result= (timeout)\n"
)
REPLIES = [
    Reply(200, "1", "王伟 (sales) 100", 0),
    Reply(511, "", "Command Not Permitted on a dead channel", 0),
    Reply(520, "", "Invalid command syntax.  Proper usage follows:\n Usage: HANGUP [<channel>]\nHANGUP", 0),
    Reply(200, "49", "", 8000),
    Reply(200, "", "timeout", 0),
]


def begun() -> AgiStream:
    stream = AgiStream()
    stream.feed(ENVIRONMENT)
    return stream


def reply(line: str) -> Reply:
    (only,) = begun().feed(line.encode() + b"\n")
    return only


# ---- what Asterisk sends


@given(st.lists(st.integers(0, len(CONVERSATION)), max_size=6))
def test_a_conversation_reads_the_same_wherever_it_is_split(cuts: list[int]) -> None:
    stream = AgiStream()
    edges = [0, *sorted(cuts), len(CONVERSATION)]
    replies = [one for a, b in pairwise(edges) for one in stream.feed(CONVERSATION[a:b])]
    assert replies == REPLIES
    assert stream.hung_up
    assert stream.environment == {
        "agi_network": "yes",
        "agi_channel": "PJSIP/trunk-1",
        "agi_callerid": "138",
    }


def test_every_single_split_point_even_inside_a_character() -> None:
    for cut in range(len(CONVERSATION) + 1):
        stream = AgiStream()
        assert stream.feed(CONVERSATION[:cut]) + stream.feed(CONVERSATION[cut:]) == REPLIES


def test_hangup_is_never_a_reply() -> None:
    """P16-P19 of panoramisk's server, and pyst2's ValueError."""
    stream = begun()
    assert stream.feed(b"HANGUP\n") == []
    assert stream.hung_up
    assert stream.feed(b"200 result=0\n") == [Reply(200, "0", "", 0)]


def test_a_520_block_is_one_reply() -> None:
    """P16-P19 of panoramisk's server takes its lines for replies to later commands."""
    stream = begun()
    replies = stream.feed(b"520-Invalid.\nUsage: ANSWER\n Answers.\n520 End of proper usage.\n200 result=0\n")
    assert replies == [Reply(520, "", "Invalid.\nUsage: ANSWER\n Answers.", 0), Reply(200, "0", "", 0)]


def test_a_520_line_without_a_block_is_a_reply() -> None:
    assert reply("520 Invalid command syntax.") == Reply(520, "", "Invalid command syntax.", 0)


def test_a_usage_text_that_does_not_end_is_not_followed_for_ever() -> None:
    """pyst2 loops for ever on 520 and the end of the connection."""
    with pytest.raises(AgiProtocolError, match="usage text"):
        begun().feed(b"520-Usage\n" + b"x\n" * (MAX_USAGE_LINES + 1))


@pytest.mark.parametrize(
    ("line", "result", "data", "end"),
    [
        ("200 result=0", "0", "", 0),
        ("200 result=1 (a (b) c)", "1", "a (b) c", 0),
        ("200 result=1 ())(()", "1", "))((", 0),
        ("200 result=1 (hangup)", "1", "hangup", 0),
        ("200 result=1 (timeout)", "1", "timeout", 0),
        ("200 result=1 (200 result=-1)", "1", "200 result=-1", 0),
        ("200 result=1 ()", "1", "", 0),
        ("200 result=-1 endpos=160", "-1", "", 160),
        ("200 result=35 (dtmf) endpos=8000", "35", "dtmf", 8000),
        ("200 result=1 (endpos=9) endpos=7", "1", "endpos=9", 7),
        ("200 result= (timeout)", "", "timeout", 0),
        ("200 result=*", "*", "", 0),
        ("200 result=0 endpos=x", "0", "", 0),
        ("200 result=0\r", "0", "", 0),
    ],
)
def test_a_value_reaches_from_the_first_parenthesis_to_the_last(
    line: str, result: str, data: str, end: int
) -> None:
    assert reply(line) == Reply(200, result, data, end)


@given(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])))
def test_any_value_comes_back_as_it_was(value: str) -> None:
    """A caller may be called anything: nothing is decided by the text of a value."""
    assert reply(f"200 result=1 ({value})") == Reply(200, "1", value, 0)


def test_an_environment_keeps_values_with_colons_and_the_first_of_a_name() -> None:
    stream = AgiStream()
    stream.feed(b"agi_request: agi://127.0.0.1:4573/hotline\nagi_callerid: 1\nagi_callerid: 2\nnonsense\n\n")
    assert stream.environment == {"agi_request": "agi://127.0.0.1:4573/hotline", "agi_callerid": "1"}


def test_bytes_that_are_no_utf8_are_shown_as_such_and_break_nothing() -> None:
    stream = AgiStream()
    stream.feed(b"agi_calleridname: \xff\xfe\n\n")
    assert stream.environment == {"agi_calleridname": "\ufffd\ufffd"}


@pytest.mark.parametrize(
    "line", [b"hello\n", b"\n", b"20 result=0\n", b"2000 result=0\n", "２００ x\n".encode()]
)
def test_a_line_that_is_no_reply_ends_the_connection(line: bytes) -> None:
    with pytest.raises(AgiProtocolError):
        begun().feed(line)


def test_what_does_not_end_is_bounded() -> None:
    with pytest.raises(AgiProtocolError, match="line"):
        begun().feed(b"2" * (MAX_LINE_IN + 1))
    with pytest.raises(AgiProtocolError, match="environment"):
        AgiStream().feed(b"agi_x: y\n" * (MAX_ENVIRONMENT_LINES + 1))
    with pytest.raises(AgiProtocolError, match="line"):
        AgiStream().feed(b"G" * (MAX_LINE_IN + 1))


@given(st.lists(st.binary(max_size=80), max_size=8))
def test_any_bytes_are_read_or_refused(chunks: list[bytes]) -> None:
    stream = AgiStream()
    try:
        for chunk in [ENVIRONMENT, *chunks]:
            assert all(isinstance(one, Reply) for one in stream.feed(chunk))
    except AgiProtocolError:
        return


# ---- what is sent to Asterisk


def unquoted(argument: str) -> list[str]:
    """Asterisk's own reading of a line, after parse_args in res_agi.c: quotes, backslashes, blanks."""
    words: list[str] = []
    word, inside, escaped, begun_word = "", False, False, False
    for character in argument:
        if escaped:
            word, escaped, begun_word = word + character, False, True
        elif character == "\\":
            escaped = True
        elif character == '"':
            inside, begun_word = not inside, True
        elif character in " \t" and not inside:
            if begun_word:
                words.append(word)
            word, begun_word = "", False
        else:
            word, begun_word = word + character, True
    return [*words, word] if begun_word else words


@given(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=300))
def test_quote_escapes_what_asterisk_would_read(value: str) -> None:
    """pyst2's `_quote` escapes nothing: a quote in a name ends the argument."""
    line = command_line("SET VARIABLE", ["NAME", quote(value)])
    assert unquoted(line.decode().removesuffix("\n")) == ["SET", "VARIABLE", "NAME", value]


@given(
    st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), min_size=1, max_size=100)
)
def test_an_argument_that_pyst2_does_not_quote_stays_one_argument(value: str) -> None:
    line = command_line("STREAM FILE", [value, quote(""), 0])
    assert unquoted(line.decode().removesuffix("\n")) == ["STREAM", "FILE", value, "", "0"]


@given(st.text(max_size=50), st.sampled_from("\r\n\0"), st.text(max_size=50), st.booleans())
def test_a_line_break_or_nul_never_reaches_asterisk(before: str, bad: str, after: str, quoted: bool) -> None:
    value = before + bad + after
    with pytest.raises(AgiLineRefused):
        command_line("SET VARIABLE", ["NAME", quote(value) if quoted else value])


def test_a_line_over_2047_bytes_is_refused_not_cut() -> None:
    frame = len(b'NOOP ""\n')
    assert len(command_line("NOOP", [quote("x" * (MAX_LINE_OUT - frame))])) == MAX_LINE_OUT
    with pytest.raises(AgiLineRefused, match="2048 bytes"):
        command_line("NOOP", [quote("x" * (MAX_LINE_OUT - frame + 1))])
    with pytest.raises(AgiLineRefused):
        command_line("NOOP", [quote("王" * 700)])  # bytes count, not characters


def test_what_utf8_cannot_carry_is_refused() -> None:
    with pytest.raises(AgiLineRefused, match="UTF-8"):
        command_line("NOOP", ["\udcff"])


def test_empty_arguments_of_pyst2_leave_no_blanks() -> None:
    assert command_line("HANGUP", [""]) == b"HANGUP\n"
    assert command_line("SAY DATETIME", [0, quote(""), "", ""]) == b'SAY DATETIME 0 ""\n'
