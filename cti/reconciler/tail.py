"""Reads a growing file in pieces from a remembered place, also after it was rotated, copied away or cut."""

from dataclasses import dataclass, replace
from pathlib import Path

PIECE = 1 << 20
# So many first bytes tell a file from its successor: both files begin with a time. Unlike the inode they
# survive a copy, and are not given to another file.
_HEAD = 64


@dataclass(frozen=True, slots=True)
class Place:
    """A byte of one file, which is known by how it begins."""

    head: bytes = b""
    offset: int = 0


class Tail:
    """One file, read forward. `lost` is set when bytes were gone before they could be read.

    Blocks on the disk: call it in a thread.
    """

    def __init__(self, path: Path, place: Place | None = None) -> None:
        self._path = path
        self.place = place or Place()
        self.lost = False

    def next(self) -> bytes:
        """Up to a piece of bytes at the place, in whichever file they are now; empty when there are none."""
        while True:
            file = self._file()
            if file is None:
                return b""
            # Asked before reading: what is written until a file gets its successor is read then.
            final = self._has_successor(file)
            try:
                data = self._read(file)
            except FileNotFoundError:
                continue  # Renamed in this moment; it is found under its new name.
            if data or not final:
                return data
            self._turn_page(file)

    def advance(self, count: int) -> None:
        """So many bytes of the last piece were understood; the next one begins behind them."""
        self.place = replace(self.place, offset=self.place.offset + count)

    @property
    def is_last_word(self) -> bool:
        """Whether nothing is added any more to the file with our place: another one has its name."""
        file = self._file()
        return file is not None and self._has_successor(file)

    def look_back(self, most: int) -> None:
        """Begin at most so many bytes before the file's end instead of at its beginning."""
        if self._path.is_file():
            self.place = Place(_head(self._path), max(0, self._path.stat().st_size - most))

    def _file(self) -> Path | None:
        """Where the file with our place is now: under its own name, or renamed or copied beside it."""
        if self._holds_place(self._path):
            return self._path
        if self.place == Place():
            return None
        for sibling in self._siblings():
            if self._holds_place(sibling):
                return sibling
        self.lost, self.place = True, Place()
        return self._path if self._path.is_file() else None

    def _holds_place(self, file: Path) -> bool:
        try:
            return _head(file).startswith(self.place.head) and file.stat().st_size >= self.place.offset
        except (FileNotFoundError, IsADirectoryError):
            return False

    def _has_successor(self, file: Path) -> bool:
        """Whether nothing is added any more to a file, because another one has its name."""
        return file != self._path and self._path.is_file()

    def _read(self, file: Path) -> bytes:
        if len(self.place.head) < _HEAD:
            self.place = replace(self.place, head=_head(file))
        with file.open("rb") as opened:
            opened.seek(self.place.offset)
            return opened.read(PIECE)

    def _turn_page(self, file: Path) -> None:
        """Go to the file that follows a rotated one which is read to its end."""
        ages = {sibling: sibling.stat().st_mtime_ns for sibling in self._siblings()}
        younger = [sibling for sibling, age in ages.items() if age > ages.get(file, 0)]
        following = min(younger, key=lambda sibling: ages[sibling], default=self._path)
        self.place = Place(_head(following))

    def _siblings(self) -> list[Path]:
        return [f for f in self._path.parent.glob(f"{self._path.name}?*") if f.is_file()]


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_HEAD)
