"""Brings the database of an older version up to date: saved first, then changed as a whole or not at all."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from ringdesk.backup.backup import make_backup
from ringdesk.installation.home import Home
from ringdesk.installation.installation import prepare
from ringdesk.problem import Problem, sentence_of
from ringdesk.setup.plan import Note
from ringdesk.upgrade.program import this_program
from ringdesk.upgrade.releases import program_of
from storage.backup import BackupProblem, holds_data, save_database
from storage.database import Database
from storage.migrations.runner import Schema

_ROOM_BYTES = 50_000_000


def backups(home: Home) -> Path:
    """Where what was before an upgrade is kept, and other backups that got no place of their own."""
    return home.root / "backups"


async def bring_up_to_date(home: Home, database: Database, note: Note) -> str:
    """What was done, in words. Raises Problem; then the database is as it was."""
    # It says in words when the server does not answer; an empty database is filled here.
    if not await _reached(database) or not await holds_data(database):
        await prepare(database, this_program().noted())
        return "up to date"
    schema = await database.schema()
    if not schema.pending:
        await prepare(database, this_program().noted())
        return "up to date"
    saved = await _save(home, database, schema, note)
    note(f"changing it for version {this_program().version}")
    try:
        await prepare(database, this_program().noted())
    except Exception as error:
        reason = sentence_of(error) or f"{type(error).__name__}: {str(error).splitlines()[0]}"
        raise Problem(
            f"the database could not be changed for version {this_program().version} ({reason}); it is as it "
            f"was, and saved in {saved}; mend that and start again{_or_go_back(schema)}"
        ) from error
    home.upgrading.unlink(missing_ok=True)
    return f"changed for version {this_program().version}; as it was before it is in {saved}"


def _or_go_back(schema: Schema) -> str:
    before = program_of(schema)
    return f", or start the version before with: {before.how_to_get} && scripts/up" if before else ""


async def _reached(database: Database) -> bool:
    try:
        await database.schema()
    except OSError:
        return False
    return True


async def _save(home: Home, database: Database, schema: Schema, note: Note) -> Path:
    """An upgrade that was cut short left its backup, and nobody has written into the database since."""
    known = _cut_short(home)
    if known is not None:
        note("an upgrade was cut short; the database was still as before it, and is changed now")
        return known
    before, now = program_of(schema), datetime.now(UTC)
    target = backups(home) / f"before-upgrade-{now:%Y%m%d-%H%M%S}.tar.gz"
    note(f"saving what is there now: {target}")
    try:
        with tempfile.TemporaryDirectory(dir=home.root, prefix=".backup-") as scratch:
            _refuse_without_room(home, database)
            copy = await save_database(database, Path(scratch))
            noted = before.noted() if before else None
            make_backup(home, target, now, database=copy, recordings=False, program=noted)
    except BackupProblem as problem:
        raise Problem(f"the database cannot be saved before it is changed: {problem}") from None
    home.upgrading.write_text(f"{target}\n")
    return target


def _cut_short(home: Home) -> Path | None:
    try:
        saved = Path(home.upgrading.read_text().strip())
    except OSError:
        return None
    return saved if saved.is_file() else None


def _refuse_without_room(home: Home, database: Database) -> None:
    """For a copy, its archive, and the tables that are written anew."""
    if database.path is None:
        return
    size, free = database.path.stat().st_size, shutil.disk_usage(home.root).free
    if free < 3 * size + _ROOM_BYTES:
        need = (3 * size + _ROOM_BYTES - free) / 1e6
        raise Problem(f"below {home.root} is no room to change the database; make {need:.0f} MB of it")
