"""The one running instance of an installation: a lock, and a record of who it is for the other commands."""

import fcntl
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from ringdesk.installation.home import Home
from ringdesk.problem import Problem
from ringdesk.supervision.process import ProcessIdentity


@dataclass(frozen=True, slots=True)
class InstanceRecord:
    """What `ringdesk up` tells the commands in other terminals. `program`: the digest of its code."""

    process: ProcessIdentity
    started_at: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    ready: bool = False
    program: str = ""
    children: Mapping[str, ProcessIdentity] = field(default_factory=dict)


class InstanceLock:
    """Held as long as `ringdesk up` runs; the kernel gives it back however the process ends."""

    def __init__(self, home: Home) -> None:
        self._path = home.run / "up.lock"
        self._handle: int | None = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise Problem(
                f"Ringdesk already runs here (process {holder}); stop it with Ctrl-C in its terminal "
                f"or with: kill {holder}"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None


class InstanceFile:
    """The record on disk, replaced whole."""

    def __init__(self, home: Home) -> None:
        self._path = home.run / "instance.json"

    def read(self) -> InstanceRecord | None:
        """The last record, whether its process still runs or not; None when there is none or it is broken."""
        try:
            content = json.loads(self._path.read_text())
            children = {name: ProcessIdentity(**value) for name, value in content.pop("children").items()}
            process = ProcessIdentity(**content.pop("process"))
            return InstanceRecord(process=process, children=children, **content)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def write(self, record: InstanceRecord) -> None:
        """Replaces the record in one step."""
        handle, draft = tempfile.mkstemp(dir=self._path.parent, prefix=".instance-")
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(asdict(record), file)
            os.replace(draft, self._path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise

    def remove(self) -> None:
        """Called when nothing runs any more."""
        self._path.unlink(missing_ok=True)


def running_instance(home: Home) -> InstanceRecord | None:
    """The record of an instance that runs now."""
    record = InstanceFile(home).read()
    return record if record is not None and record.process.alive else None
