"""The reconciler over real files: catching up, filling gaps, checking ends, keeping its bookmark."""

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
from cti.reconciler.reader import CEL_FILE, QUEUE_LOG_FILE
from cti.reconciler.reconciler import Reconciler
from cti.records.call_facts import call_events
from cti.records.cel import CelRecord
from cti.records.comparison import differences, fold
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
        self.broken = False

    def live(self, call_id: str) -> Call | None:
        return self.calls.get(call_id)

    async def stored(self, call_ids: Collection[str]) -> set[str]:
        if self.broken:
            raise OSError("database is away")
        return self.in_storage.intersection(call_ids)


class World:
    """Everything around one reconciler."""

    def __init__(self, folder: Path) -> None:
        self.files = Files(folder)
        self.bookmarks = Bookmarks()
        self.known = Known()
        self.emitted: list[ev.Event] = []
        self.now = at(1000)
        self.listening = True
        self.polls = 0
        self.polled = asyncio.Event()

    def reconciler(self) -> Reconciler:
        return Reconciler(
            self.files.folder,
            self.bookmarks,
            self.known,
            self.emitted.append,
            lambda: self.now,
            listening=self.is_listening,
            poll_s=0,
            settle_s=0,
        )

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


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "log")


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


def calls_in(events: Collection[ev.Event]) -> set[str]:
    return {event.call_id for event in events if isinstance(event, ev.CallEvent)}


async def test_a_first_start_knows_the_calls_of_the_files_end(world: World) -> None:
    world.files.write(*call("a", 0, 10), *call("b", 5, None))
    caught_up = await world.reconciler().catch_up(None)
    assert calls_in(caught_up.events) == {"a", "b"}
    assert [event.at for event in caught_up.events] == sorted(event.at for event in caught_up.events)
    assert caught_up.recovered


async def test_without_any_file_there_is_nothing_to_recover(world: World) -> None:
    caught_up = await world.reconciler().catch_up(None)
    assert (list(caught_up.events), caught_up.recovered) == ([], True)


async def test_a_restart_tells_what_is_not_stored_and_skips_what_is(world: World) -> None:
    world.files.write(*call("stored", 0, 10), *call("open", 5, None))
    first = world.reconciler()
    await first.catch_up(None)
    world.known.in_storage = {"stored"}
    world.known.calls = {"open": Call.started(ev.CallStarted(at=at(5), call_id="open"))}
    async with world.running(first):
        await world.some_polls()
    world.files.write(*call("missed", 20, 30), entry("HANGUP", 40, call="open", extra="{}"))
    caught_up = await world.reconciler().catch_up(None)
    assert calls_in(caught_up.events) == {"open", "missed"}
    opened = fold([e for e in caught_up.events if isinstance(e, ev.CallEvent) and e.call_id == "open"])
    assert opened is not None
    assert opened.ended_at == at(40)


async def test_a_restart_tells_what_agents_did_since_asterisk_was_heard(world: World) -> None:
    world.files.write(member("ADDMEMBER", 0), member("PAUSE", 900, "lunch"))
    first = world.reconciler()
    await first.catch_up(None)
    async with world.running(first):
        await world.some_polls()
    world.files.write(member("UNPAUSE", 2000), member("REMOVEMEMBER", 3000))
    world.now = at(4000)
    caught_up = await world.reconciler().catch_up(None)
    assert [type(event) for event in caught_up.events] == [ev.MemberUnpaused, ev.MemberRemoved]


