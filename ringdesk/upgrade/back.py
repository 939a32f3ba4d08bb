"""The way back: puts the state before the last upgrade in place, for the program that it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ringdesk.backup.backup import PutDatabase, restore_backup
from ringdesk.installation.home import Home
from ringdesk.problem import Problem
from ringdesk.upgrade.migration import backups
from ringdesk.upgrade.program import Program


@dataclass(frozen=True, slots=True)
class WentBack:
    """`archive` is what was put back, `kept` the folder with what was there until then."""

    archive: Path
    kept: Path
    program: Program | None


def go_back(home: Home, now: datetime, put_database: PutDatabase, ask: Callable[[], str]) -> WentBack:
    """Ringdesk must not be running. Everything but the recordings is as before the upgrade; they stay.

    Raises Problem when there was none. What ended since the backup, as sessions do, the next start ends.
    """
    saved = sorted(backups(home).glob("before-upgrade-*.tar.gz"))
    if not saved:
        raise Problem(f"there was no upgrade: {backups(home)} has no backup that one made")
    summary, kept = restore_backup(home, saved[-1], now, put_database, ask)
    home.upgrading.unlink(missing_ok=True)
    return WentBack(saved[-1], kept, Program.of(summary.program))
