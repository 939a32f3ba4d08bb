"""Where finished recordings lie: a folder for each day; nothing outside it is ever reached."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from storage.recordings.names import RecordingName
from storage.tables import Recording

_BLOCK = 1 << 20


class PathRefused(ValueError):
    """A path that leads out of the store."""


class RecordingStore:
    """The folder of finished recordings; `incoming` is where Asterisk writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self.unreadable = root / "unreadable"

    def locate(self, path: str) -> Path:
        """The file behind a stored path. Raises PathRefused for anything that leads elsewhere."""
        relative = PurePosixPath(path)
        tricks = relative.is_absolute() or not relative.parts or ".." in relative.parts or "\0" in path
        if tricks or relative.parts[0] == self.incoming.name:
            raise PathRefused(f"not a path in the store: {path!r}")
        located = self.root / relative
        # A link inside the store may still lead out of it.
        if not located.resolve().is_relative_to(self.root.resolve()):
            raise PathRefused(f"not a path in the store: {path!r}")
        return located

    def state_of(self, recording: Recording) -> str:
        """Compare the file with its hash: `stored`, `missing` or `damaged`. Reads the whole file."""
        try:
            digest = sha256_of(self.locate(recording.path))
        except (PathRefused, FileNotFoundError, IsADirectoryError):
            return "missing"
        return "stored" if digest == recording.sha256 else "damaged"


def path_of(name: RecordingName, day: datetime) -> str:
    """Where in the store a recording of that day lies."""
    return f"{day.astimezone(UTC):%Y/%m/%d}/{name.stem}.wav"


def sha256_of(path: Path) -> str:
    """The hash of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make names in the folder survive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
