"""Which version of Ringdesk a saved database belongs to, read from the copy itself."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.migrations.runner import PROGRAM, knows


@dataclass(frozen=True, slots=True)
class SavedSchema:
    """`revision` of its tables, None when they have none; `version` of the program, when it noted that."""

    revision: str | None
    version: str | None

    @property
    def complaint(self) -> str | None:
        """Why it cannot be put in place here: a newer version wrote it."""
        if self.revision is None or knows(self.revision):
            return None
        needed = f"version {self.version}" if self.version else "a newer version"
        return f"the backup belongs to {needed} of Ringdesk; restore it with that version"


def of_sqlite(copy: Path) -> SavedSchema:
    """Of a database file. Raises sqlite3.DatabaseError when it is none."""
    with closing(sqlite3.connect(copy)) as connection:
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        noted = None
        with suppress(sqlite3.OperationalError):
            noted = connection.execute("SELECT value FROM settings WHERE key = ?", (PROGRAM,)).fetchone()
    return SavedSchema(revision[0] if revision else None, _version(noted[0]) if noted else None)


def of_postgres_script(script: Path) -> SavedSchema:
    """Of the SQL text that pg_restore makes of a dump."""
    revision, version = None, None
    for table, line in _rows(script, ("alembic_version", "settings")):
        if table == "alembic_version":
            revision = line
        elif line.startswith(f"{PROGRAM}\t"):
            version = _version(line.partition("\t")[2])
    return SavedSchema(revision, version)


def _rows(script: Path, tables: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    table: str | None = None
    with script.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("COPY "):
                table = line.split()[1].rpartition(".")[2]
            elif line == "\\.\n":
                table = None
            elif table in tables:
                yield table, line.rstrip("\n")


def _version(noted: Any) -> str | None:
    try:
        return str(json.loads(noted)["version"])
    except (ValueError, TypeError, KeyError):
        return None
