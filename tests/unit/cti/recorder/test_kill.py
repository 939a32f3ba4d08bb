"""A service killed with SIGKILL while records waited in the spool: the next run has each of them once."""

import asyncio
import signal
import sqlite3
import sys
from pathlib import Path

from sqlalchemy import func, select

from storage.database import Database
from storage.tables import AgentInterval, Call, CallEventRow
from tests.support.recorded_floor import RecordedFloor

ROOT = Path(__file__).parents[4]
CALLS = 30
SERVICE = """
import asyncio, sys
from pathlib import Path
from cti.domain.events import StorageTrouble
from storage.database import Database
from tests.support.recorded_floor import RecordedFloor

async def serve(path, spool, epoch, calls):
    floor = RecordedFloor(Database("sqlite:///" + path, busy_timeout_s=0.01), Path(spool), epoch=epoch)
    async with floor.recording():
        for number in range(calls):
            floor.play_call(f"rd-{number}", number)
        await floor.told(StorageTrouble)
        print("spooled", flush=True)
        await asyncio.Event().wait()

asyncio.run(serve(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
"""


async def killed_while_spooling(database: Path, spool: Path, epoch: str) -> None:
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVICE, str(database), str(spool), epoch, str(CALLS)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert service.stdout is not None
        async with asyncio.timeout(50):
            while b"spooled" not in (line := await service.stdout.readline()):
                assert line, "the service ended by itself"
    finally:
        service.send_signal(signal.SIGKILL)
        await service.wait()


async def test_spooled_records_survive_a_kill_without_duplicates(db: Database, tmp_path: Path) -> None:
    assert db.path is not None
    spool = tmp_path / "spool"
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await killed_while_spooling(db.path, spool, "e1")
    other.rollback()
    other.close()

    assert await RecordedFloor(db, spool, epoch="e2").recorder.drain()
    async with db.session() as s:
        calls = await s.scalar(select(func.count()).select_from(Call).where(Call.outcome == "answered"))
        events = await s.scalar(select(func.count()).select_from(CallEventRow))
        intervals = list(
            await s.execute(
                select(AgentInterval.kind, AgentInterval.started_at, func.count())
                .group_by(AgentInterval.kind, AgentInterval.started_at)
                .having(func.count() > 1)
            )
        )
    assert (calls, events, intervals) == (CALLS, CALLS * 11, [])
    assert list(spool.glob("0*.jsonl")) == []
