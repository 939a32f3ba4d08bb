"""The service is killed again and again while calls go on: in the end every call is stored, whole."""

import asyncio
import tempfile
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.floor import Floor
from cti.domain.views import CallView
from cti.reconciler.reader import CEL_FILE, QUEUE_LOG_FILE
from cti.reconciler.reconciler import SETTLE_S, Reconciler
from cti.records.cel import CelRecord
from cti.records.comparison import differences
from tests.support.records import csv_line, log_line, recorded
from tests.support.traces import DIRECTORY, TRACES, calls_of, live_events

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


# Every call as it was heard without a break.
TRUTH = calls_of(HEARD)


class Life:
    """What outlives the service: Asterisk's files, the database with calls and bookmark."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / CEL_FILE).parent.mkdir(parents=True)
        self.calls: dict[str, CallView] = {}
        self.bookmark: Any = None
        self.written_until = FIRST - timedelta(seconds=1)
        self.it = floor()
        self.stores = False
        self.polls = asyncio.Semaphore(0)

    async def get(self, name: str) -> Any:
        return self.bookmark

    async def put(self, name: str, value: Any) -> None:
        self.bookmark = value

    def live(self, call_id: str) -> Call | None:
        return self.it.calls.get(call_id)

    async def stored(self, call_ids: Collection[str]) -> set[str]:
        return set(self.calls).intersection(call_ids)

    async def guessed(self, call_ids: Collection[str]) -> set[str]:
        return {call_id for call_id in call_ids if call_id in self.calls and self.calls[call_id].guessed}

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

    def observe(self, event: ev.Event) -> None:
        """The floor's door, and the recorder behind it, which may be slower than the kill."""
        for call in self.it.apply(event).calls:
            if self.stores and call.ended_at is not None:
                self.calls[call.id] = call

    async def serve(self, begin: datetime, end: datetime, *, stores: bool) -> None:
        """One life of the service; it ends by a kill, which keeps nothing of its memory."""
        self.it, self.stores = floor(), stores
        self.write(begin + timedelta(seconds=SETTLE_S))
        now = [begin]
        reconciler = Reconciler(
            self.folder,
            self,
            self,
            self.observe,
            lambda: now[0],
            listening=self._polled,
            poll_s=0,
            settle_s=0,
        )
        for event in (await reconciler.catch_up(None)).events:
            self.observe(event)
        running = asyncio.create_task(reconciler.run())
        for event in HEARD:
            if begin < event.at <= end:
                self.observe(event)
        self.write(max(end, begin + timedelta(seconds=SETTLE_S)))
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


# Just after something happened: that is when a kill hurts.
moments = st.builds(
    lambda event, later_s: event.at + timedelta(seconds=later_s),
    st.sampled_from(HEARD),
    st.sampled_from([0.0, 0.002, 0.3, 1.5]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(moments, moments, st.booleans()), min_size=1, max_size=4))
def test_no_call_is_lost(lives: list[tuple[datetime, datetime, bool]]) -> None:
    times = sorted(moment for begin, end, _ in lives for moment in (begin, end))
    with tempfile.TemporaryDirectory() as folder:
        life = Life(Path(folder, "log"))
        asyncio.run(_live(life, times, [stores for _, _, stores in lives]))
    assert life.calls.keys() == TRUTH.keys()
    for call_id, call in TRUTH.items():
        assert differences(life.calls[call_id], call) == ()


async def _live(life: Life, times: list[datetime], stores: list[bool]) -> None:
    for begin, end, each in zip(times[::2], times[1::2], stores, strict=True):
        await life.serve(begin, end, stores=each)
    after = LAST + timedelta(seconds=10)
    await life.serve(after, after, stores=True)
