"""The CEL parser: every record, whatever callers put into their names and wherever a file is torn."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.records import CEL_COLUMNS
from cti.reconciler.reader import CEL_FILE, QUEUE_LOG_FILE
from cti.records.cel import COLUMNS, CelRecord, parse_cel
from cti.records.parsed import LONGEST_RECORD
from tests.support.records import at, csv_line, entry
from tests.support.traces import TRACES

# A machine that does other work must not fail a test by its clock.
PATIENT = settings(deadline=None)

HOSTILE = [
    'O\'Neil, "Bob"',
    "two\nlines",
    'two\r\n"CHAN_START","1.5","x"',
    '\n"HANGUP","1762074000.000001",',
    "${SHELL(reboot)}",
    "<script>alert(1)</script>",
    "李娜 😀",
    '"""',
    ",,,",
    "",
    "x" * 200,
]
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))


def records() -> st.SearchStrategy[list[CelRecord]]:
    return st.lists(
        st.builds(
            lambda seconds, number, name: replace(entry("CHAN_START", seconds), number=number, name=name),
            st.integers(0, 10_000_000).map(lambda n: n / 1000),
            TEXT,
            TEXT,
        ),
        min_size=1,
        max_size=6,
    )


def found(data: bytes) -> list[CelRecord]:
    return [placed.record for placed in parse_cel(data).records]


def test_the_columns_and_files_are_those_that_asterisk_is_told_to_write() -> None:
    root = AsteriskFolders(root=TRACES, recordings=TRACES, prompts=TRACES)
    assert COLUMNS == CEL_COLUMNS
    assert (root.log / CEL_FILE, root.log / QUEUE_LOG_FILE) == (root.cel, root.queue_log)


@pytest.mark.parametrize("file", sorted(TRACES.glob("*/cel.csv")), ids=lambda p: p.parent.name)
def test_every_line_of_a_real_file_is_read(file: Path) -> None:
    data = file.read_bytes()
    parsed = parse_cel(data)
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert (len(parsed.records), parsed.consumed, parsed.bad) == (len(rows), len(data), 0)
    assert [p.record.unique_id for p in parsed.records] == [row[2] for row in rows]


@PATIENT
@given(records())
def test_whatever_a_caller_is_called_every_record_is_found_at_its_place(wanted: list[CelRecord]) -> None:
    data = b"".join(map(csv_line, wanted))
    parsed = parse_cel(data)
    assert [p.record for p in parsed.records] == wanted
    assert (parsed.consumed, parsed.bad) == (len(data), 0)
    for placed in parsed.records:
        assert found(data[placed.offset :])[0] == placed.record


@PATIENT
@given(records(), st.data())
def test_read_in_two_pieces_the_file_says_the_same(wanted: list[CelRecord], data: st.DataObject) -> None:
    whole = b"".join(map(csv_line, wanted))
    cut = data.draw(st.integers(0, len(whole)))
    first = parse_cel(whole[:cut])
    rest = parse_cel(whole[first.consumed :])
    assert [p.record for p in (*first.records, *rest.records)] == wanted
    assert first.bad == rest.bad == 0


@PATIENT
@given(records(), st.integers(1, 100))
def test_behind_a_torn_record_the_next_ones_are_found(wanted: list[CelRecord], cut: int) -> None:
    torn = csv_line(entry("HANGUP", 1, name='a "b"\nc'))[:cut]
    following = b"".join(map(csv_line, wanted))
    assert found(torn + b"\n" + following)[-len(wanted) :] == wanted


@PATIENT
@given(records(), st.integers(1, 100))
def test_a_record_written_onto_the_remains_of_another_is_found(wanted: list[CelRecord], cut: int) -> None:
    torn = csv_line(entry("HANGUP", 1, name='a "b"\nc'))[:cut]
    plain, last = entry("ANSWER", 2), entry("HANGUP", 3)
    read = found(torn + b"".join(map(csv_line, [plain, *wanted, last])))
    assert read[-len(wanted) - 2 :] == [plain, *wanted, last]


@PATIENT
@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(garbage: bytes) -> None:
    parsed = parse_cel(garbage)
    assert 0 <= parsed.consumed <= len(garbage)
    after = csv_line(entry("HANGUP", 1))
    assert found(garbage + b"\n" + after + after)[-1] == entry("HANGUP", 1)


def test_a_half_written_record_waits_for_its_rest() -> None:
    line = csv_line(entry("HANGUP", 1, name="a\nb"))
    for cut in range(len(line)):
        assert parse_cel(line[:cut]).records == ()
        assert parse_cel(line[:cut]).consumed == 0


def test_an_endless_record_is_given_up() -> None:
    parsed = parse_cel(b'"' + b"x\n" * LONGEST_RECORD + csv_line(entry("HANGUP", 1)))
    assert [p.record for p in parsed.records] == [entry("HANGUP", 1)]
    assert parse_cel(b"x" * (LONGEST_RECORD + 1)).consumed == LONGEST_RECORD + 1


def test_a_mark_of_the_dialplan_is_known_by_its_own_name() -> None:
    as_22 = csv_line(entry("RD_STEP", 1, extra='{"extra":"main|menu|1|1|zh"}'))
    assert found(as_22)[0].detail("extra") == "main|menu|1|1|zh"
    columns = ['"USER_DEFINED"', *as_22.decode().rstrip().split(",")[1:]]
    columns[COLUMNS.index("userdeftype")] = '"RD_STEP"'
    assert found(",".join(columns).encode() + b"\n")[0].kind == "RD_STEP"


def test_times_keep_their_microseconds() -> None:
    moment = at(3).replace(microsecond=999_999)
    assert found(csv_line(replace(entry("HANGUP", 1), at=moment)))[0].at == moment


@pytest.mark.parametrize("extra", ["", "{", "[1]", '{"hangupcause":16}', '{"hangupcause":null}'])
def test_a_detail_is_text_or_nothing(extra: str) -> None:
    assert entry("HANGUP", 1, extra=extra).detail("hangupcause") in ("", "16", "None")
