"""The life of the connection: the hole is filled before LinkUp, and drift is found and corrected."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from cti import session as session_module
from cti.ami.action import AmiLost
from cti.ami.snapshot import Snapshot, SnapshotQueue
from cti.ami.state import DownReason, LinkLost, LinkReady
from cti.bus.topics import FLOOR
from cti.domain import events as ev
from cti.domain.agent import Presence
from cti.domain.call_state import CallState
from cti.session import AsteriskSession, CatchUp, Pace
from tests.support.desk import CALL_TO_1001, Desk, at, desk

EMPTY = Snapshot(at(100), "22.1", (), (SnapshotQueue("service", "leastrecent", (), ()),), {})


class Records:
    """Asterisk's records as the reconciler tells them."""

    def __init__(self, *events: ev.Event) -> None:
        self.asked: list[datetime | None] = []
        self.events: Sequence[ev.Event] = events
        self.recovered = True

    async def catch_up(self, since: datetime | None) -> CatchUp:
        self.asked.append(since)
        return CatchUp(self.events, self.recovered)


def session(
    it: Desk, records: Records, last_heard: datetime | None = None, pace: Pace = session_module.at_once
) -> AsteriskSession:
    made = AsteriskSession(
        it.live,
        records,
        clock=lambda: at(101),
        last_heard=last_heard,
        penalty=lambda agent, queue: 3,
        pace=pace,
    )
    made.link = it.link  # type: ignore[assignment]  # It shows no lists: `shown` stands for them.
    return made


def ready(uptime_s: int = 5000) -> LinkReady:
    return LinkReady(at=at(100), listening_since=at(100), uptime_s=uptime_s)


LOST = LinkLost(at=at(50), reason=DownReason.CLOSED, detail="connection closed", heard_until=at(49))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Snapshot]:
    """The snapshots that Asterisk will show, the last one for ever."""
    snapshots: list[Snapshot] = [EMPTY]

    async def take(link: Any) -> Snapshot:
        return snapshots.pop(0) if len(snapshots) > 1 else snapshots[0]

    monkeypatch.setattr(session_module, "take_snapshot", take)
    return snapshots


async def kinds(heard: Any) -> Sequence[str]:
    return [type(applied.event).__name__ async for applied in heard]


@pytest.mark.usefixtures("shown")
async def test_the_first_connection_reads_everything_not_yet_stored() -> None:
    it, records = desk(), Records()
    await session(it, records).on_state(ready())
    assert records.asked == [None]
    assert it.live.floor.system.link.up
    assert it.live.floor.system.gaps == ()


@pytest.mark.usefixtures("shown")
async def test_a_restart_of_the_service_is_shown_as_a_gap_since_it_was_last_alive() -> None:
    it = desk()
    await session(it, Records(), last_heard=at(10)).on_state(ready())
    (gap,) = it.live.floor.system.gaps
    assert (gap.since, gap.recovered) == (at(10), True)


@pytest.mark.usefixtures("shown")
async def test_after_a_break_the_records_come_first_then_the_comparison_then_link_up() -> None:
    it = desk()
    ended = ev.CallEnded(at=at(60), source=ev.Source.RECORD, call_id="c1", cause=16)
    records = Records(ended)
    made = session(it, records)
    await made.on_state(ready())
    it.observe(*CALL_TO_1001)
    heard = it.bus.subscribe(FLOOR, capacity=100)
    await made.on_state(LOST)
    await made.on_state(ready())
    assert records.asked == [None, at(49)]
    assert it.live.floor.calls["c1"].ended_at == at(60)
    heard.close()
    assert await kinds(heard) == [
        "GapOpened",
        "LinkDown",
        "CallEnded",
        "MemberRemoved",
        "GapClosed",
        "LinkUp",
    ]


@pytest.mark.usefixtures("shown")
async def test_everyone_sees_a_word_for_the_break_and_what_is_known_of_it_stays_in_the_log() -> None:
    it = desk()
    made = session(it, Records())
    await made.on_state(ready())
    detail = "resynchronising failed: OperationalError('[SQL: SELECT number FROM calls] /home/x/ringdesk.db')"
    await made.on_state(replace(LOST, reason=DownReason.RESYNC_FAILED, detail=detail))
    system = it.live.floor.system
    assert system.link.reason == system.gaps[0].reason == "resync_failed"


@pytest.mark.usefixtures("shown")
async def test_retries_while_asterisk_is_away_open_no_second_gap() -> None:
    it, made = desk(), None
    made = session(it, Records())
    await made.on_state(ready())
    for _ in range(3):
        await made.on_state(LOST)
    assert len(it.live.floor.system.gaps) == 1


def a_long_past(calls: int) -> list[ev.Event]:
    return [
        event
        for number in range(calls)
        for event in (
            ev.CallStarted(at=at(number), source=ev.Source.RECORD, call_id=f"c{number}"),
            ev.CallEnded(at=at(number + 1), source=ev.Source.RECORD, call_id=f"c{number}"),
        )
    ]


@pytest.mark.usefixtures("shown")
async def test_a_long_past_is_told_at_a_pace_that_everyone_can_follow() -> None:
    it, past = desk(), a_long_past(calls=2_000)
    heard = it.bus.subscribe(FLOOR, capacity=1_000)
    following = asyncio.create_task(kinds(heard))
    await session(it, Records(*past)).on_state(ready())
    heard.close()
    assert (await following).count("CallEnded") == 2_000


