"""The recorder with a database that works: complete, in batches, nothing lost at the end of the service."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cti.domain import events as ev
from cti.recorder import recorder as recorder_module
from cti.recorder.items import Item
from cti.recorder.writer import Writer
from storage.database import Database
from storage.repositories.calls import AgentIntervals, Calls
from storage.repositories.operations import Gaps
from storage.repositories.wrap_ups import WrapUps
from storage.tables import Call, CallEventRow
from tests.support.databases import facts_of
from tests.support.recorded_floor import RecordedFloor, at


async def test_a_call_is_recorded_with_all_that_happened(db: Database, tmp_path: Path) -> None:
    floor = RecordedFloor(db, tmp_path / "spool")
    async with floor.recording():
        floor.play_call("rd-1")
    async with db.session() as s:
        call = await Calls(s).by_id("rd-1")
        events = await facts_of(s, "rd-1")
        wrap_up = await WrapUps(s).of("rd-1", "1001")
        intervals = await AgentIntervals(s).between(at(0), at(1000), agent="1001")
    assert call is not None
    assert (call.outcome, call.agent, call.queue, call.hotline, call.number) == (
        "answered",
        "1001",
        "service",
        "4001",
        "13800138000",
    )
    assert (call.wait_s, call.talk_s, call.hold_s, call.name) == (8.0, 36.0, 10.0, "␀'")
    assert (call.answered_at, call.ended_at) == (at(14), at(60))
    assert [(leg.agent, leg.hold_s, leg.holds, leg.end_reason) for leg in call.legs] == [
        ("1001", 10.0, 1, "hangup")
    ]
    assert [(stint.wait_s, stint.outcome, stint.priority) for stint in call.stints] == [(8.0, "answered", 5)]
    assert [offer.result for offer in call.offers] == ["answered"]
    assert [step.keys for step in call.steps] == ["1"]
    assert [event.kind for event in events][:3] == ["call_started", "caller_identified", "menu_step_taken"]
    assert len(events) == 11
    assert events[1].payload["record"] == {"match": "unknown", "customers": [], "chosen": None}
    assert wrap_up is not None
    assert (wrap_up.disposition, wrap_up.status) == (None, "timed_out")
    assert (wrap_up.turn, wrap_up.started_at, wrap_up.ended_at) == (1, at(60), at(80))
    assert [(i.state, i.started_at, i.ended_at) for i in intervals if i.kind == "activity"] == [
        ("idle", at(0), at(10)),
        ("ringing", at(10), at(14)),
        ("talking", at(14), at(20)),
        ("holding", at(20), at(30)),
        ("talking", at(30), at(60)),
        ("wrapping_up", at(60), at(80)),
        ("idle", at(80), None),
    ]


async def test_work_that_another_call_interrupts_has_a_row_and_each_leg_its_own(
    db: Database, tmp_path: Path
) -> None:
    floor = RecordedFloor(db, tmp_path / "spool")
    async with floor.recording():
        floor.live.observe_all(
            [
                ev.CallStarted(at=at(0), call_id="rd-1"),
                ev.QueueEntered(at=at(1), call_id="rd-1", queue="service"),
                ev.LegStarted(at=at(2), call_id="rd-1", agent="1001"),
                ev.LegEnded(at=at(10), call_id="rd-1", agent="1001", reason=ev.LegEnd.TRANSFERRED),
                ev.AgentRung(at=at(12), call_id="rd-1", agent="1001"),
                ev.LegStarted(at=at(14), call_id="rd-1", agent="1001"),
                ev.CallEnded(at=at(20), call_id="rd-1"),
                ev.WrapUpEnded(at=at(25), call_id="rd-1", agent="1001", turn=2, disposition="refund"),
            ]
        )
    async with db.session() as s:
        before = [(w.turn, w.status, w.started_at, w.ended_at) for w in await WrapUps(s).of_call("rd-1")]
    assert sorted(before) == [(1, "unfinished", at(10), at(12)), (2, "done", at(20), at(25))]


async def test_gaps_are_recorded(db: Database, tmp_path: Path) -> None:
    floor = RecordedFloor(db, tmp_path / "spool")
    async with floor.recording():
        floor.live.observe(ev.GapOpened(at=at(1), reason="connection lost"))
        floor.live.observe(ev.GapClosed(at=at(9), since=at(1), recovered=True))
        floor.live.observe(ev.GapOpened(at=at(20), reason="again"))
    async with db.session() as s:
        gaps = await Gaps(s).between(at(0), at(99))
    assert [(gap.started_at, gap.ended_at, gap.reason, gap.recovered) for gap in gaps] == [
        (at(1), at(9), "connection lost", True),
        (at(20), None, "again", False),
    ]


async def test_many_events_make_few_transactions(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transactions = 0
    write_in_one = Writer._write_in_one

    async def counted(self: Writer, items: Sequence[Item]) -> None:
        nonlocal transactions
        transactions += 1
        await write_in_one(self, items)

    monkeypatch.setattr(Writer, "_write_in_one", counted)
    floor = RecordedFloor(db, tmp_path / "spool", batch_items=500)
    async with floor.recording():
        for number in range(100):
            floor.play_call(f"rd-{number}", number * 100)
    async with db.session() as s:
        assert await s.scalar(select(func.count()).select_from(Call)) == 100
        assert await s.scalar(select(func.count()).select_from(CallEventRow)) == 1100
    assert transactions <= 8


async def test_a_call_under_way_is_in_the_database_before_it_ends(db: Database, tmp_path: Path) -> None:
    floor = RecordedFloor(db, tmp_path / "spool")
    async with floor.recording():
        floor.live.observe(ev.CallStarted(at=at(0), call_id="rd-1", number="1"))
        floor.live.observe(ev.QueueEntered(at=at(1), call_id="rd-1", queue="service"))
    async with db.session() as s:
        (call,) = await Calls(s).open()
    assert (call.id, call.outcome, [stint.left_at for stint in call.stints]) == ("rd-1", None, [None])


async def test_a_recorder_cut_off_writes_all_calls_again_and_notes_the_hole(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "CAPACITY", 20)
    floor = RecordedFloor(db, tmp_path / "spool")
    async with floor.recording():
        floor.play_call("before")
        await asyncio.sleep(0)
        for number in range(10):
            floor.play_call(f"missed-{number}", number)
        await asyncio.sleep(0)
        floor.play_call("after", 200)
    async with db.session() as s:
        calls = set(await s.scalars(select(Call.id).where(Call.ended_at.is_not(None))))
        (gap,) = await Gaps(s).between(at(-1), at(10_000))
        assert await facts_of(s, "after")
    assert calls == {"before", "after", *(f"missed-{number}" for number in range(10))}
    assert gap.started_at == at(80)
    assert "cut off" in gap.reason


async def test_a_recorder_cut_off_at_the_very_end_writes_all_calls_too(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "CAPACITY", 20)
    floor = RecordedFloor(db, tmp_path / "spool")
    async with floor.recording():
        for number in range(10):
            floor.play_call(f"rd-{number}", number)
    async with db.session() as s:
        assert await s.scalar(select(func.count()).select_from(Call)) == 10
        assert len(await Gaps(s).between(at(-1), at(10_000))) == 1


async def test_who_waits_for_room_can_tell_any_amount_without_loss(db: Database, tmp_path: Path) -> None:
    floor = RecordedFloor(db, tmp_path / "spool", memory_items=200, batch_items=10)
    async with floor.recording():
        for number in range(100):
            floor.play_call(f"rd-{number}", number * 100)
            await asyncio.sleep(0)
            await floor.recorder.until_room()
    async with db.session() as s:
        assert await s.scalar(select(func.count()).select_from(Call)) == 100
        assert await s.scalar(select(func.count()).select_from(CallEventRow)) == 1100
        assert await Gaps(s).between(at(-1), at(100_000)) == []
    assert floor.recorder.waiting == 0


async def test_what_the_database_refuses_costs_nothing_else(db: Database, tmp_path: Path) -> None:
    floor = RecordedFloor(db, tmp_path / "spool")
    async with floor.recording():
        floor.play_call("rd-1")
        floor.live.observe(ev.CallStarted(at=at(100), call_id="bad", number="1"))
        floor.live.observe(ev.QueueEntered(at=at(101), call_id="bad", queue="service", priority=2**80))
        floor.play_call("rd-2", 200)
    async with db.session() as s:
        assert set(await s.scalars(select(Call.id))) == {"rd-1", "rd-2"}
        assert [e.kind for e in await facts_of(s, "bad")] == ["call_started", "queue_entered"]
    refused = (tmp_path / "spool" / "refused.jsonl").read_text().splitlines()
    assert len(refused) == 1
    assert '"id":"bad"' in refused[0]
    assert floor.recorder.trouble is None
