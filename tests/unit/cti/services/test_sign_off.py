"""A closed console: signed off after the grace time, not before, and never in mid-call."""

import asyncio

from cti.domain import events as ev
from cti.sign_off import SignOff
from tests.support.desk import CALL_TO_1001, at, desk, running, settle

SIGNED_IN = ev.MemberAdded(at=at(0), agent="1001", queue="service")


async def test_signed_off_when_the_grace_time_is_over() -> None:
    it = desk()
    it.observe(ev.ConsoleOpened(at=at(0), agent="1001"), SIGNED_IN)
    async with running(SignOff(it.port, grace_s=0).run):
        assert it.link.asked == []
        it.observe(ev.ConsoleClosed(at=at(1), agent="1001"))
        (removed,) = await it.link.until_asked(1)
    assert (removed["Action"], removed["Interface"]) == ("QueueRemove", "PJSIP/1001")


async def test_a_console_that_comes_back_in_time_changes_nothing() -> None:
    it = desk()
    it.observe(SIGNED_IN)
    service = SignOff(it.port, grace_s=3600)
    async with running(service.run):
        it.observe(ev.ConsoleOpened(at=at(1), agent="1001"))
        await settle()
        waiting = [t for t in asyncio.all_tasks() if "_run_out" in repr(t.get_coro())]
    assert waiting == []
    assert it.link.asked == []


async def test_a_conversation_in_progress_is_waited_for() -> None:
    it = desk()
    it.observe(*CALL_TO_1001)
    async with running(SignOff(it.port, grace_s=0).run):
        await settle()
        assert it.link.asked == []
        it.observe(ev.CallEnded(at=at(9), call_id="c1"))
        await it.link.until_asked(1)


async def test_asterisk_away_only_postpones_it() -> None:
    it = desk()
    it.observe(SIGNED_IN)
    it.link.away = True
    async with running(SignOff(it.port, grace_s=0).run):
        await settle()
        it.link.away = False
        it.observe(ev.LinkDown(at=at(2), reason="x"), ev.LinkUp(at=at(3)))
        await it.link.until_asked(1)
