"""A phone that vanishes in mid-call is hung up as lost; one that comes back is not."""

from datetime import datetime

import pytest

from cti import phone_guard
from cti.ami.action import AmiLost
from cti.bus.topics import PHONE
from cti.control.commands import PhoneInstruction
from cti.domain import events as ev
from cti.phone_guard import PhoneGuard
from tests.support.desk import CALL_TO_1001, Desk, at, desk, running, settle


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_guard, "RECONNECT_SECONDS", 0)


async def never(agent: str) -> None:
    """Nobody withdrew a phone."""


def guard(it: Desk, registered: bool, withdrawn_at: datetime | None = None) -> PhoneGuard:
    async def answer(agent: str) -> bool:
        return registered

    async def withdrawn(agent: str) -> datetime | None:
        return withdrawn_at

    return PhoneGuard(it.port, it.bus, it.control, answer, withdrawn)


async def test_a_phone_that_was_withdrawn_in_mid_call_keeps_its_call() -> None:
    it = desk()
    it.observe(*CALL_TO_1001)
    async with running(guard(it, registered=False, withdrawn_at=at(8)).run):
        it.observe(ev.ContactRemoved(at=at(9), agent="1001"))
        await settle()
    assert it.link.asked == []


async def test_a_phone_whose_password_changed_before_the_call_is_lost_like_any_other() -> None:
    it = desk()
    it.observe(*CALL_TO_1001)
    async with running(guard(it, registered=False, withdrawn_at=at(3.9)).run):
        it.observe(ev.ContactRemoved(at=at(9), agent="1001"))
        await it.link.until_asked(1)


async def test_a_lost_phone_is_hung_up_with_the_cause_that_requeues_the_caller() -> None:
    it = desk()
    async with running(guard(it, registered=False).run):
        it.observe(*CALL_TO_1001, ev.ContactRemoved(at=at(9), agent="1001"))
        (hangup,) = await it.link.until_asked(1)
    assert (hangup["Channel"], hangup["Cause"]) == ("PJSIP/1001-1", "44")


async def test_a_phone_that_registered_anew_keeps_its_call() -> None:
    it = desk()
    async with running(guard(it, registered=True).run):
        it.observe(*CALL_TO_1001, ev.ContactRemoved(at=at(9), agent="1001"))
        await settle()
    assert it.link.asked == []


async def test_a_check_that_asterisk_does_not_answer_costs_no_later_one() -> None:
    it, problems = desk(), [AmiLost("cut")]

    async def registered(agent: str) -> bool:
        if problems:
            raise problems.pop()
        return False

    async with running(PhoneGuard(it.port, it.bus, it.control, registered, never).run):
        it.observe(*CALL_TO_1001)
        for seconds in (9, 10):
            it.observe(ev.ContactRemoved(at=at(seconds), agent="1001"))
            await settle()
    assert [hangup["Channel"] for hangup in it.link.asked] == ["PJSIP/1001-1"]


async def test_an_idle_phone_may_come_and_go() -> None:
    it = desk()
    async with running(guard(it, registered=False).run):
        it.observe(ev.ContactRemoved(at=at(9), agent="1001"))
        await settle()
    assert it.link.asked == []


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        (ev.Source.LIVE, [PhoneInstruction("1001", "answer", "out-1")]),
        (ev.Source.RECORD, []),
    ],
)
async def test_the_ring_of_ones_own_click_to_dial_is_taken_by_the_phone_when_it_rings_now(
    source: ev.Source, taken: list[PhoneInstruction]
) -> None:
    it = desk()
    phone = it.bus.subscribe(PHONE, capacity=10)
    outbound = ev.CallStarted(
        at=at(1), call_id="out-1", direction=ev.Direction.OUTBOUND, number="10086", agent="1001"
    )
    async with running(guard(it, registered=True).run):
        it.observe(outbound, ev.AgentRung(at=at(2), call_id="out-1", agent="1001", source=source))
        await settle()
    phone.close()
    assert [m async for m in phone] == taken
