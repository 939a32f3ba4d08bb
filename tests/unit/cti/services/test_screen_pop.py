"""The screen pop: looked up at entry, bounded in time, and never in the way of the call."""

import asyncio

import pytest

from crm.rules.caller import CallerRecord, Identified, Match
from cti import screen_pop
from cti.bus.topics import FLOOR
from cti.domain import events as ev
from cti.domain.floor import ENDED_CALLS_KEPT
from cti.screen_pop import ScreenPop
from tests.support.desk import at, desk, running, settle

FOUND = CallerRecord(Match.FOUND)
STARTED = ev.CallStarted(at=at(1), call_id="c1", number="+8613800138000")
QUEUED = ev.QueueEntered(at=at(2), call_id="c1", queue="service")


class Book:
    def __init__(self, *answers: object) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)
        self._free = asyncio.Event()

    def answer_all(self) -> None:
        """Those who hang get their answer."""
        self._free.set()

    async def identify(self, number: str) -> Identified:
        self.asked.append(number)
        answer = self._answers.pop(0)
        if answer == "hangs":
            await self._free.wait()
        if isinstance(answer, Exception):
            raise answer
        return Identified(number, CallerRecord(Match(str(answer))))


async def test_the_record_is_on_the_call_before_it_reaches_the_queue() -> None:
    it, book = desk(), Book("found")
    async with running(ScreenPop(it.port, book, lambda: at(1)).run):
        it.observe(STARTED)
        await settle()
        it.observe(QUEUED)
        await settle()
    assert it.live.floor.calls["c1"].record == FOUND
    assert book.asked == ["+8613800138000"]


async def test_a_look_up_that_failed_is_tried_again_at_the_queue() -> None:
    it, book = desk(), Book(OSError("database is away"), "found")
    async with running(ScreenPop(it.port, book, lambda: at(1)).run):
        it.observe(STARTED)
        await settle()
        it.observe(QUEUED)
        await settle()
    assert it.live.floor.calls["c1"].record == FOUND


async def test_a_look_up_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_pop, "LOOK_UP_SECONDS", 0)
    it, book = desk(), Book("hangs", "found")
    async with running(ScreenPop(it.port, book, lambda: at(1)).run):
        it.observe(STARTED)
        await settle()
        it.observe(QUEUED)
        await settle()
    assert len(book.asked) == 2


async def test_a_caller_who_hung_up_at_once_is_known_all_the_same() -> None:
    it, book = desk(), Book("found")
    async with running(ScreenPop(it.port, book, lambda: at(1)).run):
        it.observe(STARTED, ev.CallEnded(at=at(2), call_id="c1"))
        await settle()
    assert it.live.floor.calls["c1"].record == FOUND


async def test_calls_that_the_floor_has_forgotten_meanwhile_are_not_looked_up() -> None:
    it, book = desk(), Book(*["hangs"] * screen_pop.LOOK_UPS_AT_ONCE, "found")
    past = [(f"c{n}", at(n)) for n in range(500)]
    later = at(500) + ENDED_CALLS_KEPT
    async with running(ScreenPop(it.port, book, lambda: later).run):
        for call_id, when in past:
            it.observe(ev.CallStarted(at=when, call_id=call_id), ev.CallEnded(at=when, call_id=call_id))
        await settle()
        it.observe(ev.CallStarted(at=later, call_id="now", number="10086"))
        heard = it.bus.subscribe(FLOOR, capacity=100)
        book.answer_all()
        async with asyncio.timeout(10):
            applied = await anext(aiter(heard))
    assert isinstance(applied.event, ev.CallerIdentified)
    assert applied.event.call_id == "now"
    assert it.live.floor.calls["now"].record == FOUND
    assert len(book.asked) == screen_pop.LOOK_UPS_AT_ONCE + 1


def started(number: int) -> ev.CallStarted:
    return ev.CallStarted(at=at(1), call_id=f"c{number}", number=f"1{number:04}")


async def test_so_many_are_looked_up_at_once_and_no_more_stand_in_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(screen_pop, "MOST_IN_LINE", 3)
    at_once = screen_pop.LOOK_UPS_AT_ONCE
    it, book = desk(), Book(*["hangs"] * at_once, *["found"] * 100)
    async with running(ScreenPop(it.port, book, lambda: at(1)).run):
        before = len(asyncio.all_tasks())
        for number in range(at_once + 20):
            it.observe(started(number))
            await settle()
        assert len(book.asked) == at_once
        assert len(asyncio.all_tasks()) == before
        book.answer_all()
        await settle()
        # The newest of the line had their turn; who was passed over has it at the queue.
        assert book.asked[at_once:] == [f"1{number:04}" for number in range(at_once + 17, at_once + 20)]
        it.observe(ev.QueueEntered(at=at(2), call_id=f"c{at_once}", queue="service"))
        await settle()
    assert book.asked[-1] == f"1{at_once:04}"
    assert it.live.floor.calls[f"c{at_once}"].record == FOUND


async def test_who_waited_too_long_for_a_turn_is_asked_for_again_at_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(screen_pop, "PATIENCE_SECONDS", -1.0)
    it, book = desk(), Book("found")
    async with running(ScreenPop(it.port, book, lambda: at(1)).run):
        it.observe(STARTED)
        await settle()
        assert book.asked == []
        monkeypatch.setattr(screen_pop, "PATIENCE_SECONDS", 20.0)
        it.observe(QUEUED)
        await settle()
    assert it.live.floor.calls["c1"].record == FOUND
