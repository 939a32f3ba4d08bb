"""Ends what had ended since a backup was made: with the restore, or at the next start if that was cut short.

A mark says that it is still to be done. It is there before the database is, so that nothing which goes wrong
between the two lets anybody in with a session or a phone's password that holds again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from ringdesk.installation.home import Home
from ringdesk.operator import operator
from storage.backup import BackupProblem
from storage.database import Database
from storage.recordings.store import sync_folder


@contextmanager
def expected(home: Home) -> Iterator[None]:
    """Around putting a backup's database in; with BackupProblem it did not come, and nothing changed."""
    owed_before = home.restored.exists()
    home.restored.touch()
    sync_folder(home.root)
    try:
        yield
    except BackupProblem:
        if not owed_before:
            home.restored.unlink()
        raise


async def end_what_had_ended(home: Home, database: Database) -> int:
    """The number of desk phones, which keep the passwords of the backup."""
    from office.staff import after_restore

    desk_phones = await after_restore(database, now=datetime.now(UTC), by=operator())
    home.restored.unlink(missing_ok=True)
    return desk_phones


async def finish(home: Home, database: Database) -> bool:
    """Whether there was a restore that had been cut short."""
    if not home.restored.exists():
        return False
    await end_what_had_ended(home, database)
    return True