async def test_a_gap_is_told_from_a_little_before_its_beginning(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.files.write(*answered(), member("PAUSE", 3, "lunch"), member("PAUSE", 70, "lunch"))
    caught_up = await reconciler.catch_up(at(4))
    assert [type(event).__name__ for event in caught_up.events] == [
        "AgentRung",
        "MemberPaused",
        "LegStarted",
        "LegEnded",
        "CallEnded",
        "MemberPaused",
    ]
    assert caught_up.recovered


async def test_what_happens_after_the_link_is_up_is_left_to_the_link(world: World) -> None:
    world.now = at(30)
    world.files.write(*answered())
    caught_up = await world.reconciler().catch_up(None)
    assert not any(isinstance(event, ev.LegEnded | ev.CallEnded) for event in caught_up.events)


async def test_records_that_are_gone_leave_the_gap_open(world: World) -> None:
    world.files.write(*answered())
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    (world.files.folder / CEL_FILE).write_bytes(b"")
    assert not (await reconciler.catch_up(at(0))).recovered
    assert (await reconciler.catch_up(at(0))).recovered


async def test_a_database_that_is_away_leaves_the_gap_open_and_the_check_repairs_later(world: World) -> None:
    world.files.write(*answered())
    world.known.broken = True
    reconciler = world.reconciler()
    caught_up = await reconciler.catch_up(None)
    assert (list(caught_up.events), caught_up.recovered) == ([], False)
    async with world.running(reconciler):
        world.known.broken = False
        await world.some_polls()
    assert calls_in(world.emitted) == {CALL}


async def test_a_call_that_was_heard_is_checked_in_silence(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*answered())
        world.known.calls[CALL] = heard(answered())
        await world.some_polls()
    assert world.emitted == []


@pytest.mark.parametrize("lost", [ev.QueueEntered, ev.AgentRung, ev.LegStarted, ev.CallEnded])
async def test_a_fact_that_was_not_heard_is_told_and_repaired(world: World, lost: type[ev.CallEvent]) -> None:
    ours = heard(answered(), without=lost)
    world.known.calls[CALL] = ours
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
    drifts = [event for event in world.emitted if isinstance(event, ev.DriftFound)]
    assert drifts
    assert all(CALL in drift.subject and drift.ours != drift.theirs for drift in drifts)
    for event in world.emitted:
        if isinstance(event, ev.CallEvent):
            ours.apply(event)
    assert differences(ours, heard(answered())) == ()


async def test_a_call_that_nobody_heard_is_told_once(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
        told = [event for event in world.emitted if isinstance(event, ev.CallEvent)]
        await world.some_polls()
    assert isinstance(world.emitted[0], ev.DriftFound)
    assert fold(told) is not None
    assert len(told) == len(world.emitted) - 1


async def test_while_the_link_is_down_nothing_is_checked(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.listening = False
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
        assert world.emitted == []
        caught_up = await reconciler.catch_up(at(0))
        world.known.calls[CALL] = heard(answered())
        world.listening = True
        await world.some_polls()
    assert calls_in(caught_up.events) == {CALL}
    assert world.emitted == []


async def test_the_bookmark_waits_for_calls_that_are_not_stored(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*call("first", 0, 10), *call("second", 5, 15))
        await world.some_polls()
        world.known.in_storage = {"second"}
        await world.some_polls()
    size = (world.files.folder / CEL_FILE).stat().st_size
    assert await world.offset() == 0
    async with world.running(reconciler):
        world.known.in_storage = {"first", "second"}
        await world.some_polls()
    assert await world.offset() == size


async def test_a_call_whose_end_is_missing_in_the_records_does_not_hold_the_bookmark(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.files.write(*call("endless", 0, None))
    async with world.running(reconciler):
        await world.some_polls()
        assert await world.offset() == 0
        world.known.in_storage = {"endless"}
        world.now += timedelta(hours=1)
        await world.some_polls()
    assert await world.offset() == (world.files.folder / CEL_FILE).stat().st_size


async def test_a_call_that_storage_never_takes_does_not_hold_the_bookmark_for_ever(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.files.write(*answered())
    world.known.calls[CALL] = heard(answered())
    async with world.running(reconciler):
        await world.some_polls()
        assert await world.offset() == 0
        world.now += timedelta(hours=7)
        await world.some_polls()
    assert await world.offset() > 0


async def test_it_goes_on_after_a_fault(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.known.broken = True
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
        assert world.emitted == []
        world.known.broken = False
        await world.some_polls()
    assert calls_in(world.emitted) == {CALL}


async def test_lines_that_are_none_and_names_that_look_like_lines_change_nothing(world: World) -> None:
    records = [replace(r, name='"\n"HANGUP","1.0",') if isinstance(r, CelRecord) else r for r in answered()]
    with (world.files.folder / CEL_FILE).open("wb") as file:
        file.write(b'"HANGUP","17620\x00\xff\n"torn')
    world.files.write(*records)
    caught_up = await world.reconciler().catch_up(None)
    told = fold([event for event in caught_up.events if isinstance(event, ev.CallEvent)])
    assert told is not None
    assert differences(told, heard(answered())) == ()


async def test_a_long_time_without_the_service_is_told_call_by_call(world: World) -> None:
    for number in range(2_500):
        world.files.write(*call(f"c{number}", number / 10, number / 10 + 5))
    reconciler = world.reconciler()
    caught_up = await reconciler.catch_up(None)
    assert len(calls_in(caught_up.events)) == 2_500
    assert sum(isinstance(event, ev.CallEnded) for event in caught_up.events) == 2_500


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
