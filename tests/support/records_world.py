"""A world around one reconciler for unit tests: Asterisk's files, a bookmark, floor and storage in memory."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.refusals import CallTurnedAway
from cti.reconciler.reader import CEL_FILE, QUEUE_LOG_FILE
from cti.reconciler.reconciler import Reconciler
from cti.records.call_facts import call_events
from cti.records.cel import CelRecord
from cti.records.comparison import fold
from cti.records.queue_log import QueueLine
from tests.support.records import CALL, at, csv_line, entry, line, log_line, phone


class Files:
    """Asterisk's log folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / CEL_FILE).parent.mkdir(parents=True)

    def write(self, *written: CelRecord | QueueLine) -> None:
        for one in written:
            name, data = (
                (CEL_FILE, csv_line(one)) if isinstance(one, CelRecord) else (QUEUE_LOG_FILE, log_line(one))
            )
            with (self.folder / name).open("ab") as file:
                file.write(data)


class Bookmarks:
    """Values in memory, as JSON."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, name: str) -> Any:
        return json.loads(self.values.get(name, "null"))

    async def put(self, name: str, value: Any) -> None:
        self.values[name] = json.dumps(value)


class Known:
    """Floor and storage."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.in_storage: set[str] = set()
        self.with_a_guess: set[str] = set()
        self.broken = False

    def live(self, call_id: str) -> Call | None:
        return self.calls.get(call_id)

    async def stored(self, call_ids: Collection[str]) -> set[str]:
        if self.broken:
            raise OSError("database is away")
        return self.in_storage.intersection(call_ids)

    async def guessed(self, call_ids: Collection[str]) -> set[str]:
        return self.with_a_guess.intersection(call_ids)


class World:
    """Everything around one reconciler."""

    def __init__(self, folder: Path) -> None:
        self.files = Files(folder)
        self.bookmarks = Bookmarks()
        self.known = Known()
        self.emitted: list[ev.Event] = []
        self.turned_away: list[CallTurnedAway] = []
        self.apply_to: Call | None = None
        self.now = at(1000)
        self.listening = True
        self.polls = 0
        self.polled = asyncio.Event()

    def reconciler(self, settle_s: float = 0) -> Reconciler:
        return Reconciler(
            self.files.folder,
            self.bookmarks,
            self.known,
            self.emit,
            lambda: self.now,
            listening=self.is_listening,
            turned_away=self.turned_away.append,
            poll_s=0,
            settle_s=settle_s,
        )

    def emit(self, event: ev.Event) -> None:
        """What is told is noted, and folded into the call under test, as the floor does."""
        self.emitted.append(event)
        if self.apply_to is not None and isinstance(event, ev.CallEvent):
            self.apply_to.apply(event)

    @asynccontextmanager
    async def running(self, reconciler: Reconciler) -> AsyncIterator[None]:
        task = asyncio.create_task(reconciler.run())
        yield
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    def is_listening(self) -> bool:
        """Asked once in each look at the files."""
        self.polls += 1
        self.polled.set()
        return self.listening

    async def some_polls(self) -> None:
        """Until it has looked at the files so often that the bookmark was looked after twice."""
        wanted = self.polls + 11
        async with asyncio.timeout(20):
            while self.polls < wanted:
                self.polled.clear()
                await self.polled.wait()

    async def offset(self) -> int:
        """How far the bookmark has come in CEL."""
        return int((await self.bookmarks.get("records"))["cel"]["offset"])


def call(name: str, begin: float, end: float | None) -> list[CelRecord]:
    """A call that waits in the queue and gives up."""
    records = [
        entry("RD_CALL", begin, call=name, extra='{"extra":"4001"}'),
        entry("APP_START", begin + 1, call=name, app="Queue", app_data="service,c"),
    ]
    if end is not None:
        records += [
            entry("APP_END", end, call=name, app="Queue", app_data="service,c"),
            entry("HANGUP", end, call=name, extra='{"hangupcause":16}'),
        ]
    return records


def answered(begin: float = 0) -> list[CelRecord | QueueLine]:
    """A call that 1001 answers after 5 s and ends after 60 s."""
    return [
        entry("RD_CALL", begin, extra='{"extra":"4001"}'),
        entry("APP_START", begin + 1, app="Queue", app_data="service,c"),
        line("ENTERQUEUE", begin + 1, "", "+86138", "1"),
        phone("CHAN_START", begin + 2),
        phone("BRIDGE_ENTER", begin + 5, extra='{"bridge_id":"b"}'),
        entry("BRIDGE_ENTER", begin + 5, extra='{"bridge_id":"b"}'),
        phone("BRIDGE_EXIT", begin + 60, extra='{"bridge_id":"b"}'),
        entry("BRIDGE_EXIT", begin + 60, extra='{"bridge_id":"b"}'),
        phone("HANGUP", begin + 60, extra='{"hangupcause":16}'),
        entry("HANGUP", begin + 60.1, extra='{"hangupcause":16}'),
    ]


def member(event: str, seconds: float, *data: str) -> QueueLine:
    return QueueLine(at(int(seconds)), "NONE", "service", "1001", event, data)


def heard(written: list[CelRecord | QueueLine], without: type[ev.CallEvent] | None = None) -> Call:
    """The call as it would have been heard live, with one kind of fact lost on the way."""
    cel = [one for one in written if isinstance(one, CelRecord)]
    lines = [one for one in written if isinstance(one, QueueLine)]
    events = [
        replace(event, source=ev.Source.LIVE, at=event.at + timedelta(milliseconds=1))
        for event in call_events(CALL, cel, lines)
        if without is None or not isinstance(event, without)
    ]
    ours = fold(events)
    assert ours is not None
    return ours
