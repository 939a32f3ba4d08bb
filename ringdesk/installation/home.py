"""The folders of one installation, all of them below RINGDESK_HOME."""

import os
from dataclasses import dataclass
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Home:
    """Names every place that Ringdesk writes to, so that nothing else in the code spells a path."""

    root: Path

    @classmethod
    def of_environment(cls) -> "Home":
        """The folder named by RINGDESK_HOME, or `var/` of the clone."""
        named = os.environ.get("RINGDESK_HOME", "")
        return cls(Path(named).expanduser().resolve() if named else CLONE / "var")

    @property
    def settings_file(self) -> Path:
        """What the owner of the machine sets by hand."""
        return self.root / "ringdesk.toml"

    @property
    def secrets(self) -> Path:
        """Generated secrets, one file each."""
        return self.root / "secrets"

    @property
    def asterisk(self) -> Path:
        """Asterisk's configuration, spool, logs and database."""
        return self.root / "asterisk"

    @property
    def recordings(self) -> Path:
        """Sound of finished calls."""
        return self.root / "recordings"

    @property
    def prompts(self) -> Path:
        """Spoken texts of the voice menus, one folder per language."""
        return self.root / "prompts"

    @property
    def certificates(self) -> Path:
        """The certificate authority of this installation and what it signed."""
        return self.root / "certificates"

    @property
    def console(self) -> Path:
        """The built console. It comes from the clone's sources alone, so all homes share it."""
        return CLONE / "agent_console" / "web" / "dist"

    @property
    def spool(self) -> Path:
        """Records that wait for the database."""
        return self.root / "spool"

    @property
    def log(self) -> Path:
        """Logs of the service, the watchdog and the set-up steps."""
        return self.root / "log"

    @property
    def run(self) -> Path:
        """What is true only while Ringdesk runs: lock, process ids."""
        return self.root / "run"

    @property
    def service_door(self) -> Path:
        """The socket file at which the service says how it is."""
        return self.run / "service.sock"

    @property
    def database_file(self) -> Path:
        """The default database."""
        return self.root / "ringdesk.db"

    @property
    def restored(self) -> Path:
        """There while a backup's database may be in place with the sessions that it had."""
        return self.root / ".restored"

    @property
    def upgrading(self) -> Path:
        """There while the tables are being changed for a newer version; it names the backup made before."""
        return self.root / ".upgrading"

    def make(self) -> None:
        """Creates the folders that have to be there before anything else; callers' voices lie in them."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.root.stat().st_mode & 0o077:
            self.root.chmod(0o700)
        for folder in (self.log, self.run, self.recordings, self.spool):
            folder.mkdir(exist_ok=True)


def cache_folder() -> Path:
    """Downloads that a second clone of the same user finds again."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "ringdesk"
