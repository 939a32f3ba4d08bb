"""The comparison with Asterisk: whatever the floor believed, afterwards it equals the snapshot."""

from dataclasses import replace
from typing import Any

import pytest

from cti.ami.snapshot import (
    MemberStatus,
    Snapshot,
    SnapshotCaller,
    SnapshotChannel,
    SnapshotMember,
    SnapshotQueue,
)
from cti.domain import events as ev
from cti.domain.agent import Activity, Interval, Presence
from cti.domain.call_state import CallState
from cti.domain.floor import Floor
from cti.resync import corrections, membership_repairs
from tests.support.desk import CALL_TO_1001, at, desk

EMPTY = Snapshot(at(100), "22", (), (SnapshotQueue("service", "leastrecent", (), ()),), {})


def channel(name: str, unique: str, **more: Any) -> SnapshotChannel:
    plain = SnapshotChannel(
        channel=name,
        uniqueid=unique,
        call_id="c1",
        state="Up",
        application="Queue",
        context="ringdesk-stint",
        exten="s",
        bridge_id=None,
        caller_number="+8613800138000",
        caller_name="王",
        connected_number="",
        duration_s=30,
    )
    return replace(plain, **more)


def member(ext: str, reason: str | None = None) -> SnapshotMember:
    return SnapshotMember(
        interface=f"PJSIP/{ext}",
        name=ext,
        penalty=0,
        status=MemberStatus.NOT_IN_USE,
        paused=reason is not None,
        paused_reason=reason or "",
        in_call=False,
    )


def queue(*callers: SnapshotCaller, members: tuple[SnapshotMember, ...] = ()) -> SnapshotQueue:
    return SnapshotQueue("service", "leastrecent", callers, members)


TALKING = replace(
    EMPTY,
    channels=(
        channel("PJSIP/trunk-1", "c1", bridge_id="b"),
        channel("PJSIP/1001-1", "a1", bridge_id="b"),
    ),
    queues=(queue(members=(member("1001"),)),),
    devices={"PJSIP/1001": "INUSE"},
)
WAITING = replace(
    EMPTY,
    channels=(channel("PJSIP/trunk-1", "c1"),),
    queues=(queue(SnapshotCaller("PJSIP/trunk-1", "c1", 1, 5, 12)),),
)
RINGING = replace(WAITING, channels=(*WAITING.channels, channel("PJSIP/1001-1", "a1", state="Ringing")))


def corrected(floor: Floor, snapshot: Snapshot) -> Floor:
    for event in corrections(floor, snapshot):
        assert floor.apply(event).drift is None, event
    assert corrections(floor, snapshot) == []
    return floor


def test_an_empty_floor_learns_of_a_conversation_and_does_not_invent_its_holds() -> None:
    floor = corrected(desk().live.floor, TALKING)
    call = floor.calls["c1"]
    assert (call.state, call.agent, call.name) == (CallState.TALKING, "1001", "王")
    assert call.legs[0].hold_s is None
    assert call.started_at == at(70)
    assert floor.agents["1001"].presence is Presence.READY
    assert floor.agents["1001"].reachable


def test_an_empty_floor_learns_who_waits_since_when() -> None:
    floor = corrected(desk().live.floor, WAITING)
    assert floor.calls["c1"].state is CallState.QUEUED
    assert floor.queues["service"].waiting == {"c1": at(88)}
    assert corrected(desk().live.floor, RINGING).agents["1001"].activity is Activity.RINGING


@pytest.mark.parametrize(
    "snapshot", [EMPTY, WAITING, RINGING, TALKING], ids=["gone", "waits", "rings", "talks"]
)
@pytest.mark.parametrize("heard", range(len(CALL_TO_1001) + 1))
def test_whatever_was_heard_before_the_gap_the_floor_equals_asterisk_after_it(
    heard: int, snapshot: Snapshot
) -> None:
    it = desk()
    it.observe(*CALL_TO_1001[:heard])
    floor = corrected(it.live.floor, snapshot)
    open_calls = [c.id for c in floor.calls.values() if c.ended_at is None]
    assert open_calls == [c.uniqueid for c in snapshot.channels if c.uniqueid == "c1"]


