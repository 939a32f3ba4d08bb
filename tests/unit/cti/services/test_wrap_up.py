"""After-call work: the phone is paused while it lasts, freed afterwards, and never kept for ever."""

from datetime import datetime

import pytest

from cti.domain import events as ev
from cti.domain.agent import Activity
from cti.wrap_up import WrapUp
from tests.support.desk import CALL_TO_1001, Desk, at, desk, running, settle

HANG_UP = ev.CallEnded(at=at(9), call_id="c1")


class Saved:
    def __init__(self, fails: bool = False) -> None:
        self.rows: list[tuple[str, str, str]] = []
        self._fails = fails

    async def __call__(self, call_id: str, agent: str, disposition: str, when: datetime) -> None:
        if self._fails:
            raise OSError("database is away")
        self.rows.append((call_id, agent, disposition))


def service(it: Desk, saved: Saved, now: datetime) -> WrapUp:
    return WrapUp(it.bus, it.live, it.control, saved, lambda: now)


async def test_the_phone_is_paused_during_and_freed_after() -> None:
    it = desk()
    async with running(service(it, Saved(), at(9)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        (pause,) = await it.link.until_asked(1)
        assert (pause["Paused"], pause["Reason"], pause["Interface"]) == ("true", "wrapup", "PJSIP/1001")
        it.observe(ev.MemberPaused(at=at(9), agent="1001", queue="service", reason="wrapup"))
        it.observe(ev.WrapUpEnded(at=at(12), agent="1001", call_id="c1", disposition="solved"))
        asked = await it.link.until_asked(2)
        assert asked[1]["Paused"] == "false"


async def test_time_that_runs_out_is_saved_as_none_and_frees_the_agent() -> None:
    it, saved = desk(), Saved()
    async with running(service(it, saved, at(500)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await it.link.until_asked(1)
        await settle()
    assert saved.rows == [("c1", "1001", "none")]
    assert it.live.floor.agents["1001"].activity is Activity.IDLE


async def test_a_database_that_is_away_does_not_keep_the_agent() -> None:
    it = desk()
    async with running(service(it, Saved(fails=True), at(500)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await settle()
    assert it.live.floor.agents["1001"].activity is Activity.IDLE


async def test_an_agent_who_paused_meanwhile_keeps_that_pause() -> None:
    it = desk()
    async with running(service(it, Saved(), at(9)).run):
        it.observe(*CALL_TO_1001)
        it.observe(ev.MemberPaused(at=at(5), agent="1001", queue="service", reason="lunch"), HANG_UP)
        await settle()
        it.observe(ev.WrapUpEnded(at=at(12), agent="1001", call_id="c1", disposition="solved"))
        await settle()
    assert it.link.asked == []


async def test_a_wrap_up_pause_left_behind_is_ended_at_the_start() -> None:
    it = desk()
    it.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service", paused=True, reason="wrapup"))
    async with running(service(it, Saved(), at(9)).run):
        (unpause,) = await it.link.until_asked(1)
    assert unpause["Paused"] == "false"


@pytest.mark.parametrize("late", [True, False])
async def test_an_end_that_overtakes_the_pause_is_repaired(late: bool) -> None:
    """Asterisk may confirm the pause after the agent is already done."""
    it = desk()
    async with running(service(it, Saved(), at(9)).run):
        it.observe(*CALL_TO_1001, HANG_UP)
        await it.link.until_asked(1)
        it.observe(ev.WrapUpEnded(at=at(10), agent="1001", call_id="c1", disposition="solved"))
        if late:
            it.observe(ev.MemberPaused(at=at(10), agent="1001", queue="service", reason="wrapup"))
            await it.link.until_asked(2)
        await settle()
    assert [a["Paused"] for a in it.link.asked] == (["true", "false"] if late else ["true"])
