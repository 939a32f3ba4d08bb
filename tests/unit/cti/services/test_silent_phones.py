"""A browser's phone that sends nothing is lost; one that was silent while Asterisk stood still is not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from cti.ami.action import ActionReply, AmiTimeout, Ask
from cti.domain import events as ev
from cti.domain.floor import Directory
from cti.silent_phones import LOOK_EVERY_S, SilentPhones
from tests.support.desk import CALL_TO_1001, Desk, at, desk

LOST_AFTER_S = 8
CHANNEL = "PJSIP/1001-1"
REACHABLE = ev.PhoneReachable(at=at(0), agent="1001")


class Asterisk:
    """Answers how many packets came; sees the time pass, and can stand still."""

    def __init__(self, it: Desk) -> None:
        self._it = it
        self.now = 4.0
        self.received: Mapping[str, str] = {}
        self.holds = ""
        self.stands_still = False

    async def action(self, fields: Ask) -> ActionReply:
        if self.stands_still:
            raise AmiTimeout("no answer")
        if fields["Action"] == "Ping":
            return ActionReply(True, "", {})
        if fields["Variable"] == "CHANNEL(rtp,hold,audio)":
            return ActionReply(True, "", {"Value": self.holds})
        value = self.received.get(str(fields["Channel"]))
        return ActionReply(value is not None, "", {"Value": value or ""})

    async def action_list(self, fields: Ask) -> ActionReply:
        raise NotImplementedError

    def clock(self) -> datetime:
        return at(self.now)

    def phones(self) -> SilentPhones:
        return SilentPhones(
            self._it.live, self._it.control, self, lost_after_s=LOST_AFTER_S, clock=self.clock
        )

    async def looks(self, phones: SilentPhones, seconds: float, packets_a_look: int = 0) -> None:
        """Look after look for so long, with so many packets of sound between two of them."""
        for _ in range(round(seconds / LOOK_EVERY_S)):
            self.now += LOOK_EVERY_S
            count = int(self.received.get(CHANNEL, "0")) + packets_a_look
            self.received = {CHANNEL: str(count)}
            await phones.look()


@pytest.fixture
def it() -> Desk:
    it = desk()
    it.observe(REACHABLE, *CALL_TO_1001)
    return it


async def test_a_phone_that_goes_on_sending_keeps_its_call(it: Desk) -> None:
    asterisk = Asterisk(it)
    await asterisk.looks(asterisk.phones(), 60, packets_a_look=1)
    assert it.link.asked == []


async def test_silence_for_so_long_and_no_sooner_is_a_lost_phone(it: Desk) -> None:
    asterisk = Asterisk(it)
    phones = asterisk.phones()
    await asterisk.looks(phones, LOOK_EVERY_S, packets_a_look=1)
    await asterisk.looks(phones, LOST_AFTER_S - LOOK_EVERY_S)
    assert it.link.asked == []
    await asterisk.looks(phones, LOOK_EVERY_S)
    assert [(a["Action"], a["Channel"], a["Cause"]) for a in it.link.asked] == [("Hangup", CHANNEL, "44")]


async def test_a_standstill_of_asterisk_is_no_silence_of_a_phone(it: Desk) -> None:
    asterisk = Asterisk(it)
    phones = asterisk.phones()
    await asterisk.looks(phones, LOOK_EVERY_S, packets_a_look=1)
    asterisk.stands_still = True
    await asterisk.looks(phones, 30)
    asterisk.stands_still = False
    await asterisk.looks(phones, LOST_AFTER_S)
    assert it.link.asked == []
    await asterisk.looks(phones, LOOK_EVERY_S)
    assert len(it.link.asked) == 1


async def test_a_standstill_of_this_service_is_none_either(it: Desk) -> None:
    asterisk = Asterisk(it)
    phones = asterisk.phones()
    await asterisk.looks(phones, LOOK_EVERY_S, packets_a_look=1)
    asterisk.now += 60
    await asterisk.looks(phones, LOOK_EVERY_S)
    assert it.link.asked == []


async def test_nobody_sends_on_hold_and_a_desk_phone_need_not(it: Desk) -> None:
    asterisk = Asterisk(it)
    it.observe(ev.LegHeld(at=at(5), call_id="c1", agent="1001"))
    await asterisk.looks(asterisk.phones(), 60)
    it.observe(ev.LegResumed(at=at(70), call_id="c1", agent="1001"))
    known = it.live.floor.directory
    agents = {**known.agents, "1001": replace(known.agents["1001"], phone="desk")}
    it.live.set_directory(Directory(agents, known.queues, known.timezone), at(70))
    await asterisk.looks(asterisk.phones(), 60)
    assert it.link.asked == []


GAP = (ev.GapOpened(at=at(5), reason="closed"), ev.GapClosed(at=at(6), since=at(5), recovered=True))
HELD = ev.LegHeld(at=at(4.5), call_id="c1", agent="1001")


@pytest.mark.parametrize("heard", [GAP, (HELD, *GAP)], ids=["talked before", "on hold before"])
@pytest.mark.parametrize(("holds", "lost"), [("1", False), ("", False), ("0", True)])
async def test_after_a_gap_asterisk_is_asked_who_is_on_hold(
    it: Desk, heard: tuple[ev.Event, ...], holds: str, lost: bool
) -> None:
    asterisk = Asterisk(it)
    asterisk.holds = holds
    it.observe(*heard)
    phones = asterisk.phones()
    await asterisk.looks(phones, LOST_AFTER_S)
    assert it.link.asked == []
    await asterisk.looks(phones, LOOK_EVERY_S)
    assert bool(it.link.asked) == lost


async def test_a_hold_that_ended_after_a_gap_is_no_silence(it: Desk) -> None:
    asterisk = Asterisk(it)
    asterisk.holds = "1"
    it.observe(*GAP)
    phones = asterisk.phones()
    await asterisk.looks(phones, 60)
    asterisk.holds = "0"
    await asterisk.looks(phones, LOST_AFTER_S)
    assert it.link.asked == []


async def test_a_phone_that_is_heard_again_begins_anew(it: Desk) -> None:
    asterisk = Asterisk(it)
    phones = asterisk.phones()
    await asterisk.looks(phones, LOST_AFTER_S)
    await asterisk.looks(phones, LOOK_EVERY_S, packets_a_look=1)
    await asterisk.looks(phones, LOST_AFTER_S - LOOK_EVERY_S)
    assert it.link.asked == []


def taken_for_lost(seconds: float) -> tuple[ev.Event, ...]:
    return (
        ev.LegEnded(at=at(seconds), call_id="c1", agent="1001", reason=ev.LegEnd.PHONE_LOST),
        ev.MemberPaused(at=at(seconds), agent="1001", queue="service", reason="phone_lost"),
    )


@pytest.mark.parametrize(
    ("reachable", "lost_at", "lifted"),
    [(True, 60.0, True), (False, 60.0, False), (True, 9.0, False)],
    ids=["while it stood still", "but it is gone", "before that"],
)
async def test_a_pause_of_a_standstill_is_lifted(
    it: Desk, reachable: bool, lost_at: float, lifted: bool
) -> None:
    asterisk = Asterisk(it)
    asterisk.now = 10.0
    phones = asterisk.phones()
    asterisk.now = 64.0
    it.observe(*taken_for_lost(lost_at))
    if not reachable:
        it.observe(ev.PhoneUnreachable(at=at(61), agent="1001"))
    await phones.look()
    assert [a["Action"] for a in it.link.asked] == (["QueuePause"] if lifted else [])


async def test_a_phone_lost_while_asterisk_ran_stays_paused(it: Desk) -> None:
    asterisk = Asterisk(it)
    phones = asterisk.phones()
    await asterisk.looks(phones, 6, packets_a_look=1)
    it.observe(*taken_for_lost(asterisk.now + 1))
    await asterisk.looks(phones, 20)
    assert it.link.asked == []


async def test_an_agent_on_a_pause_of_their_own_stays_on_it(it: Desk) -> None:
    asterisk = Asterisk(it)
    phones = asterisk.phones()
    asterisk.now = 64.0
    it.observe(*taken_for_lost(60), ev.PauseDecided(at=at(61), agent="1001", reasons=("lunch",)))
    it.observe(ev.MemberPaused(at=at(61), agent="1001", queue="service", reason="lunch"))
    await phones.look()
    assert it.link.asked == []


async def test_a_pause_asked_for_before_a_standstill_is_what_its_end_leaves(it: Desk) -> None:
    asterisk = Asterisk(it)
    phones = asterisk.phones()
    asterisk.now = 64.0
    it.observe(ev.PauseDecided(at=at(59), agent="1001", reasons=("lunch",)), *taken_for_lost(60))
    assert it.live.floor.agents["1001"].reason == "phone_lost"
    await phones.look()
    assert [(a["Action"], a["Reason"]) for a in it.link.asked] == [("QueuePause", "lunch")]
