"""The queue_log parser, and what its lines say of agents."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.domain import events as ev
from cti.records.members import member_events
from cti.records.parsed import LONGEST_RECORD, moment
from cti.records.queue_log import GARBAGE, QueueLine, parse_queue_log
from tests.support.records import at, log_line
from tests.support.traces import TRACES

# A machine that does other work must not fail a test by its clock.
PATIENT = settings(deadline=None)

WORDS = st.text(st.characters(exclude_characters="|\n\r", exclude_categories=["Cs"]), max_size=20)
LINES = st.lists(
    st.builds(
        lambda seconds, queue, event, data: QueueLine(at(seconds), "c1", queue, "1001", event, tuple(data)),
        st.integers(0, 100_000),
        WORDS,
        st.sampled_from(["ENTERQUEUE", "CONNECT", "PAUSE", "ABANDON"]),
        st.lists(WORDS, max_size=4),
    ),
    min_size=1,
    max_size=8,
)


def found(data: bytes) -> list[QueueLine]:
    return [placed.record for placed in parse_queue_log(data).records]


@pytest.mark.parametrize("file", sorted(TRACES.glob("*/queue_log")), ids=lambda p: p.parent.name)
def test_every_line_of_a_real_file_is_read(file: Path) -> None:
    data = file.read_bytes()
    parsed = parse_queue_log(data)
    assert (len(parsed.records), parsed.consumed, parsed.bad) == (data.count(b"\n"), len(data), 0)


@PATIENT
@given(LINES, st.data())
def test_read_in_two_pieces_the_file_says_the_same(wanted: list[QueueLine], data: st.DataObject) -> None:
    whole = b"".join(map(log_line, wanted))
    first = parse_queue_log(whole[: data.draw(st.integers(0, len(whole)))])
    rest = parse_queue_log(whole[first.consumed :])
    assert [p.record for p in (*first.records, *rest.records)] == wanted


@PATIENT
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise_or_hide_the_next_line(garbage: bytes) -> None:
    after = QueueLine(at(1), "c1", "service", "1001", "PAUSE", ("lunch",))
    assert found(garbage + b"\n" + log_line(after))[-1] == after


@pytest.mark.parametrize(
    "line", ["", "x", "1|2|3|4", "1762074000|c|q|a|paused|x", "no|c|q|a|PAUSE|x", "-1|c|q|a|PAUSE"]
)
def test_what_is_no_line_is_counted_and_keeps_its_place(line: str) -> None:
    parsed = parse_queue_log(line.encode() + b"\n")
    assert [p.record for p in parsed.records] == [GARBAGE]
    assert parsed.bad == 1


def test_an_endless_line_is_given_up() -> None:
    assert parse_queue_log(b"x" * (LONGEST_RECORD + 1)).consumed == LONGEST_RECORD + 1
    assert parse_queue_log(b"x" * 100).consumed == 0


@pytest.mark.parametrize("text", ["", ".", "1.", "1.0000001", "٣", "1e5", "-1", "999999999999", " 1"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        moment(text)


def test_a_reason_keeps_its_bars_commas_and_quotes() -> None:
    (paused,) = member_events(found(b'1762074000|NONE|service|1001|PAUSE|lunch|a, "b"\n'))
    assert isinstance(paused, ev.MemberPaused)
    assert (paused.agent, paused.queue, paused.reason) == ("1001", "service", 'lunch|a, "b"')
    assert paused.source is ev.Source.RECORD


def test_members_that_are_no_agents_of_ours_say_nothing() -> None:
    lines = b"1762074000|MANAGER|service|PJSIP/1001|ADDMEMBER|\n1762074000|MANAGER|service|Bob|PAUSE|x\n"
    assert member_events(found(lines)) == ()


def test_a_pause_everywhere_is_told_once_for_each_queue() -> None:
    lines = b"1762074000|NONE|NONE|1001|PAUSEALL|lunch\n1762074000|NONE|service|1001|PAUSE|lunch\n"
    assert [e.queue for e in member_events(found(lines)) if isinstance(e, ev.MemberPaused)] == ["service"]