@pytest.mark.parametrize("heard", [3, 4], ids=["waited", "rang"])
def test_why_somebody_who_waited_is_gone_is_not_invented(heard: int) -> None:
    it = desk()
    it.observe(*CALL_TO_1001[:heard])
    (stint,) = corrected(it.live.floor, EMPTY).calls["c1"].stints
    assert stint.outcome is ev.StintOutcome.UNKNOWN


def test_who_ended_a_conversation_that_is_gone_is_not_invented() -> None:
    it = desk()
    it.observe(*CALL_TO_1001)
    (leg,) = corrected(it.live.floor, EMPTY).calls["c1"].legs
    assert leg.end is ev.LegEnd.UNKNOWN


def test_an_agent_resumed_in_a_call_that_is_gone_is_freed() -> None:
    it = desk()
    it.live.floor.resume([Interval("1001", "activity", "talking", None, "old", at(0), None)], [])
    assert corrected(it.live.floor, EMPTY).agents["1001"].activity is Activity.IDLE


def test_an_agent_resumed_in_a_call_that_went_on_to_somebody_else_is_freed() -> None:
    it = desk()
    it.live.floor.resume([Interval("1001", "activity", "talking", None, "c1", at(0), None)], [])
    elsewhere = (TALKING.channels[0], channel("PJSIP/1002-1", "a2", bridge_id="b"))
    floor = corrected(it.live.floor, replace(TALKING, channels=elsewhere))
    assert [floor.agents[ext].activity for ext in ("1001", "1002")] == [Activity.IDLE, Activity.TALKING]


def test_an_agent_resumed_in_a_call_that_lasts_stays_in_it() -> None:
    it = desk()
    it.live.floor.resume([Interval("1001", "activity", "talking", None, "c1", at(0), None)], [])
    agent = corrected(it.live.floor, TALKING).agents["1001"]
    assert (agent.activity, agent.activity_since) == (Activity.TALKING, at(0))


def test_an_agent_resumed_as_ready_whom_asterisk_does_not_know_is_signed_out() -> None:
    it = desk()
    it.live.floor.resume([Interval("1001", "presence", "ready", None, None, at(0), None)], [])
    assert corrected(it.live.floor, EMPTY).agents["1001"].presence is Presence.SIGNED_OUT


def test_an_agent_resumed_as_ready_whom_asterisk_knows_stays_ready_since_then() -> None:
    it = desk()
    it.live.floor.resume([Interval("1001", "presence", "ready", None, None, at(3), None)], [])
    agent = corrected(it.live.floor, TALKING).agents["1001"]
    assert (agent.presence, agent.presence_since) == (Presence.READY, at(3))


def test_asterisks_pauses_win_over_ours() -> None:
    it = desk()
    it.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"))
    paused = replace(EMPTY, queues=(queue(members=(member("1001", "lunch"),)),))
    agent = corrected(it.live.floor, paused).agents["1001"]
    assert (agent.presence, agent.reason) == (Presence.PAUSED, "lunch")


def test_the_reason_of_a_pause_is_asterisks_too() -> None:
    """queue_log does not say with which reason a member joined paused."""
    it = desk()
    it.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service", paused=True, source=ev.Source.RECORD))
    paused = replace(EMPTY, queues=(queue(members=(member("1001", "lunch"),)),))
    assert corrected(it.live.floor, paused).agents["1001"].reason == "lunch"


def test_asterisks_word_for_a_pause_and_ours_are_no_difference() -> None:
    it = desk()
    it.observe(ev.MemberPaused(at=at(0), agent="1001", queue="service", reason="Auto-Pause"))
    paused = replace(EMPTY, queues=(queue(members=(member("1001", "Auto-Pause"),)),))
    assert corrections(it.live.floor, paused) == []


def test_a_new_asterisk_is_told_what_its_database_missed() -> None:
    before: dict[str, dict[str, str | None]] = {"1001": {"service": "lunch"}, "1002": {}}
    assert membership_repairs(before, EMPTY) == ([("1001", "service", "lunch")], [], [])
    unpaused = replace(EMPTY, queues=(queue(members=(member("1001"), member("1002"))),))
    assert membership_repairs(before, unpaused) == ([], [("1001", "service", "lunch")], [("1002", "service")])
    same = replace(EMPTY, queues=(queue(members=(member("1001", "lunch"),)),))
    assert membership_repairs(before, same) == ([], [], [])
