"""The spool: order, bounds, and whole lines only, whatever happens to the disk."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from cti.recorder.spool import Spool, SpoolFull

ROOT = Path(__file__).parents[4]


def spool(folder: Path, max_bytes: int = 10_000, segment_bytes: int = 1024) -> Spool:
    return Spool(folder, max_bytes=max_bytes, segment_bytes=segment_bytes)


def taken(it: Spool) -> list[bytes]:
    lines: list[bytes] = []
    while (segment := it.oldest()) is not None:
        lines += segment.lines
        it.remove(segment)
    return lines


def test_lines_come_out_in_the_order_they_went_in(tmp_path: Path) -> None:
    it = spool(tmp_path)
    expected = [b"%04d" % number * 10 for number in range(200)]
    for start in range(0, 200, 7):
        it.append([line + b"\n" for line in expected[start : start + 7]])
    assert len(list(tmp_path.glob("*.jsonl"))) > 1
    assert it.count == 200
    assert taken(it) == expected
    assert (it.empty, it.count, it.size) == (True, 0, 0)


def test_what_comes_while_a_file_is_being_written_goes_to_another(tmp_path: Path) -> None:
    it = spool(tmp_path)
    it.append([b"first\n"])
    segment = it.oldest()
    it.append([b"second\n"])
    assert segment is not None
    it.remove(segment)
    assert taken(it) == [b"second"]


def test_a_new_run_goes_on_behind_the_old_one(tmp_path: Path) -> None:
    first = spool(tmp_path)
    first.append([b"a\n", b"b\n"])
    second = spool(tmp_path)
    second.append([b"c\n"])
    assert second.count == 3
    assert taken(second) == [b"a", b"b", b"c"]


def test_past_its_bound_nothing_is_added(tmp_path: Path) -> None:
    it = spool(tmp_path, max_bytes=10)
    it.append([b"12345678\n"])
    with pytest.raises(SpoolFull):
        it.append([b"x\n", b"y\n"])
    assert taken(it) == [b"12345678"]
    it.append([b"x\n"])
    assert taken(it) == [b"x"]


def test_a_half_written_last_line_is_left_out(tmp_path: Path) -> None:
    it = spool(tmp_path)
    it.append([b"whole\n"])
    it.close()
    (path,) = tmp_path.glob("*.jsonl")
    path.write_bytes(b'whole\n{"half":')
    segment = spool(tmp_path).oldest()
    assert segment is not None
    assert (list(segment.lines), segment.broken) == ([b"whole"], 1)


def test_its_files_are_private(tmp_path: Path) -> None:
    it = spool(tmp_path / "spool")
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    it.append([b"x\n"])


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from cti.recorder.spool import Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
spool = Spool(Path(sys.argv[1]), max_bytes=10**9, segment_bytes=10**9)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
fits, refused = 0, 0
for number in range(10):
    try:
        spool.append([b"%0299d\\n" % number])
        fits += 1
    except OSError as error:
        refused += 1
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        spool.append([b"%0299d\\n" % number])
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
lines = []
while (segment := spool.oldest()) is not None:
    assert segment.broken == 0
    lines += segment.lines
    spool.remove(segment)
assert [int(line) for line in lines] == list(range(10)), lines
assert refused >= 1, refused
"""


def test_a_disk_that_fills_up_leaves_whole_lines(tmp_path: Path) -> None:
    if resource.getrlimit(resource.RLIMIT_FSIZE)[1] not in (resource.RLIM_INFINITY, -1):
        pytest.fail("the machine limits the size of files, so this test cannot limit it by itself")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
