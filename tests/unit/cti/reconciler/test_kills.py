"""The service is killed again and again while calls go on: in the end every call is stored, whole."""

import asyncio
import tempfile
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.domain.call import Call
from cti.domain.floor import Floor
from cti.reconciler.reader import CEL_FILE, QUEUE_LOG_FILE
from cti.reconciler.reconciler import Reconciler
from cti.records.cel import CelRecord
from cti.records.comparison import differences
from tests.support.records import csv_line, log_line, recorded
from tests.support.traces import DIRECTORY, TRACES, live_events

NAMES = (
    "caller-hangs-up",
    "menu-then-queue",
    "transfer-to-queue",
    "phone-lost",
    "no-answer-then-second-agent",
)
HEARD = sorted((e for name in NAMES for e in live_events(name)), key=lambda e: e.at)
FIRST, LAST = HEARD[0].at, HEARD[-1].at
WRITTEN = sorted(
    (one for name in NAMES for part in recorded(TRACES / name) for one in part), key=lambda o: o.at
)


def floor() -> Floor:
    return Floor(DIRECTORY, epoch="e", now=FIRST)


def heard_by(it: Floor, after: datetime, until: datetime) -> None:
    for event in HEARD:
        if after < event.at <= until:
            it.apply(event)


TRUTH = floor()
heard_by(TRUTH, FIRST - timedelta(seconds=1), LAST)


class Life:
    """What outlives the service: Asterisk's files, the database with calls and bookmark."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / CEL_FILE).parent.mkdir(parents=True)
        self.calls: dict[str, Call] = {}
        self.bookmark: Any = None
        self.written_until = FIRST - timedelta(seconds=1)
        self.it = floor()
        self.polls = asyncio.Semaphore(0)

    async def get(self, name: str) -> Any:
        return self.bookmark

    async def put(self, name: str, value: Any) -> None:
        self.bookmark = value

    def live(self, call_id: str) -> Call | None:
        return self.it.calls.get(call_id)

    async def stored(self, call_ids: Collection[str]) -> set[str]:
        return set(self.calls).intersection(call_ids)

    def write(self, until: datetime) -> None:
        """What Asterisk writes while time passes, whoever listens."""
        with (self.folder / CEL_FILE).open("ab") as cel, (self.folder / QUEUE_LOG_FILE).open("ab") as log:
            for one in WRITTEN:
                if self.written_until < one.at <= until:
                    if isinstance(one, CelRecord):
                        cel.write(csv_line(one))
                    else:
                        log.write(log_line(one))
        self.written_until = until

    def store_ended(self) -> None:
        """The recorder's next batch."""
        self.calls.update(
            {i: c for i, c in self.it.calls.items() if c.ended_at is not None and i not in self.calls}
        )

    async def serve(self, begin: datetime, end: datetime, *, stores: bool) -> None:
        """One life of the service; it ends by a kill, which keeps nothing of its memory."""
        self.it = floor()
        self.write(begin)
        now = [begin]
        reconciler = Reconciler(
            self.folder,
            self,
            self,
            self.it.apply,
            lambda: now[0],
            listening=self._polled,
            poll_s=0,
            settle_s=0,
        )
        for event in (await reconciler.catch_up(None)).events:
            self.it.apply(event)
        running = asyncio.create_task(reconciler.run())
        heard_by(self.it, begin, end)
        self.write(end)
        if stores:
            self.store_ended()
        now[0] = end
        for _ in range(7):
            await self.polls.acquire()
        kept = self.bookmark
        running.cancel()
        await asyncio.wait([running])
        self.bookmark = kept

    def _polled(self) -> bool:
        self.polls.release()
        return True


seconds = st.floats(0, (LAST - FIRST).total_seconds())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(seconds, seconds, st.booleans()), min_size=1, max_size=4))
def test_no_call_is_lost(lives: list[tuple[float, float, bool]]) -> None:
    moments = sorted(second for begin, end, _ in lives for second in (begin, end))
    with tempfile.TemporaryDirectory() as folder:
        life = Life(Path(folder, "log"))
        asyncio.run(_live(life, moments, [stores for _, _, stores in lives]))
    assert life.calls.keys() == TRUTH.calls.keys()
    for call_id, call in TRUTH.calls.items():
        assert differences(life.calls[call_id], call) == ()


async def _live(life: Life, moments: list[float], stores: list[bool]) -> None:
    for begin, end, each in zip(moments[::2], moments[1::2], stores, strict=True):
        await life.serve(FIRST + timedelta(seconds=begin), FIRST + timedelta(seconds=end), stores=each)
    after = LAST + timedelta(seconds=10)
    await life.serve(after, after, stores=True)
