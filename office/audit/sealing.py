"""Seals the entries that have no seal yet; writers of entries never wait for it."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from office.audit.chain import Seal, is_genuine, seal_of
from office.audit.stored import as_entry, as_row, as_seal
from storage.pools import Connections
from storage.repositories.audit import Seals
from storage.tables import AuditEntry
from work.handlers import Attempt, Handler, Schedule
from work.rules.kinds import Kind
from work.rules.moments import Every

log = structlog.get_logger(__name__)

# Sealed within five seconds: a worker looks every one and a half.
EVERY_S = 2
SEAL = Kind("audit.seal")
_AT_ONCE = 500


class Sealer:
    """Seals in the order of the entries' numbers; one that was committed late gets its seal late.

    An entry that nobody with the key has written gets none, and is named by `ringdesk audit verify`.
    """

    def __init__(self, connections: Connections, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._clock = clock
        self._refused: set[int] = set()

    async def seal(self) -> int:
        """Seal what there is, and return how many entries that was. Raises what keeps the database away."""
        sealed = after = 0
        # Mostly there is nothing to do, and then no writer waits for that.
        while await self._is_wanted(after):
            async with self._connections.transaction() as session:
                entries = await Seals(session).unsealed(limit=_AT_ONCE, after=after, late=True)
                sealed += await self._seal_all(session, entries)
            after = entries[-1].id if entries else after
            if len(entries) < _AT_ONCE:
                break
        return sealed

    async def _is_wanted(self, after: int) -> bool:
        async with self._connections.session() as session:
            return await self.is_wanted(session, after)

    async def is_wanted(self, session: AsyncSession, after: int = 0) -> bool:
        """Whether there is an entry to be sealed; cheap, for it is asked every two seconds."""
        rows = await Seals(session).unsealed(limit=len(self._refused) + 1, after=after, late=True)
        return any(row.id not in self._refused for row in rows)

    async def _seal_all(self, session: AsyncSession, rows: Sequence[AuditEntry]) -> int:
        key, seals = self._connections.audit_key, Seals(session)
        found = await seals.last()
        last = as_seal(found[0]) if found else None
        # The oldest entries are from before there were signatures: they are sealed first, as they are.
        unsigned = found is None or (found[1] is not None and found[1].uid is None)
        made: list[Seal] = []
        for entry in map(as_entry, rows):
            unsigned = unsigned and entry.content.uid is None
            if not unsigned and not is_genuine(key, entry):
                self._refuse(entry.id)
                continue
            last = seal_of(key, last, entry, self._clock())
            made.append(last)
        seals.add_all([as_row(seal) for seal in made])
        return len(made)

    def _refuse(self, entry_id: int) -> None:
        if entry_id not in self._refused:
            self._refused.add(entry_id)
            log.error("audit_entry_not_ours", entry=entry_id)


def sealing(connections: Connections, clock: Callable[[], datetime]) -> Handler:
    """The job that seals. Begun again after it was cut off, it goes on where it was."""
    sealer = Sealer(connections, clock)

    async def run(_attempt: Attempt) -> None:
        await sealer.seal()

    return Handler(SEAL, run, (Schedule(Every(EVERY_S), wanted=sealer.is_wanted),))
