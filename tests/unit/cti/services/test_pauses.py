"""The pause that Asterisk holds is the one that is wanted, whoever wrote there and in whatever order."""

from dataclasses import replace

import pytest

from cti import pauses
from cti.ami.action import ActionReply
from cti.control.commands import GoReady, Pause, Refused
from cti.domain import events as ev
from cti.domain.events import RingResult, Source
from cti.pauses import Pauses
from tests.support.desk import CALL_TO_1001, Desk, at, desk, running, settle
from tests.support.pausing import PausingAsterisk

HANG_UP = ev.CallEnded(at=at(9), call_id="c1")
RUNG = CALL_TO_1001[:-1]
DONE = ev.WrapUpEnded(at=at(12), agent="1001", call_id="c1", disposition="solved", source=Source.SERVICE)
REACHABLE = ev.PhoneReachable(at=at(0), agent="1001")


def service(it: Desk) -> Pauses:
    return Pauses(it.port, it.control.pauses)


def paused(
    queue: str = "service", reason: str = "Auto-Pause", *, seconds: float = 9, source: Source = Source.LIVE
) -> ev.Event:
    return ev.MemberPaused(at=at(seconds), agent="1001", queue=queue, reason=reason, source=source)


def wishes(*reasons: str, seconds: float = 5) -> ev.Event:
    return ev.PauseDecided(at=at(seconds), agent="1001", reasons=reasons, source=Source.SERVICE)


def told(it: Desk) -> list[tuple[str, str | None]]:
    """What Asterisk was asked: queue ("" for all) and reason."""
    return [(a.get("Queue", ""), a.get("Reason")) for a in it.link.asked]


# After-call work ---------------------------------------------------------------------------------------


