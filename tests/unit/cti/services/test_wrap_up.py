"""After-call work is never kept for ever."""

from dataclasses import replace

from cti.bus.topics import FLOOR
from cti.domain import events as ev
from cti.domain.agent import Activity
from cti.wrap_up import WrapUp
from tests.support.desk import CALL_TO_1001, at, desk, running, settle

HANG_UP = ev.CallEnded(at=at(9), call_id="c1")


async def test_time_that_runs_out_ends_unfinished() -> None:
    it = desk()
    heard = it.bus.subscribe(FLOOR, capacity=100)
    async with running(WrapUp(it.port, lambda: at(500)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await settle()
    heard.close()
    (ended,) = [a.event async for a in heard if isinstance(a.event, ev.WrapUpEnded)]
    assert (ended.call_id, ended.turn, ended.disposition, ended.timed_out) == ("c1", 1, None, True)
    assert it.live.floor.agents["1001"].activity is Activity.IDLE


async def test_the_second_turn_of_a_call_that_came_back_runs_out_for_itself() -> None:
    it = desk()
    heard = it.bus.subscribe(FLOOR, capacity=100)
    async with running(WrapUp(it.port, lambda: at(500)).run):
        it.observe(
            *CALL_TO_1001,
            ev.LegEnded(at=at(6), call_id="c1", agent="1001", reason=ev.LegEnd.TRANSFERRED),
            ev.WrapUpEnded(at=at(7), agent="1001", call_id="c1", disposition="solved"),
            ev.AgentRung(at=at(7), call_id="c1", agent="1001"),
            ev.LegStarted(at=at(8), call_id="c1", agent="1001"),
            HANG_UP,
        )
        await settle()
    heard.close()
    ended = [a.event async for a in heard if isinstance(a.event, ev.WrapUpEnded)]
    assert [(it.turn, it.timed_out) for it in ended] == [(1, False), (2, True)]


async def test_work_that_was_interrupted_and_taken_up_again_runs_out_as_well() -> None:
    it = desk()
    heard = it.bus.subscribe(FLOOR, capacity=100)
    async with running(WrapUp(it.port, lambda: at(500)).run):
        it.observe(
            *CALL_TO_1001,
            HANG_UP,
            ev.CallStarted(at=at(10), call_id="c2"),
            ev.AgentRung(at=at(11), call_id="c2", agent="1001"),
            ev.RingEnded(at=at(12), call_id="c2", agent="1001", result=ev.RingResult.NO_ANSWER),
        )
        await settle()
    heard.close()
    ended = [a.event async for a in heard if isinstance(a.event, ev.WrapUpEnded)]
    assert [(it.call_id, it.timed_out) for it in ended] == [("c1", True)]
    assert it.live.floor.agents["1001"].activity is Activity.IDLE


async def test_states_of_a_past_that_is_being_told_are_not_taken_for_the_present() -> None:
    it = desk()
    async with running(WrapUp(it.port, lambda: at(500)).run):
        it.observe(ev.LinkDown(at=at(0), reason="cut"))
        it.observe(*(replace(event, source=ev.Source.RECORD) for event in (*CALL_TO_1001, HANG_UP)))
        await settle()
        assert it.live.floor.agents["1001"].wrap_up_call == "c1"
        it.observe(ev.CallStarted(at=at(10), call_id="c2"), ev.LinkUp(at=at(10)))
        await settle()
    assert it.live.floor.agents["1001"].activity is Activity.IDLE
