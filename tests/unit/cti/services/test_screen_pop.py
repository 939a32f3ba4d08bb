"""The screen pop: looked up at entry, bounded in time, and never in the way of the call."""

import asyncio

import pytest

from cti import screen_pop
from cti.bus.contract import FLOOR
from cti.domain import events as ev
from cti.domain.floor import ENDED_CALLS_KEPT
from cti.screen_pop import Identified, ScreenPop
from tests.support.desk import at, desk, running, settle

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
        return Identified(number, {"match": answer})


async def test_the_record_is_on_the_call_before_it_reaches_the_queue() -> None:
    it, book = desk(), Book("found")
    async with running(ScreenPop(it.bus, it.live, book, lambda: at(1)).run):
        it.observe(STARTED)
        await settle()
        it.observe(QUEUED)
        await settle()
    assert it.live.floor.calls["c1"].record == {"match": "found"}
    assert book.asked == ["+8613800138000"]


async def test_a_look_up_that_failed_is_tried_again_at_the_queue() -> None:
    it, book = desk(), Book(OSError("database is away"), "found")
    async with running(ScreenPop(it.bus, it.live, book, lambda: at(1)).run):
        it.observe(STARTED)
        await settle()
        it.observe(QUEUED)
        await settle()
    assert it.live.floor.calls["c1"].record == {"match": "found"}


async def test_a_look_up_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_pop, "LOOK_UP_SECONDS", 0)
    it, book = desk(), Book("hangs", "found")
    async with running(ScreenPop(it.bus, it.live, book, lambda: at(1)).run):
        it.observe(STARTED)
        await settle()
        it.observe(QUEUED)
        await settle()
    assert len(book.asked) == 2


async def test_a_caller_who_hung_up_at_once_is_known_all_the_same() -> None:
    it, book = desk(), Book("found")
    async with running(ScreenPop(it.bus, it.live, book, lambda: at(1)).run):
        it.observe(STARTED, ev.CallEnded(at=at(2), call_id="c1"))
        await settle()
    assert it.live.floor.calls["c1"].record == {"match": "found"}


async def test_calls_that_the_floor_has_forgotten_meanwhile_are_not_looked_up() -> None:
    it, book = desk(), Book(*["hangs"] * screen_pop.LOOK_UPS_AT_ONCE, "found")
    past = [(f"c{n}", at(n)) for n in range(500)]
    later = at(500) + ENDED_CALLS_KEPT
    async with running(ScreenPop(it.bus, it.live, book, lambda: later).run):
        for call_id, when in past:
            it.observe(ev.CallStarted(at=when, call_id=call_id), ev.CallEnded(at=when, call_id=call_id))
        await settle()
        it.observe(ev.CallStarted(at=later, call_id="now", number="10086"))
        heard = it.bus.subscribe(FLOOR, capacity=100)
        book.answer_all()
        async with asyncio.timeout(10):
            applied = await anext(aiter(heard))
    assert applied.event.call_id == "now"
    assert it.live.floor.calls["now"].record == {"match": "found"}
    assert len(book.asked) == screen_pop.LOOK_UPS_AT_ONCE + 1
