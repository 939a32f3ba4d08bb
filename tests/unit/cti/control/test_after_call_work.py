"""After-call work is finished by commands: that in hand, and that which another call interrupted."""

from cti.control import commands as cmd
from cti.control.commands import Observation
from cti.domain import events as ev
from cti.domain.agent import Activity
from tests.unit.cti.control.test_rules import TALKING, at, floor, planned


def test_after_call_work_is_finished_once() -> None:
    wrapping = floor(*TALKING, ev.CallEnded(at=at(9), call_id="c1"))
    assert planned(wrapping, cmd.FinishWrapUp("c1", "1001", 2, "solved")).steps == ()
    (step,) = planned(wrapping, cmd.FinishWrapUp("c1", "1001", 1, "solved")).steps
    assert isinstance(step, Observation)
    wrapping.apply(step.event)
    assert wrapping.agents["1001"].activity is Activity.IDLE
    assert planned(wrapping, cmd.FinishWrapUp("c1", "1001", 1, "solved")).steps == ()


INTERRUPTED = (
    *TALKING,
    ev.CallEnded(at=at(9), call_id="c1"),
    ev.CallStarted(at=at(10), call_id="c2"),
    ev.AgentRung(at=at(11), call_id="c2", agent="1001"),
)


def test_work_that_was_set_aside_can_be_finished_meanwhile() -> None:
    it = floor(*INTERRUPTED)
    (step,) = planned(it, cmd.FinishWrapUp("c1", "1001", 1, "solved")).steps
    assert isinstance(step, Observation)
    it.apply(step.event)
    assert (it.agents["1001"].activity, it.agents["1001"].aside) == (Activity.RINGING, ())


def test_who_signs_out_leaves_all_their_after_call_work_unfinished() -> None:
    it = floor(
        *INTERRUPTED,
        ev.LegStarted(at=at(12), call_id="c2", agent="1001"),
        ev.CallEnded(at=at(13), call_id="c2"),
    )
    for step in planned(it, cmd.SignOut("1001", by="zhaomin")).steps:
        assert isinstance(step, Observation)
        it.apply(step.event)
        assert isinstance(step.event, ev.WrapUpEnded)
        assert (step.event.disposition, step.event.timed_out) == (None, False)
    assert (it.agents["1001"].activity, it.agents["1001"].aside) == (Activity.IDLE, ())
