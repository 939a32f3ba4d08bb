"""The folders in which one Asterisk lives, and the files in them that other parts read."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The kernel's limit for the path of a local socket is 108 bytes with the closing zero.
_LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True, slots=True)
class AsteriskFolders:
    """`root` belongs to Asterisk; `recordings` and `prompts` are shared with the service.

    An Asterisk of the owner's own has its configuration and its logs elsewhere: `own_etc`, `own_log`.
    """

    root: Path
    recordings: Path
    prompts: Path
    own_etc: Path | None = None
    own_log: Path | None = None

    @property
    def etc(self) -> Path:
        """The rendered configuration."""
        return self.own_etc or self.root / "etc"

    @property
    def log(self) -> Path:
        """Messages, queue_log, CEL and CDR."""
        return self.own_log or self.root / "log"

    @property
    def spool(self) -> Path:
        """Asterisk's spool; nothing of ours waits there."""
        return self.root / "spool"

    @property
    def lib(self) -> Path:
        """Sounds, music and the documentation that Asterisk's modules insist on."""
        return self.root / "lib"

    @property
    def sounds(self) -> Path:
        """Where Asterisk looks for prompts."""
        return self.lib / "sounds"

    @property
    def db(self) -> Path:
        """Asterisk's own database: queue members and contacts that survive a restart."""
        return self.root / "db"

    @property
    def run(self) -> Path:
        """The control socket and the process id; somewhere shorter when the path is too long for a socket."""
        folder = self.root / "run"
        if len(os.fsencode(folder / "asterisk.ctl")) <= _LONGEST_SOCKET_PATH:
            return folder
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"ringdesk-{os.getuid()}-{digest}"

    @property
    def incoming_recordings(self) -> Path:
        """What MixMonitor writes, before the recorder takes it over."""
        return self.recordings / "incoming"

    @property
    def asterisk_conf(self) -> Path:
        """The file that names all the others."""
        return self.etc / "asterisk.conf"

    @property
    def messages(self) -> Path:
        """Asterisk's log."""
        return self.log / "messages"

    @property
    def output(self) -> Path:
        """What Asterisk printed: the reason when it does not start."""
        return self.log / "output"

    @property
    def queue_log(self) -> Path:
        """Asterisk's journal of the queues, whole seconds."""
        return self.log / "queue_log"

    @property
    def cel(self) -> Path:
        """Channel events as CSV, microseconds; its columns are in `records.py`."""
        return self.log / "cel-custom" / "ringdesk.csv"

    @property
    def cdr(self) -> Path:
        """The billing record."""
        return self.log / "cdr-csv" / "Master.csv"

    def make(self) -> None:
        """Creates every folder; Asterisk makes neither cdr-csv nor cel-custom by itself."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.etc, self.run):
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.stat().st_uid != os.getuid():
                raise PermissionError(f"{folder} belongs to somebody else")
        for folder in (
            self.spool,
            self.db,
            self.sounds,
            self.lib / "keys",
            self.lib / "agi-bin",
            self.cel.parent,
            self.cdr.parent,
            self.incoming_recordings,
            self.prompts,
        ):
            folder.mkdir(parents=True, exist_ok=True)
