"""`ringdesk backup` and `ringdesk restore`: everything that cannot be made again, in one archive."""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringdesk.problem import Problem

if TYPE_CHECKING:
    from ringdesk.installation.installation import Installation
    from storage.database import Database

_IN_THE_CLEAR = (
    "The archive is not encrypted: whoever reads it has customers, recordings, passwords and keys. "
    "Encrypt it with: ringdesk backup --encrypt"
)
_WITH = "Encrypt the archive with a passphrase, which is asked for."
_FROM = "A file whose first line is the passphrase; else it is asked for."
_WHERE = "Where to write the archive; without it, a file with today's date below the home folder."


def backup(
    archive: Annotated[Path | None, typer.Argument(help=_WHERE)] = None,
    recordings: Annotated[bool, typer.Option(help="Whether to save the recordings.")] = True,
    encrypt: Annotated[bool, typer.Option("--encrypt", help=_WITH)] = False,
    passphrase_file: Annotated[Path | None, typer.Option(help=_FROM)] = None,
) -> None:
    """Save database, secrets, settings, certificates, prompts and recordings; Ringdesk may go on running."""
    from ringdesk.backup.backup import make_backup
    from ringdesk.backup.passphrase import given_passphrase, new_passphrase
    from ringdesk.installation.installation import Installation
    from ringdesk.upgrade.program import this_program

    passphrase = new_passphrase(passphrase_file) if encrypt else given_passphrase(passphrase_file)

    installation = Installation.open()
    now = datetime.now(UTC)
    ending = "tar.gz" if passphrase is None else "tar.gz.age"
    target = archive or installation.home.root / "backups" / f"ringdesk-{now:%Y%m%d-%H%M%S}.{ending}"
    if target.is_dir():
        raise Problem(f"{target} is a folder; name a file in it, such as {target / f'ringdesk.{ending}'}")
    with tempfile.TemporaryDirectory(dir=installation.home.root, prefix=".backup-") as scratch:
        copy = asyncio.run(_save(installation, Path(scratch)))
        summary = make_backup(
            installation.home,
            target,
            now,
            database=copy,
            recordings=recordings,
            passphrase=passphrase,
            program=this_program().noted(),
        )
    print(f"{summary.files} files, {summary.size / 1e6:.1f} MB: {target}")
    if passphrase is None:
        print(_IN_THE_CLEAR, file=sys.stderr)


def restore(archive: Path, passphrase_file: Annotated[Path | None, typer.Option(help=_FROM)] = None) -> None:
    """Put back what a backup holds; what is there now is kept in a folder beside it."""
    from ringdesk.backup.backup import restore_backup
    from ringdesk.backup.passphrase import known_passphrase
    from ringdesk.installation.installation import Installation
    from ringdesk.supervision.instance import InstanceLock

    if not archive.is_file():
        raise Problem(f"{archive} is not there")
    installation = Installation.open()
    with InstanceLock(installation.home):
        summary, before = restore_backup(
            installation.home,
            archive,
            datetime.now(UTC),
            lambda copy, folder: asyncio.run(put_database(installation, copy, folder)),
            lambda: known_passphrase(passphrase_file),
        )
        desk_phones = asyncio.run(_end_what_had_ended(installation))
    print(f"{summary.files} files restored; what was there before lies in {before}")
    if desk_phones:
        print(
            f"{desk_phones} desk phones have the passwords of the backup, also one that was withdrawn since; "
            "for another one: ringdesk users phone LOGIN --new-secret"
        )


async def _save(installation: "Installation", folder: Path) -> Path:
    from storage.backup import BackupProblem, holds_data, save_database

    database = installation.database()
    try:
        if not await holds_data(database):
            raise Problem("there is nothing in the database yet; start Ringdesk with: scripts/up")
        await _note(database)
        return await save_database(database, folder)
    except BackupProblem as problem:
        raise Problem(str(problem)) from None
    finally:
        await database.close()


async def _note(database: "Database") -> None:
    """Whoever has the archive has all there is. An older version's database, before its upgrade, has no place
    for that."""
    from office.audit import Act, AuditTrail
    from ringdesk.operator import operator, verdict

    if not (await database.schema()).pending:
        trail = AuditTrail(database, lambda: datetime.now(UTC), verdict)
        async with trail.transaction(operator(), Act("backup")):
            pass


async def _end_what_had_ended(installation: "Installation") -> int:
    from ringdesk.backup.restored import end_what_had_ended
    from ringdesk.installation.installation import prepare

    database = installation.database()
    try:
        # What was put back may be of an older version; the archive is its backup.
        await prepare(database)
        return await end_what_had_ended(installation.home, database)
    finally:
        await database.close()


async def put_database(installation: "Installation", copy: Path, before: Path) -> None:
    """Puts a saved database in the place of the present one, which is saved into the folder `before`."""
    from ringdesk.backup.restored import expected
    from storage.backup import BackupProblem, holds_data, restore_database, save_database

    database = installation.database()
    try:
        if await holds_data(database):
            await save_database(database, before)
        with expected(installation.home):
            await restore_database(database, copy, replace=True)
    except BackupProblem as problem:
        raise Problem(str(problem)) from None
    finally:
        await database.close()