async def test_the_phone_is_paused_during_after_call_work_and_freed_after() -> None:
    it = desk()
    async with running(service(it).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        (pause,) = await it.link.until_asked(1)
        assert (pause["Paused"], pause["Reason"], pause["Interface"]) == ("true", "wrapup", "PJSIP/1001")
        it.observe(paused(reason="wrapup"), DONE)
        asked = await it.link.until_asked(2)
        assert asked[1]["Paused"] == "false"


async def test_an_agent_who_paused_in_mid_call_keeps_that_pause() -> None:
    it = desk()
    async with running(service(it).run):
        it.observe(*CALL_TO_1001, wishes("lunch"), paused(reason="lunch", seconds=5), HANG_UP)
        await settle()
        it.observe(DONE)
        await settle()
    assert told(it) == []


async def test_a_pause_left_behind_by_after_call_work_is_ended_at_the_start() -> None:
    it = desk()
    it.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service", paused=True, reason="wrapup"))
    async with running(service(it).run):
        (unpause,) = await it.link.until_asked(1)
    assert unpause["Paused"] == "false"


async def test_states_of_a_past_that_is_being_told_are_not_taken_for_the_present() -> None:
    it = desk()
    async with running(service(it).run):
        it.observe(ev.LinkDown(at=at(0), reason="cut"))
        it.observe(*(replace(event, source=Source.RECORD) for event in (*CALL_TO_1001, HANG_UP)))
        await settle()
        assert it.link.asked == []
        it.observe(ev.CallStarted(at=at(10), call_id="c2"), ev.LinkUp(at=at(10)))
        await it.link.until_asked(1)
    assert told(it) == [("", "wrapup")]


async def test_an_end_while_asterisk_is_away_frees_the_phone_when_it_is_back() -> None:
    it = desk()
    async with running(service(it).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await it.link.until_asked(1)
        it.observe(paused(reason="wrapup"), ev.LinkDown(at=at(10), reason="cut"), DONE)
        await settle()
        it.observe(ev.LinkUp(at=at(20)))
        asked = await it.link.until_asked(2)
    assert asked[1]["Paused"] == "false"


async def test_an_end_that_overtakes_the_confirmation_of_the_pause_frees_the_phone() -> None:
    it = desk()
    async with running(service(it).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await it.link.until_asked(1)
        it.observe(DONE)
        await it.link.until_asked(2)
        it.observe(paused(reason="wrapup", seconds=10))
        await settle()
    assert told(it) == [("", "wrapup"), ("", None)]


async def test_what_asterisk_does_not_confirm_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "CONFIRMED_WITHIN_S", 0)
    it = desk()
    async with running(service(it).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await it.link.until_asked(3)
    assert set(told(it)) == {("", "wrapup")}


# Two who write at once ---------------------------------------------------------------------------------


async def test_a_lost_phone_stays_paused_through_after_call_work_and_behind_it() -> None:
    """As it was seen: the dialplan's pause is in Asterisk when ours is written, and not heard yet."""
    it = desk()
    asterisk = PausingAsterisk(it, ["service", "sales"])
    it.control._link = asterisk
    async with running(service(it).run):
        it.observe(*CALL_TO_1001[1:])
        asterisk.others("phone_lost")
        it.observe(HANG_UP)
        await settle()
        assert asterisk.held == {"service": "wrapup", "sales": "wrapup"}
        asterisk.tell()
        await settle()
        it.observe(DONE)
        await settle()
        asterisk.tell()
        assert set(asterisk.held.values()) == {"phone_stays_lost"}
        agent = it.live.floor.agents["1001"]
        assert (agent.presence, agent.reason) == ("paused", "phone_lost")
        it.observe(REACHABLE)
        await it.control.execute(GoReady("1001"))
        asterisk.tell()
    assert set(asterisk.held.values()) == {None}
    assert agent.presence == "ready"


@pytest.mark.parametrize("first", ["the agent", "after-call work"])
async def test_a_pause_asked_for_in_the_moment_of_the_hang_up_is_kept(first: str) -> None:
    it = desk()
    asterisk = PausingAsterisk(it, ["service"])
    it.control._link = asterisk
    async with running(service(it).run):
        it.observe(*CALL_TO_1001[1:])
        if first == "the agent":
            await it.control.execute(Pause("1001", "lunch"))
            it.observe(HANG_UP)
        else:
            it.observe(HANG_UP)
            await it.control.execute(Pause("1001", "lunch"))
        await settle()
        it.observe(DONE)
        await settle()
        asterisk.tell()
        await settle()
        assert asterisk.held == {"service": "lunch"}
    assert it.live.floor.agents["1001"].reason == "lunch"


async def test_what_asterisk_refuses_is_not_done_later() -> None:
    it = desk()
    async with running(service(it).run):
        it.observe(CALL_TO_1001[0], REACHABLE)
        it.link.away = True
        with pytest.raises(Refused):
            await it.control.execute(Pause("1001", "lunch"))
        it.link.away = False
        it.observe(ev.LinkUp(at=at(20)))
        await settle()
    assert it.link.asked == []


async def test_a_phone_lost_while_asterisk_refuses_its_agents_ready_stays_paused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    it = desk()
    it.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"), REACHABLE, wishes("lunch"))
    it.observe(paused(reason="lunch", seconds=6))

    async def refuse(fields: object) -> ActionReply:
        it.observe(paused(reason="phone_lost"))
        return ActionReply(False, "no", {})

    monkeypatch.setattr(it.link, "action", refuse)
    with pytest.raises(Refused):
        await it.control.execute(GoReady("1001"))
    assert it.live.floor.agents["1001"].standing == ("phone_lost", "lunch")


async def test_nothing_is_filled_in_where_asterisk_is_on_its_way() -> None:
    it = desk()
    it.observe(ev.MemberAdded(at=at(0), agent="1001", queue="sales"))
    async with running(service(it).run):
        it.observe(*RUNG, paused())
        await settle()
        it.observe(paused("sales"))
        await settle()
    assert it.link.asked == []


# Who declined ------------------------------------------------------------------------------------------


def ended(result: RingResult, seconds: float = 5) -> ev.RingEnded:
    return ev.RingEnded(at=at(seconds), call_id="c1", agent="1001", result=result)


async def held_after(*events: ev.Event) -> tuple[list[tuple[str, str | None]], str | None]:
    it = desk()
    async with running(service(it).run):
        it.observe(*RUNG, *events)
        await settle()
    return told(it), it.live.floor.agents["1001"].pause


DECLINED = ([("", "declined")], "declined")


async def test_who_declines_is_paused_with_that_reason() -> None:
    # DialEnd follows and knows nothing of it.
    heard = (ended(RingResult.REFUSED), ended(RingResult.NO_ANSWER, 5.001), paused())
    assert await held_after(*heard) == DECLINED


async def test_why_the_ring_ended_may_be_heard_after_the_pauses() -> None:
    assert await held_after(paused(), ended(RingResult.REFUSED)) == DECLINED


async def test_a_queue_that_asterisk_comes_to_after_our_pause_of_another_is_named_too() -> None:
    heard = (ended(RingResult.REFUSED), paused(), paused(reason="declined"), paused("sales"))
    it = desk()
    async with running(service(it).run):
        for event in (*RUNG, *heard):
            it.observe(event)
            await settle()
    assert told(it) == [("", "declined"), ("sales", "declined")]


@pytest.mark.parametrize(
    ("heard", "wanted"),
    [
        ((ended(RingResult.NO_ANSWER), paused()), "no_answer"),
        ((ended(RingResult.REFUSED), paused(source=Source.RECORD)), "no_answer"),
        (
            (
                ended(RingResult.REFUSED),
                ev.AgentRung(at=at(5.5), call_id="c1", agent="1001"),
                ended(RingResult.NO_ANSWER, 6),
                paused(),
            ),
            "no_answer",
        ),
    ],
    ids=["rang out", "long ago", "the next ring rang out"],
)
async def test_every_other_pause_keeps_its_reason(heard: tuple[ev.Event, ...], wanted: str) -> None:
    assert await held_after(*heard) == ([], wanted)


async def test_who_was_ready_again_before_it_was_known_that_they_declined_stays_ready() -> None:
    heard = (paused(), wishes(), ev.MemberUnpaused(at=at(7), agent="1001", queue="service"))
    asked, wanted = await held_after(*heard, ended(RingResult.REFUSED, 8))
    assert (set(asked) - {("", None)}, wanted) == (set(), None)
