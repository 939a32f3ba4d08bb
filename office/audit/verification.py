"""Looks through the whole audit: whether an entry or a seal was changed, removed or put there by somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

from office.audit.chain import Checker, Entry, Fault, Finding, Seal
from office.audit.stored import as_entry, as_seal
from storage.pools import Connections
from storage.repositories.audit import Seals

_AT_ONCE = 1000
# More than these are counted, not kept.
MOST_FINDINGS = 1000
# The service seals within seconds: more than a few means that it does not run.
MOST_UNSEALED = 10_000


@dataclass(slots=True)
class Report:
    """`unsealed` are the numbers of genuine entries that the next seals will be over; of many findings
    `findings` has the first."""

    findings: list[Finding]
    unsealed: list[int]
    sealed: int = 0
    more_findings: int = 0
    last: Seal | None = None

    def add(self, found: Sequence[Finding]) -> None:
        """Note what was found."""
        room = MOST_FINDINGS - len(self.findings)
        self.findings.extend(found[:room])
        self.more_findings += len(found[room:])


@dataclass(frozen=True, slots=True)
class Mark:
    """A seal that somebody wrote down elsewhere: up to it nothing can have been removed since."""

    no: int
    hash: str


async def verify(connections: Connections, mark: Mark | None = None) -> Report:
    """Every entry and every seal, a thousand at a time; the service may go on writing meanwhile."""
    # First: what is sealed while the seals are looked at is then among these.
    pending = await _unsealed(connections)
    report, checker = Report([], []), Checker(connections.audit_key)
    marked = mark is None
    while seals := await _seals_after(connections, report.last):
        for seal, entry in seals:
            report.add([*checker.sealed(seal, entry)])
            report.sealed, report.last = report.sealed + 1, seal
            marked = marked or mark == Mark(seal.no, seal.hash)
            pending.pop(seal.entry_id, None)
    for entry in pending.values():
        found = [*checker.unsealed(entry)]
        report.add(found)
        report.unsealed.extend([entry.id] if not found else [])
    if mark is not None and not marked:
        report.add([Finding(Fault.SEALS_REMOVED, mark.no)])
    return report


async def _unsealed(connections: Connections) -> dict[int, Entry]:
    async with connections.session() as session:
        rows = await Seals(session).unsealed(limit=MOST_UNSEALED, late=False)
        return {row.id: as_entry(row) for row in rows}


async def _seals_after(connections: Connections, last: Seal | None) -> Sequence[tuple[Seal, Entry | None]]:
    async with connections.session() as session:
        rows = await Seals(session).after(last.no if last else 0, limit=_AT_ONCE)
        return [(as_seal(seal), as_entry(entry) if entry else None) for seal, entry in rows]
