"""`ringdesk backup` and `ringdesk restore`: everything that cannot be made again, in one archive."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ringdesk.problem import Problem

_WHERE = "Where to write the archive; without it, a file with today's date below the home folder."


def backup(
    archive: Annotated[Path | None, typer.Argument(help=_WHERE)] = None,
    recordings: Annotated[bool, typer.Option(help="Whether to save the recordings.")] = True,
) -> None:
    """Save database, secrets, settings, certificates and recordings; Ringdesk may go on running."""
    from ringdesk.backup import make_backup
    from ringdesk.installation import Installation

    installation = Installation.open()
    now = datetime.now(UTC)
    target = archive or installation.home.root / "backups" / f"ringdesk-{now:%Y%m%d-%H%M%S}.tar.gz"
    own_database = installation.settings.database_url == ""
    summary = make_backup(installation.home, target, now, database=own_database, recordings=recordings)
    print(f"{summary.files} files, {summary.size / 1e6:.1f} MB: {target}")
    if not own_database:
        print("The database is PostgreSQL and not in it; save that with pg_dump.")


def restore(archive: Path) -> None:
    """Put back what a backup holds; what is there now is kept in a folder beside."""
    from ringdesk.backup import restore_backup
    from ringdesk.home import Home
    from ringdesk.supervision.instance import InstanceLock

    home = Home.of_environment()
    if not archive.is_file():
        raise Problem(f"{archive} is not there")
    with InstanceLock(home):
        summary, before = restore_backup(home, archive, datetime.now(UTC))
    print(f"{summary.files} files restored; what was there before lies in {before}")
