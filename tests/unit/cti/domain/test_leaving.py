"""Who and what the directory does not name any more leaves the floor, and leaves nothing behind."""

from dataclasses import replace

import pytest

from cti.domain import events as ev
from cti.domain.agent import AgentInfo, Interval
from cti.domain.delta import FloorDelta
from cti.domain.floor import Floor
from tests.support.shown import changes, state
from tests.unit.cti.domain.test_floor import DIRECTORY, answered_call, at, feed, floor

WITHOUT_1001 = replace(DIRECTORY, agents={"1002": DIRECTORY.agents["1002"]})
WITHOUT_SALES = replace(DIRECTORY, queues={"service": DIRECTORY.queues["service"]})
SOMEBODY_ELSE = AgentInfo("1001", 77, "new", "New")
SUCCEEDED = replace(DIRECTORY, agents={**DIRECTORY.agents, "1001": SOMEBODY_ELSE})


def tell(it: Floor, seconds: float) -> FloorDelta:
    return it.apply(ev.DirectoryChanged(at=at(seconds), source=ev.Source.SERVICE))


def gone(applied: FloorDelta) -> list[tuple[str, str]]:
    return [(change.kind, change.id) for change in changes(applied) if change.value is None]


def test_an_idle_agent_is_gone_at_once_and_their_time_is_closed() -> None:
    it = floor()
    feed(it, ev.MemberAdded(at=at(1), agent="1001", queue="sales"))
    feed(it, ev.MemberRemoved(at=at(5), agent="1001", queue="sales"))
    it.set_directory(WITHOUT_1001, at(9))
    applied = tell(it, 9)
    assert gone(applied) == [("agents", "1001")]
    assert "1001" not in it.agents
    assert "1001" not in state(it.snapshot(at(9)))["agents"]
    closed = {(i.kind, i.state, i.started_at, i.ended_at) for i in applied.intervals}
    assert closed == {("presence", "signed_out", at(5), at(9)), ("activity", "idle", at(0), at(9))}
    assert gone(tell(it, 10)) == []


def test_a_conversation_goes_on_with_its_agent_on_the_floor_until_it_is_over() -> None:
    it = floor()
    feed(it, ev.MemberAdded(at=at(0), agent="1001", queue="service"), *answered_call())
    it.set_directory(WITHOUT_1001, at(9))
    assert gone(tell(it, 9)) == []
    assert [agent.ext for agent in it.leaving()] == ["1001"]
    feed(it, ev.MemberRemoved(at=at(10), agent="1001", queue="service"))
    assert state(it.snapshot(at(10)))["agents"]["1001"]["activity"] == "talking"
    feed(it, ev.LegEnded(at=at(20), call_id="c1", agent="1001"))
    assert it.agents["1001"].activity == "wrapping_up"
    ended = it.apply(ev.WrapUpEnded(at=at(30), agent="1001", call_id="c1", timed_out=True))
    assert gone(ended) == [("agents", "1001")]
    assert it.leaving() == []
    feed(it, ev.CallEnded(at=at(31), call_id="c1"))
    assert it.calls["c1"].last_leg_of("1001") is not None


def test_an_agent_in_a_queue_is_there_as_long_as_asterisk_says_so() -> None:
    it = floor()
    feed(it, ev.MemberAdded(at=at(1), agent="1001", queue="sales"))
    it.set_directory(WITHOUT_1001, at(9))
    assert gone(tell(it, 9)) == []
    assert state(it.snapshot(at(9)))["queues"]["sales"]["ready"] == 1
    applied = it.apply(ev.MemberRemoved(at=at(10), agent="1001", queue="sales"))
    assert gone(applied) == [("agents", "1001")]
    assert state(it.snapshot(at(10)))["queues"]["sales"]["ready"] == 0


def test_an_extension_that_goes_to_somebody_else_begins_anew() -> None:
    it = floor()
    feed(it, ev.MemberAdded(at=at(1), agent="1001", queue="sales"))
    feed(it, ev.ConsoleOpened(at=at(2), agent="1001"))
    it.set_directory(SUCCEEDED, at(9))
    tell(it, 9)
    assert it.agents["1001"].info.login == "u0"
    applied = it.apply(ev.MemberRemoved(at=at(10), agent="1001", queue="sales"))
    last = [change.value for change in changes(applied) if change.id == "1001"][-1]
    assert last is not None
    assert (last["login"], last["presence"], last["presence_since"]) == (
        "new",
        "signed_out",
        last["activity_since"],
    )
    assert it.agents["1001"].info == SOMEBODY_ELSE
    assert it.agents["1001"].console is True
    assert it.leaving() == []


def test_a_changed_name_is_no_departure() -> None:
    it = floor()
    feed(it, ev.MemberAdded(at=at(1), agent="1001", queue="sales"))
    renamed = replace(DIRECTORY.agents["1001"], name="Other", role="supervisor")
    it.set_directory(replace(DIRECTORY, agents={**DIRECTORY.agents, "1001": renamed}), at(9))
    applied = tell(it, 9)
    assert gone(applied) == []
    value = next(change.value for change in changes(applied) if change.id == "1001")
    assert value is not None
    assert (value["name"], value["role"], value["presence"]) == ("Other", "supervisor", "ready")


def test_a_queue_is_gone_when_nobody_waits_in_it() -> None:
    it = floor()
    feed(it, ev.CallStarted(at=at(0), call_id="c1"))
    feed(it, ev.QueueEntered(at=at(1), call_id="c1", queue="sales"))
    it.set_directory(WITHOUT_SALES, at(9))
    assert gone(tell(it, 9)) == []
    left = it.apply(ev.QueueLeft(at=at(20), call_id="c1", queue="sales", outcome=ev.StintOutcome.ABANDONED))
    assert gone(left) == [("queues", "sales")]
    assert set(state(it.snapshot(at(20)))["queues"]) == {"service"}


def test_a_queue_that_comes_back_is_there_again() -> None:
    it = floor()
    it.set_directory(WITHOUT_SALES, at(1))
    tell(it, 1)
    it.set_directory(DIRECTORY, at(2))
    applied = tell(it, 2)
    assert ("queues", "sales") in [(c.kind, c.id) for c in changes(applied) if c.value is not None]


@pytest.mark.parametrize("kind", ["presence", "activity"])
def test_what_was_open_of_somebody_who_left_while_nobody_looked_is_closed(kind: str) -> None:
    it = Floor(WITHOUT_1001, epoch="e", now=at(0))
    state = "ready" if kind == "presence" else "wrapping_up"
    it.resume([Interval("1001", kind, state, None, None, at(-60), None)], [])
    applied = it.apply(ev.LinkUp(at=at(1)))
    assert [(i.agent, i.kind, i.started_at, i.ended_at) for i in applied.intervals] == [
        ("1001", kind, at(-60), at(1))
    ]
    assert it.apply(ev.LinkUp(at=at(2))).intervals == ()