@pytest.mark.usefixtures("shown")
async def test_a_past_whose_telling_was_cut_short_is_told_to_its_end_at_the_next_connection() -> None:
    it, records, room = desk(), Records(*a_long_past(calls=2_000)), asyncio.Event()
    heard = it.bus.subscribe(FLOOR, capacity=10_000)
    made = session(it, records, pace=room.wait)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await made.on_state(ready())
    room.set()
    records.events = ()
    await made.on_state(ready())
    heard.close()
    assert (await kinds(heard)).count("CallEnded") == 2_000


@pytest.mark.usefixtures("shown")
async def test_what_is_lost_is_told_although_the_first_attempt_is_cut_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(link: Any) -> Snapshot:
        raise AmiLost("gone again")

    it, records = desk(), Records()
    made = session(it, records, last_heard=at(10))
    records.recovered = False
    with monkeypatch.context() as patched:
        patched.setattr(session_module, "take_snapshot", refuse)
        with pytest.raises(AmiLost):
            await made.on_state(ready())
    records.recovered = True
    await made.on_state(ready())
    await made.on_state(LOST)
    await made.on_state(ready())
    gaps = it.live.floor.system.gaps
    assert [gap.recovered for gap in gaps] == [False, True]


async def test_a_new_asterisk_gets_back_the_members_it_forgot(shown: list[Snapshot]) -> None:
    it = desk()
    made = session(it, Records())
    await made.on_state(ready())
    it.observe(ev.MemberAdded(at=at(1), agent="1001", queue="service", paused=True, reason="lunch"))
    await made.on_state(LOST)
    await made.on_state(ready(uptime_s=3))
    (added,) = it.link.asked
    assert (added["Action"], added["Reason"], added["Penalty"]) == ("QueueAdd", "lunch", "3")


async def test_the_same_asterisk_is_right_about_its_members(shown: list[Snapshot]) -> None:
    it = desk()
    made = session(it, Records())
    await made.on_state(ready())
    it.observe(ev.MemberAdded(at=at(1), agent="1001", queue="service"))
    await made.on_state(LOST)
    await made.on_state(ready(uptime_s=5000))
    assert it.link.asked == []
    assert it.live.floor.agents["1001"].presence is Presence.SIGNED_OUT


async def test_only_what_differs_twice_is_corrected(
    shown: list[Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "CONFIRM_AFTER_S", 0)
    it = desk()
    made = session(it, Records())
    await made.on_state(ready())
    it.observe(ev.CallStarted(at=at(1), call_id="ghost"))
    other = replace(EMPTY, devices={"PJSIP/1002": "NOT_INUSE"})
    shown[:] = [other, EMPTY]
    await made._check_once()
    assert it.live.floor.calls["ghost"].state is CallState.ENDED
    assert not it.live.floor.agents["1002"].reachable


async def test_a_comparison_that_fails_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    it, problems, compared = desk(), [AmiLost("cut"), None], asyncio.Event()
    made = session(it, Records())

    async def take(link: Any) -> Snapshot:
        problem = problems.pop()
        if problem is not None:
            raise problem
        if not problems:
            compared.set()
        return EMPTY

    monkeypatch.setattr(session_module, "take_snapshot", take)
    monkeypatch.setattr(session_module, "CHECK_EVERY_S", 0)
    await made.on_state(ready())
    problems[:] = [None, AmiLost("cut")]
    comparing = asyncio.create_task(made.keep_honest())
    async with asyncio.timeout(5):
        await compared.wait()
    comparing.cancel()


@pytest.mark.usefixtures("shown")
async def test_what_is_not_told_yet_is_no_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CONFIRM_AFTER_S", 0)
    it = desk()
    made = session(it, Records())
    it.observe(ev.CallStarted(at=at(1), call_id="told by half", source=ev.Source.RECORD))
    await made._check_once()
    assert it.live.floor.calls["told by half"].state is CallState.MENU
    await made.on_state(ready())
    await made.on_state(LOST)
    it.observe(ev.CallStarted(at=at(60), call_id="told by half too", source=ev.Source.RECORD))
    await made._check_once()
    assert it.live.floor.calls["told by half too"].state is CallState.MENU


def test_an_event_of_asterisk_reaches_the_floor() -> None:
    it = desk()
    fields = {
        "Event": "QueueMemberAdded",
        "Timestamp": "1795318415.241465",
        "Queue": "service",
        "Interface": "PJSIP/1001",
        "Paused": "0",
    }
    session(it, Records()).on_event(fields)
    assert it.live.floor.agents["1001"].presence is Presence.READY


async def test_the_phone_of_a_new_seat_is_known_at_once(shown: list[Snapshot]) -> None:
    it = desk()
    made = session(it, Records())
    await made.on_state(ready())
    shown[:] = [replace(EMPTY, devices={"PJSIP/1002": "NOT_INUSE"})]
    await made.look_at_agents()
    assert it.live.floor.agents["1002"].reachable


async def test_a_new_seat_that_became_ready_while_asterisk_was_asked_stays_ready(
    shown: list[Snapshot],
) -> None:
    it = desk()
    made = session(it, Records())
    await made.on_state(ready())
    it.observe(
        ev.MemberAdded(at=at(1), agent="1002", queue="service"), ev.PhoneReachable(at=at(1), agent="1002")
    )
    shown[:] = [replace(EMPTY, devices={"PJSIP/1002": "UNAVAILABLE"})]
    await made.look_at_agents()
    agent = it.live.floor.agents["1002"]
    assert (agent.presence, agent.reachable) == (Presence.READY, True)
