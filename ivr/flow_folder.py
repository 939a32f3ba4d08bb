"""Flows as files of one folder: `<name>.yaml` is published, `<name>.draft.yaml` is its draft."""

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG

from ivr.flow.loader import MAX_BYTES
from ivr.flow.source import Edition, Stage, Unreadable

_PUBLISHED, _DRAFT = ".yaml", ".draft.yaml"


class FlowFolder:
    """A FlowSource. The version of a file is the time of its last change, in UTC."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listed(self, stage: Stage) -> Mapping[str, Hashable]:
        """What is no file, or gone while it is looked at, is not listed."""
        ending = _ending(stage)
        drafts = set(self._folder.glob(f"*{_DRAFT}"))
        paths = drafts if stage is Stage.DRAFT else set(self._folder.glob(f"*{_PUBLISHED}")) - drafts
        marks = {path.name.removesuffix(ending): _mark(path) for path in sorted(paths)}
        return {name: mark for name, mark in marks.items() if mark is not None}

    def read(self, name: str, stage: Stage) -> Edition:
        """Its text as far as a flow may be long, and one byte more if it is longer."""
        path = self._folder / f"{name}{_ending(stage)}"
        return read_file(path, name, stage)


def read_file(path: Path, name: str, stage: Stage = Stage.PUBLISHED) -> Edition:
    """One file as an edition, wherever it lies. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
            changed = path.stat().st_mtime
    except OSError as error:
        raise Unreadable(
            str(path), f"the file cannot be read: {error.strerror}", "Check that it is there, and its rights"
        ) from None
    version = datetime.fromtimestamp(changed, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Edition(name, str(path), text, version, stage)


def _mark(path: Path) -> Hashable | None:
    """Changes with the file: in its time, its size or, when it was replaced, its inode."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino) if S_ISREG(status.st_mode) else None


def _ending(stage: Stage) -> str:
    return _DRAFT if stage is Stage.DRAFT else _PUBLISHED
