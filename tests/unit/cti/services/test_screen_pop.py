"""The screen pop: looked up at entry, bounded in time, and never in the way of the call."""

import asyncio

import pytest

from cti import screen_pop
from cti.domain import events as ev
from cti.screen_pop import Identified, ScreenPop
from tests.support.desk import at, desk, running, settle

STARTED = ev.CallStarted(at=at(1), call_id="c1", number="+8613800138000")
QUEUED = ev.QueueEntered(at=at(2), call_id="c1", queue="service")


class Book:
    def __init__(self, *answers: object) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)

    async def identify(self, number: str) -> Identified:
        self.asked.append(number)
        answer = self._answers.pop(0)
        if answer == "hangs":
            await asyncio.Event().wait()
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


async def test_a_call_that_ended_meanwhile_is_left_alone() -> None:
    it, book = desk(), Book("found")
    async with running(ScreenPop(it.bus, it.live, book, lambda: at(1)).run):
        it.observe(STARTED, ev.CallEnded(at=at(2), call_id="c1"))
        await settle()
    assert it.live.floor.calls["c1"].record is None
