"""No subscriber that falls behind ends the service: each starts again, and does what it missed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from crm.rules.caller import CallerRecord, Identified, Match
from cti import pauses, phone_guard, screen_pop, sign_off, wrap_up
from cti.bus.topics import PHONE
from cti.control.commands import PhoneInstruction
from cti.domain import events as ev
from cti.pauses import Pauses
from cti.phone_guard import PhoneGuard
from cti.screen_pop import ScreenPop
from cti.sign_off import SignOff
from cti.wrap_up import WrapUp
from tests.support.desk import CALL_TO_1001, Desk, at, desk, running, settle
from tests.unit.cti.services.test_phone_guard import never

CAPACITY = 4
FOUND = CallerRecord(Match.FOUND)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (pauses, phone_guard, screen_pop, sign_off, wrap_up):
        monkeypatch.setattr(module, "CAPACITY", CAPACITY)
    monkeypatch.setattr(phone_guard, "RECONNECT_SECONDS", 0)


def flood(it: Desk, *events: ev.Event) -> None:
    """The events, and behind them more than any subscriber has room for, with no chance to read."""
    noise = [ev.PhoneReported(at=at(50), agent="1002", muted=n % 2 == 0) for n in range(3 * CAPACITY)]
    it.observe(*events, *noise)


@asynccontextmanager
async def still_running(part: Any) -> AsyncIterator[None]:
    """The part runs, and still does at the end: nothing that it raises would end the service."""
    task = asyncio.create_task(part.run())
    await settle()
    try:
        yield
        await settle()
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Book:
    async def identify(self, number: str) -> Identified:
        return Identified(number, FOUND)


async def test_a_caller_who_came_meanwhile_is_looked_up() -> None:
    it = desk()
    async with still_running(ScreenPop(it.port, Book(), lambda: at(1))):
        flood(it, ev.CallStarted(at=at(1), call_id="c1", number="10086"))
        await settle()
        assert it.live.floor.calls["c1"].record == FOUND


async def test_after_call_work_that_began_meanwhile_ends() -> None:
    it = desk()
    async with still_running(WrapUp(it.port, lambda: at(1000))):
        flood(it, *CALL_TO_1001, ev.CallEnded(at=at(9), call_id="c1"))
        await settle()
        assert it.live.floor.agents["1001"].activity == "idle"


async def test_after_call_work_that_began_meanwhile_pauses() -> None:
    it = desk()
    async with still_running(Pauses(it.port, it.control.pauses)):
        flood(it, *CALL_TO_1001, ev.CallEnded(at=at(9), call_id="c1"))
        (paused,) = await it.link.until_asked(1)
        assert (paused["Action"], paused["Reason"]) == ("QueuePause", "wrapup")


async def test_an_agent_whose_console_went_meanwhile_is_signed_off() -> None:
    it = desk()
    it.observe(ev.ConsoleOpened(at=at(0), agent="1001"), CALL_TO_1001[0])
    async with still_running(SignOff(it.port, grace_s=0)):
        flood(it, ev.ConsoleClosed(at=at(1), agent="1001"))
        (removed,) = await it.link.until_asked(1)
        assert (removed["Action"], removed["Interface"]) == ("QueueRemove", "PJSIP/1001")


async def test_who_declined_meanwhile_is_paused_as_declined() -> None:
    it = desk()
    async with still_running(Pauses(it.port, it.control.pauses)):
        refused = ev.RingEnded(at=at(5), call_id="c1", agent="1001", result=ev.RingResult.REFUSED)
        pause = ev.MemberPaused(at=at(6), agent="1001", queue="service", reason="Auto-Pause")
        flood(it, *CALL_TO_1001[:-1], refused, pause)
        (named,) = await it.link.until_asked(1)
        assert (named["Interface"], named["Reason"]) == ("PJSIP/1001", "declined")


@pytest.mark.parametrize(
    "later",
    [
        [
            ev.AgentRung(at=at(7), call_id="c1", agent="1001"),
            ev.RingEnded(at=at(8), call_id="c1", agent="1001", result=ev.RingResult.NO_ANSWER),
        ],
        [
            ev.PauseDecided(at=at(7), agent="1001", reasons=("lunch", "no_answer")),
            ev.MemberPaused(at=at(7), agent="1001", queue="service", reason="lunch"),
        ],
        [
            ev.PauseDecided(at=at(7), agent="1001"),
            ev.MemberUnpaused(at=at(7), agent="1001", queue="service"),
        ],
    ],
    ids=["the next ring rang out", "off to lunch", "ready again"],
)
async def test_every_other_pause_of_meanwhile_keeps_its_reason(later: list[ev.Event]) -> None:
    it = desk()
    async with still_running(Pauses(it.port, it.control.pauses)):
        pause = ev.MemberPaused(at=at(6), agent="1001", queue="service", reason="Auto-Pause")
        rang_out = ev.RingEnded(at=at(5), call_id="c1", agent="1001", result=ev.RingResult.NO_ANSWER)
        flood(it, *CALL_TO_1001[:-1], rang_out, pause, *later)
        await settle()
        assert it.link.asked == []


async def test_a_phone_that_vanished_meanwhile_is_hung_up_as_lost() -> None:
    it = desk()

    async def registered(agent: str) -> bool:
        return False

    async with still_running(PhoneGuard(it.port, it.bus, it.control, registered, never)):
        flood(it, *CALL_TO_1001, ev.ContactRemoved(at=at(9), agent="1001"))
        (hangup,) = await it.link.until_asked(1)
        assert (hangup["Channel"], hangup["Cause"]) == ("PJSIP/1001-1", "44")


async def test_the_ring_of_ones_own_click_to_dial_of_meanwhile_is_taken() -> None:
    it = desk()
    phone = it.bus.subscribe(PHONE, capacity=10)

    async def registered(agent: str) -> bool:
        return True

    direction = ev.Direction.OUTBOUND
    dialled = ev.CallStarted(at=at(1), call_id="out-1", direction=direction, number="10086", agent="1001")
    async with still_running(PhoneGuard(it.port, it.bus, it.control, registered, never)):
        flood(it, dialled, ev.AgentRung(at=at(2), call_id="out-1", agent="1001"))
        await settle()
    phone.close()
    assert [m async for m in phone] == [PhoneInstruction("1001", "answer", "out-1")]


async def test_a_phone_that_comes_and_goes_is_checked_once_at_a_time() -> None:
    it, asked, go_on = desk(), [], asyncio.Event()

    async def registered(agent: str) -> bool:
        asked.append(agent)
        await go_on.wait()
        return True

    async with running(PhoneGuard(it.port, it.bus, it.control, registered, never).run):
        it.observe(*CALL_TO_1001[:3])
        await settle()
        it.observe(*CALL_TO_1001[3:])
        for _ in range(3):
            it.observe(ev.ContactRemoved(at=at(9), agent="1001"))
        await settle()
        assert asked == ["1001"]
        it.observe(ev.ContactRemoved(at=at(10), agent="1001"))
        await settle()
        assert asked == ["1001", "1001"]
        go_on.set()


async def test_an_agent_is_signed_off_once_however_often_something_changes_about_them() -> None:
    it, waiting = desk(), asyncio.Event()
    executed: list[Any] = []

    async def execute(command: Any) -> None:
        executed.append(command)
        await waiting.wait()

    it.control.execute = execute  # type: ignore[method-assign, assignment]
    async with running(SignOff(it.port, grace_s=0).run):
        it.observe(CALL_TO_1001[0])
        await settle()
        for queue in ("sales", "vip"):
            it.observe(ev.MemberAdded(at=at(5), agent="1001", queue=queue))
            await settle()
        assert len(executed) == 1
        waiting.set()
        await settle()
        it.observe(ev.MemberAdded(at=at(6), agent="1001", queue="more"))
        await settle()
        assert len(executed) == 2
