"""After-call work: the phone is paused while it lasts, freed afterwards, and never kept for ever."""

from dataclasses import replace
from datetime import datetime

import pytest

from cti.bus.contract import FLOOR
from cti.domain import events as ev
from cti.domain.agent import Activity
from cti.wrap_up import WrapUp
from tests.support.desk import CALL_TO_1001, Desk, at, desk, running, settle

HANG_UP = ev.CallEnded(at=at(9), call_id="c1")


def service(it: Desk, now: datetime) -> WrapUp:
    return WrapUp(it.bus, it.live, it.control, lambda: now)


async def test_the_phone_is_paused_during_and_freed_after() -> None:
    it = desk()
    async with running(service(it, at(9)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        (pause,) = await it.link.until_asked(1)
        assert (pause["Paused"], pause["Reason"], pause["Interface"]) == ("true", "wrapup", "PJSIP/1001")
        it.observe(ev.MemberPaused(at=at(9), agent="1001", queue="service", reason="wrapup"))
        it.observe(ev.WrapUpEnded(at=at(12), agent="1001", call_id="c1", disposition="solved"))
        asked = await it.link.until_asked(2)
        assert asked[1]["Paused"] == "false"


async def test_time_that_runs_out_ends_as_none_and_frees_the_agent() -> None:
    it = desk()
    heard = it.bus.subscribe(FLOOR, capacity=100)
    async with running(service(it, at(500)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await it.link.until_asked(1)
        await settle()
    heard.close()
    (ended,) = [a.event async for a in heard if isinstance(a.event, ev.WrapUpEnded)]
    assert (ended.call_id, ended.disposition, ended.timed_out) == ("c1", "none", True)
    assert it.live.floor.agents["1001"].activity is Activity.IDLE


async def test_an_agent_who_paused_meanwhile_keeps_that_pause() -> None:
    it = desk()
    async with running(service(it, at(9)).run):
        it.observe(*CALL_TO_1001)
        it.observe(ev.MemberPaused(at=at(5), agent="1001", queue="service", reason="lunch"), HANG_UP)
        await settle()
        it.observe(ev.WrapUpEnded(at=at(12), agent="1001", call_id="c1", disposition="solved"))
        await settle()
    assert it.link.asked == []


async def test_a_wrap_up_pause_left_behind_is_ended_at_the_start() -> None:
    it = desk()
    it.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service", paused=True, reason="wrapup"))
    async with running(service(it, at(9)).run):
        (unpause,) = await it.link.until_asked(1)
    assert unpause["Paused"] == "false"


async def test_states_of_a_past_that_is_being_told_are_not_taken_for_the_present() -> None:
    it = desk()
    async with running(service(it, at(9)).run):
        it.observe(ev.LinkDown(at=at(0), reason="cut"))
        it.observe(*(replace(event, source=ev.Source.RECORD) for event in (*CALL_TO_1001, HANG_UP)))
        await settle()
        assert it.link.asked == []
        it.observe(ev.CallStarted(at=at(10), call_id="c2"), ev.LinkUp(at=at(10)))
        (pause,) = await it.link.until_asked(1)
    assert (pause["Paused"], pause["Reason"]) == ("true", "wrapup")


async def test_an_end_while_asterisk_is_away_frees_the_phone_when_it_is_back() -> None:
    it = desk()
    async with running(service(it, at(9)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await it.link.until_asked(1)
        it.observe(ev.MemberPaused(at=at(9), agent="1001", queue="service", reason="wrapup"))
        it.link.away = True
        it.observe(ev.LinkDown(at=at(10), reason="cut"))
        it.observe(ev.WrapUpEnded(at=at(12), agent="1001", call_id="c1", disposition="solved"))
        await settle()
        it.link.away = False
        it.observe(ev.LinkUp(at=at(20)))
        asked = await it.link.until_asked(2)
    assert asked[1]["Paused"] == "false"


@pytest.mark.parametrize("late", [True, False])
async def test_an_end_that_overtakes_the_pause_is_repaired(late: bool) -> None:
    """Asterisk may confirm the pause after the agent is already done."""
    it = desk()
    async with running(service(it, at(9)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await it.link.until_asked(1)
        it.observe(ev.WrapUpEnded(at=at(10), agent="1001", call_id="c1", disposition="solved"))
        if late:
            it.observe(ev.MemberPaused(at=at(10), agent="1001", queue="service", reason="wrapup"))
            await it.link.until_asked(2)
        await settle()
    assert [a["Paused"] for a in it.link.asked] == (["true", "false"] if late else ["true"])
