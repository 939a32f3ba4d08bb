"""Tries the changes of the database on a copy: whether they go through, and how long they take."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ringdesk.installation.installation import Installation
from ringdesk.problem import Problem, sentence_of
from ringdesk.upgrade.program import Program, this_program
from ringdesk.upgrade.releases import program_of
from storage.backup import BackupProblem, holds_data
from storage.database import Database
from storage.trial import copy_to_try


class CannotTry(Problem):
    """There can be no copy; nothing is known of the changes."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an upgrade does to the database. `changes`: a line each. Times in seconds, as on a copy."""

    before: Program | None
    changes: tuple[str, ...]
    copied_s: float = 0.0
    changed_s: float = 0.0

    @property
    def in_words(self) -> str:
        """One line."""
        what = "1 change" if len(self.changes) == 1 else f"{len(self.changes)} changes"
        return f"{what} of the database in {self.changed_s:.1f} s, its copy in {self.copied_s:.1f} s"


async def try_on_a_copy(installation: Installation) -> Trial | None:
    """None when there is nothing in the database yet. The database itself is only read.

    Raises Problem with the reason when the changes fail, CannotTry when they could not be tried, and
    SchemaTooNew.
    """
    database = installation.database()
    try:
        schema = await database.schema()
        if not await holds_data(database):
            return None
        before = program_of(schema)
        if not schema.pending:
            return Trial(before, ())
        with tempfile.TemporaryDirectory(dir=installation.home.root, prefix=".trial-") as folder:
            copied_s, changed_s = await _change_a_copy(database, Path(folder))
        return Trial(before, schema.pending, copied_s, changed_s)
    finally:
        await database.close()


async def _change_a_copy(database: Database, folder: Path) -> tuple[float, float]:
    started = time.monotonic()
    try:
        async with copy_to_try(database, folder) as copy:
            copied = time.monotonic()
            try:
                await copy.migrate()
            except Exception as error:
                reason = sentence_of(error) or f"{type(error).__name__}: {str(error).splitlines()[0]}"
                raise Problem(
                    f"version {this_program().version} cannot change the database: {reason}; that was on a "
                    "copy, nothing is changed and what runs goes on"
                ) from error
            return copied - started, time.monotonic() - copied
    except (BackupProblem, OSError) as problem:
        raise CannotTry(str(problem)) from None
