"""Following a file: nothing is read twice, nothing is missed while any trace of it is left."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cti.reconciler.tail import Place, Tail

LINE = b"1762074000|NONE|NONE|NONE|QUEUESTART|\n"
OTHER = b"1762099999|NONE|NONE|NONE|QUEUESTART|\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


def append(file: Path, data: bytes) -> None:
    with file.open("ab") as opened:
        opened.write(data)


def older(file: Path, seconds: float) -> None:
    """Rotated files are told apart by their age, which a test makes within a moment."""
    then = file.stat().st_mtime - seconds
    os.utime(file, (then, then))


def rest(tail: Tail) -> bytes:
    """Everything up to the end."""
    data = b""
    while piece := tail.next():
        data += piece
        tail.advance(len(piece))
    return data


def test_what_is_added_is_read_once(file: Path) -> None:
    tail = Tail(file)
    assert tail.next() == b""
    for line in (LINE, b"a\n", b"b\n"):
        append(file, line)
        assert rest(tail) == line
        assert rest(tail) == b""
    assert not tail.lost


def test_what_was_not_understood_is_read_again(file: Path) -> None:
    append(file, LINE + b"half")
    tail = Tail(file)
    assert tail.next() == LINE + b"half"
    tail.advance(len(LINE))
    append(file, b" and half\n")
    assert tail.next() == b"half and half\n"


def test_a_remembered_place_goes_on_where_it_was(file: Path) -> None:
    append(file, LINE)
    first = Tail(file)
    rest(first)
    append(file, b"after\n")
    assert rest(Tail(file, first.place)) == b"after\n"


def test_a_renamed_file_is_read_to_its_end_before_the_new_one(file: Path) -> None:
    append(file, LINE)
    tail = Tail(file)
    rest(tail)
    append(file, b"last words\n")
    file.rename(file.with_name("queue_log.0"))
    assert rest(tail) == b"last words\n"
    append(file, OTHER)
    older(file.with_name("queue_log.0"), 10)
    assert rest(tail) == OTHER
    assert not tail.lost


class Meanwhile(Tail):
    """Something happens to the files just before one is read, or just after."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.before: Callable[[], object] | None = None
        self.after: Callable[[], object] | None = None

    def _read(self, file: Path) -> bytes:
        before, self.before = self.before, None
        if before:
            before()
        data = super()._read(file)
        after, self.after = self.after, None
        if after:
            after()
        return data


def test_a_last_line_that_is_written_when_the_end_was_just_read_is_not_missed(file: Path) -> None:
    append(file, LINE)
    tail = Meanwhile(file)
    rest(tail)
    renamed = file.with_name("queue_log.0")
    file.rename(renamed)

    def last_words() -> None:
        append(renamed, b"last words\n")
        append(file, OTHER)
        older(renamed, 10)

    tail.after = last_words
    assert rest(tail) + rest(tail) == b"last words\n" + OTHER


def test_a_file_that_is_renamed_just_before_it_is_read_is_found_again(file: Path) -> None:
    append(file, LINE)
    tail = Meanwhile(file)
    rest(tail)
    append(file, b"more\n")
    tail.before = lambda: file.rename(file.with_name("queue_log.0"))
    assert rest(tail) == b"more\n"
    assert tail.before is None
    assert not tail.lost


def test_a_place_in_a_file_that_was_renamed_twice_leads_through_all_of_them(file: Path) -> None:
    append(file, LINE)
    place = Tail(file)
    rest(place)
    append(file, b"one\n")
    middle = file.with_name("queue_log.0")
    file.rename(file.with_name("queue_log.1"))
    append(middle, OTHER + b"two\n")
    append(file, b"1762111111|three\n")
    older(file.with_name("queue_log.1"), 20)
    older(middle, 10)
    tail = Tail(file, place.place)
    assert rest(tail) == b"one\n" + OTHER + b"two\n" + b"1762111111|three\n"
    assert not tail.lost


def test_a_file_that_was_copied_away_and_emptied_is_read_from_the_copy(file: Path) -> None:
    append(file, LINE)
    tail = Tail(file)
    rest(tail)
    append(file, b"last words\n")
    shutil.copyfile(file, file.with_name("queue_log-20261102"))
    older(file.with_name("queue_log-20261102"), 10)
    os.truncate(file, 0)
    append(file, OTHER)
    assert rest(tail) == b"last words\n" + OTHER
    assert not tail.lost


@pytest.mark.parametrize("left", [b"", OTHER], ids=["emptied", "replaced"])
def test_a_file_that_is_gone_with_its_end_is_a_loss(file: Path, left: bytes) -> None:
    append(file, LINE * 3)
    tail = Tail(file)
    rest(tail)
    file.write_bytes(left)
    assert rest(tail) == left
    assert tail.lost


def test_a_folder_that_was_cleared_is_a_loss_and_the_next_file_is_read(file: Path) -> None:
    append(file, LINE)
    tail = Tail(file)
    rest(tail)
    file.unlink()
    assert rest(tail) == b""
    assert tail.lost
    append(file, OTHER)
    assert rest(tail) == OTHER


def test_the_half_line_at_the_end_of_a_renamed_file_is_its_last_word(file: Path) -> None:
    append(file, LINE + b"half")
    tail = Tail(file)
    tail.next()
    tail.advance(len(LINE))
    assert not tail.is_last_word
    file.rename(file.with_name("queue_log.0"))
    assert not tail.is_last_word
    append(file, OTHER)
    assert tail.is_last_word


def test_a_large_file_is_not_read_from_its_beginning(file: Path) -> None:
    append(file, LINE)
    with file.open("r+b") as opened:
        opened.seek(500 << 20)
        opened.write(b"the end\n")
    looking = Tail(file)
    looking.look_back(8)
    assert rest(looking) == b"the end\n"
    assert rest(Tail(file, Place(LINE[:20], (500 << 20) + 4))) == b"end\n"
