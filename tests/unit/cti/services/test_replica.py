"""A picture folded from deltas is the floor's own, whenever it began and however often it was cut off."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cti.bus.topics import FLOOR
from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.delta import FloorDelta, FloorSnapshot
from cti.domain.floor import Floor
from cti.domain.views import CallView
from cti.replica import FloorReplica, OutOfStep, following_floor
from tests.support.desk import CALL_TO_1001, Desk, at, desk, running, settle
from tests.support.traces import DIRECTORY, NAMES, live_events
from tests.unit.cti.domain.test_floor import shift

SHOWN = ("calls", "agents", "queues", "happenings", "system")


def shown(replica: FloorReplica) -> dict[str, Any]:
    """Everything in it; a queue is told anew when something changes in it, not when time passes."""
    state = {name: getattr(replica, name) for name in SHOWN}
    return {**state, "queues": {name: replace(it, at=at(0)) for name, it in replica.queues.items()}}


def begun(snapshot: FloorSnapshot) -> FloorReplica:
    replica = FloorReplica()
    replica.reset(snapshot)
    return replica


@pytest.mark.parametrize("name", NAMES)
def test_on_recorded_calls_it_is_what_a_new_snapshot_shows(name: str) -> None:
    events = live_events(name)
    floor = Floor(DIRECTORY, epoch=name, now=events[0].at)
    replica = begun(floor.snapshot(events[0].at))
    for event in events:
        replica.fold(FLOOR.decode(FLOOR.encode(floor.apply(event))))
        assert shown(replica) == shown(begun(floor.snapshot(event.at)))


@given(shift(), st.integers(0, 40))
def test_whenever_it_began_it_is_what_a_new_snapshot_shows(events: list[ev.Event], begin: int) -> None:
    floor = Floor(DIRECTORY, epoch="e", now=at(0))
    for event in events[:begin]:
        floor.apply(event)
    replica = begun(floor.snapshot(at(0)))
    for event in events[begin:]:
        replica.fold(floor.apply(event))
    assert shown(replica) == shown(begun(floor.snapshot(at(0))))


@pytest.mark.parametrize(("epoch", "ahead"), [("e", 0), ("e", 2), ("other", 1)])
def test_a_delta_that_does_not_follow_is_refused_and_changes_nothing(epoch: str, ahead: int) -> None:
    it = desk()
    replica = begun(it.live.snapshot(at(0)))
    before = shown(replica), replica.seq
    delta = replace(it.live.observe(CALL_TO_1001[1]), epoch=epoch, seq=replica.seq + ahead)
    with pytest.raises(OutOfStep):
        replica.fold(delta)
    assert (shown(replica), replica.seq) == before


class Follower:
    """Keeps a replica; may be slow."""

    def __init__(self, it: Desk, capacity: int) -> None:
        self.it, self.capacity = it, capacity
        self.replica = FloorReplica()
        self.seen: list[FloorDelta] = []
        self.starts = 0

    async def run(self) -> None:
        def start() -> None:
            self.starts += 1

        deltas = following_floor(self.it.port, self.replica, capacity=self.capacity, start=start)
        async for delta in deltas:
            self.seen.append(delta)


async def test_who_keeps_up_sees_each_delta_once_it_is_in_the_picture() -> None:
    it = desk()
    follower = Follower(it, capacity=10)
    async with running(follower.run):
        it.observe(*CALL_TO_1001)
        await settle()
    assert [delta.event for delta in follower.seen] == list(CALL_TO_1001)
    assert follower.starts == 1
    assert shown(follower.replica) == shown(begun(it.live.snapshot(at(4))))


async def test_who_was_too_slow_begins_anew_and_is_right_again() -> None:
    it = desk()
    follower = Follower(it, capacity=3)
    async with running(follower.run):
        it.observe(*CALL_TO_1001)
        await settle()
        assert (follower.starts, follower.seen) == (2, [])
        assert shown(follower.replica) == shown(begun(it.live.snapshot(at(4))))
        it.observe(ev.CallEnded(at=at(9), call_id="c1"))
        await settle()
        assert [type(delta.event) for delta in follower.seen] == [ev.CallEnded]


async def test_a_delta_lost_on_the_way_is_noticed_and_the_picture_begins_anew() -> None:
    it = desk()
    follower = Follower(it, capacity=10)
    async with running(follower.run):
        it.live.floor.apply(CALL_TO_1001[0])
        it.observe(*CALL_TO_1001[1:])
        await settle()
    assert follower.starts == 2
    assert shown(follower.replica) == shown(begun(it.live.snapshot(at(4))))


def test_no_part_of_a_call_stays_behind() -> None:
    """A new field of a call is found here: it has to travel, or somebody must say why not."""
    own = {"deaf", "facts"}
    assert set(CallView.__struct_fields__) == {it.name for it in fields(Call)} - own
