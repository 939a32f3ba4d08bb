"""Records that wait on disk for the database: numbered files of JSON lines, written through to the disk."""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

ENDING = ".jsonl"


class SpoolFull(OSError):
    """The spool's bound is reached."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of the spool with its whole lines, and how many broken ones were left out."""

    path: Path
    lines: Sequence[bytes]
    broken: int


class Spool:
    """Append at one end, take whole files at the other, from any thread. Not for use by two processes.

    Overflow rule: past `max_bytes` nothing is appended any more (SpoolFull); the caller keeps it in memory.
    """

    def __init__(self, folder: Path, *, max_bytes: int, segment_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._segment_bytes = segment_bytes
        self._file: FileIO | None = None
        self._lock = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = self._paths()
        self._next = _number(known[-1]) + 1 if known else 1
        self.size = sum(path.stat().st_size for path in known)
        self.count = sum(path.read_bytes().count(b"\n") for path in known)

    @property
    def empty(self) -> bool:
        """Nothing waits."""
        return not self._paths()

    def append(self, lines: Sequence[bytes]) -> None:
        """Add lines and return when they are on the disk.

        Raises SpoolFull or another OSError; then none of the lines was added.
        """
        with self._lock:
            self._append(b"".join(lines))
            self.count += len(lines)

    def _append(self, data: bytes) -> None:
        if self.size + len(data) > self._max_bytes:
            raise SpoolFull(f"{self.size} bytes wait for the database already")
        file = self._open_segment()
        start = file.tell()
        try:
            _write_all(file, data)
            os.fsync(file.fileno())
        except OSError:
            self._undo(file, start)
            raise
        self.size += len(data)

    def oldest(self) -> Segment | None:
        """The file to write next; new lines go to another one from now on."""
        with self._lock:
            paths = self._paths()
            if not paths:
                return None
            self._close()
            content = paths[0].read_bytes()
        *whole, rest = content.split(b"\n")
        return Segment(paths[0], [line for line in whole if line], broken=1 if rest else 0)

    def remove(self, segment: Segment) -> None:
        """The lines of the file are in the database."""
        with self._lock:
            size = segment.path.stat().st_size
            segment.path.unlink()
            self._sync_folder()
            self.size -= size
            self.count -= len(segment.lines)

    def close(self) -> None:
        """Close the file that is open."""
        with self._lock:
            self._close()

    def _open_segment(self) -> FileIO:
        if self._file is not None and self._file.tell() >= self._segment_bytes:
            self._close()
        if self._file is None:
            path = self._folder / f"{self._next:012}{ENDING}"
            self._next += 1
            # Unbuffered: what a failed write leaves behind must be on the disk or nowhere.
            self._file = FileIO(path, "xb")
            self._sync_folder()
        return self._file

    def _undo(self, file: FileIO, start: int) -> None:
        """Leave no part of a line behind; where that fails too, it stays the broken end of its file."""
        try:
            file.truncate(start)
        finally:
            self._close()
        if start == 0:
            Path(str(file.name)).unlink()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"[0-9]*{ENDING}"))

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _number(path: Path) -> int:
    return int(path.stem)


def _write_all(file: FileIO, data: bytes) -> None:
    """A full disk first writes a part without a word, and tells with the next."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
