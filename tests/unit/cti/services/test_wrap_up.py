"""After-call work is never kept for ever."""

from dataclasses import replace

from cti.bus.contract import FLOOR
from cti.domain import events as ev
from cti.domain.agent import Activity
from cti.wrap_up import WrapUp
from tests.support.desk import CALL_TO_1001, at, desk, running, settle

HANG_UP = ev.CallEnded(at=at(9), call_id="c1")


async def test_time_that_runs_out_ends_as_none() -> None:
    it = desk()
    heard = it.bus.subscribe(FLOOR, capacity=100)
    async with running(WrapUp(it.bus, it.live, lambda: at(500)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await settle()
    heard.close()
    (ended,) = [a.event async for a in heard if isinstance(a.event, ev.WrapUpEnded)]
    assert (ended.call_id, ended.disposition, ended.timed_out) == ("c1", "none", True)
    assert it.live.floor.agents["1001"].activity is Activity.IDLE


async def test_states_of_a_past_that_is_being_told_are_not_taken_for_the_present() -> None:
    it = desk()
    async with running(WrapUp(it.bus, it.live, lambda: at(500)).run):
        it.observe(ev.LinkDown(at=at(0), reason="cut"))
        it.observe(*(replace(event, source=ev.Source.RECORD) for event in (*CALL_TO_1001, HANG_UP)))
        await settle()
        assert it.live.floor.agents["1001"].wrap_up_call == "c1"
        it.observe(ev.CallStarted(at=at(10), call_id="c2"), ev.LinkUp(at=at(10)))
        await settle()
    assert it.live.floor.agents["1001"].activity is Activity.IDLE
