"""Recorded calls, recordings and customers for tests."""

import wave
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from storage.database import Database
from storage.records import CallRecord
from storage.repositories.audit import Audit
from storage.repositories.customers import Customers
from storage.repositories.journal import Journal
from storage.repositories.recordings import Recordings
from storage.tables import Customer, Recording
from tests.unit.agent_console.moments import NOON
from tests.unit.agent_console.world import LOGINS


async def write_calls(db: Database, *calls: CallRecord) -> None:
    """As the recorder does."""
    async with db.transaction() as session:
        await Journal(session).write_calls(calls)


async def add_customer(db: Database, customer: Customer) -> int:
    """Returns the customer's number."""
    async with db.transaction() as session:
        return (await Customers(session).add(customer)).id


async def add_recording(
    db: Database,
    call_id: str,
    path: str,
    *,
    agent: str | None = "1001",
    stint: int = 1,
    part: int = 0,
    state: str = "stored",
    started_at: datetime = NOON,
) -> int:
    """Returns the recording's number."""
    async with db.transaction() as session:
        await Recordings(session).put(
            Recording(
                call_id=call_id,
                stint=stint,
                part=part,
                agent=agent,
                queue="service",
                path=path,
                started_at=started_at,
                length_s=1.0,
                size=16_044,
                sha256="0" * 64,
                channels=2,
                state=state,
            )
        )
    async with db.session() as session:
        return (await Recordings(session).all())[-1].id


def write_sound(path: Path, frames: int = 8000) -> bytes:
    """A stereo WAV file; returns its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setparams((2, 2, 8000, frames, "NONE", ""))
        sound.writeframes((bytes(range(251)) * (frames * 4 // 251 + 1))[: frames * 4])
    return path.read_bytes()


async def listeners(db: Database, recording_id: int) -> Sequence[str]:
    """Logins of who listened, newest first."""
    async with db.session() as session:
        entries = await Audit(session).newest(object=f"recording:{recording_id}")
    return [
        LOGINS[it.user_id or 0] for it in entries if (it.action, it.result) == ("recording_listen", "done")
    ]
