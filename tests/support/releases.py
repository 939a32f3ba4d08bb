"""The backups of released versions: puts one in place, migrates it, and says what of its day is not there."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from cti.domain.event_codec import Unreadable
from cti.recorder.facts import event_of
from ringdesk.backup.backup import restore_backup
from ringdesk.installation.home import Home
from storage.backup import restore_database
from storage.database import Database
from storage.tables import CallEventRow
from tests.support.release_backup import KNOWN, KNOWN_TOO, NOTE, UNKNOWN

RELEASES = Path(__file__).parents[1] / "releases"
DAY = {
    "users": {("lina", True), ("wangwei", False), ("zhaomin", True), ("admin", True), ("zhoujie", True)},
    "calls": [(KNOWN, "answered"), (KNOWN_TOO, "answered"), (KNOWN, "abandoned"), (UNKNOWN, "answered")],
    "after-call work": [
        ("1001", "done", "resolved", NOTE),
        ("1001", "done", "follow_up", ""),
        ("1002", "done", "resolved", ""),
        ("1001", "unfinished", None, "half a note"),
    ],
    "recordings": ["1001", "1001", "1002", "1001"],
    "customers": [("明远贸易有限公司", "王小明")],
}
"""What `tests.support.release_backup` does, in its order."""

DAY["facts that cannot be read"] = []
# Written into these tables by migrations of later releases.
DAY["timeline"] = [(KNOWN,), (KNOWN,)]

_QUESTIONS: Mapping[str, str] = {
    "users": "SELECT login, active FROM users",
    "calls": "SELECT number, outcome FROM calls WHERE id LIKE 'ringdesk-%' ORDER BY started_at",
    "after-call work": """SELECT agent, status, disposition, note FROM wrap_ups
        WHERE call_id LIKE 'ringdesk-%' ORDER BY started_at""",
    "customers": """SELECT customers.name, contacts.name FROM customers
        JOIN contacts ON contacts.customer_id = customers.id JOIN numbers ON numbers.contact_id = contacts.id
        WHERE numbers.e164 = '+8613800138000'""",
    "timeline": """SELECT calls.number FROM timeline_entries JOIN calls ON calls.id = timeline_entries.ref
        WHERE timeline_entries.kind = 'call' AND calls.id LIKE 'ringdesk-%' ORDER BY timeline_entries.at""",
}


def archives(kind: str) -> list[Path]:
    """The backups of all releases, of `sqlite` or `postgresql`."""
    return sorted(RELEASES.glob(f"*-{kind}.tar.gz"))


def restored(archive: Path, home: Home, url: str) -> Mapping[str, Any]:
    """Puts it into an empty installation, migrates, and tells what is there, in the shape of DAY.

    `recordings`: whose they are, of those whose file is what was stored.
    """
    restore_backup(home, archive, datetime.now(UTC), lambda copy, _: asyncio.run(_put(url, copy)), lambda: "")
    return asyncio.run(_told(home, url))


async def _put(url: str, copy: Path) -> None:
    await restore_database(Database(url), copy)


async def _told(home: Home, url: str) -> Mapping[str, Any]:
    database = Database(url)
    try:
        await database.migrate()
        return await _read(home, database)
    finally:
        await database.close()


async def _read(home: Home, database: Database) -> Mapping[str, Any]:
    async with database.session() as session:
        told: dict[str, Any] = {
            what: [tuple(row) for row in await session.execute(text(question))]
            for what, question in _QUESTIONS.items()
        }
        kept = await session.execute(
            text("SELECT agent, path, sha256 FROM recordings WHERE state = 'stored' ORDER BY started_at, id")
        )
        facts = await session.execute(select(CallEventRow))
        told["facts that cannot be read"] = [it.kind for it in facts.scalars() if not _is_readable(it)]
        told["recordings"] = [agent for agent, path, digest in kept if _digest(home, path) == digest]
    return told | {"users": {(login, bool(active)) for login, active in told["users"]}}


def _is_readable(row: CallEventRow) -> bool:
    try:
        event_of(row.kind, row.at, row.source, row.call_id, row.payload)
    except Unreadable:
        return False
    return True


def _digest(home: Home, path: str) -> str:
    return hashlib.sha256((home.recordings / path).read_bytes()).hexdigest()
