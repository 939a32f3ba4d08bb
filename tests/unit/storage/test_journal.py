"""Writing calls, events, intervals and gaps in batches: complete, idempotent, never going back in time."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from storage.database import Database
from storage.records import (
    CallRecord,
    EventRecord,
    GapRecord,
    IntervalRecord,
    LegRecord,
    StepRecord,
    WrapUpEnd,
)
from storage.repositories.calls import AgentIntervals, Calls
from storage.repositories.customers import Customers
from storage.repositories.journal import Journal
from storage.repositories.operations import Gaps
from storage.repositories.wrap_ups import WrapUps
from storage.tables import Call, CallEventRow, Customer, TimelineEntry
from tests.support.databases import facts_of
from tests.unit.storage.builders import NOON, a_call, a_customer, later


async def write(db: Database, *calls: CallRecord) -> None:
    async with db.transaction() as s:
        await Journal(s).write_calls(calls)


async def read(db: Database, call_id: str = "rd-1") -> Call:
    async with db.session() as s:
        call = await Calls(s).by_id(call_id)
    assert call is not None
    return call


async def test_a_call_is_read_as_it_was_written(db: Database) -> None:
    record = a_call()
    await write(db, record)
    call = await read(db)
    for name in ("name", "number", "started_at", "ended_at", "hold_s", "outcome", "channel"):
        assert getattr(call, name) == getattr(record, name)
    assert [(s.no, s.step, s.keys, s.at) for s in call.steps] == [(1, "main", "1", later(5))]
    assert [(s.no, s.queue, s.wait_s, s.outcome) for s in call.stints] == [(1, "service", 20.0, "answered")]
    assert [(o.no, o.agent, o.rang_at, o.result) for o in call.offers] == [(1, "1001", later(12), "answered")]
    assert [(leg.no, leg.stint, leg.holds, leg.end_reason) for leg in call.legs] == [(1, 1, 0, "caller_gone")]


async def test_writing_again_replaces_parts_and_makes_no_second_ones(db: Database) -> None:
    first = a_call()
    more = replace(
        first,
        steps=(*first.steps, StepRecord("sub", "menu", "2", "2", "zh", later(8))),
        offers=(),
        talk_s=61.0,
    )
    await write(db, first)
    await write(db, more)
    await write(db, more)
    call = await read(db)
    assert [s.step for s in call.steps] == ["main", "sub"]
    assert call.offers == []
    assert call.talk_s == 61.0


async def test_an_ended_call_is_not_replaced_by_an_older_record(db: Database) -> None:
    running = a_call(ended_at=None, outcome=None, legs=())
    await write(db, running, a_call(), running)
    await write(db, running)
    call = await read(db)
    assert call.ended_at == later(90)
    assert len(call.legs) == 1


async def test_an_ended_call_is_replaced_by_a_completed_record(db: Database) -> None:
    await write(db, a_call(legs=(), incomplete=True))
    await write(db, a_call(source="record"))
    call = await read(db)
    assert (len(call.legs), call.incomplete, call.source) == (1, False, "record")


async def test_what_is_not_known_stays_unknown(db: Database) -> None:
    unknown = LegRecord(1, "1001", "service", 1, "", later(30), later(90), None, None, "unknown")
    await write(db, a_call(legs=(unknown,), hold_s=None))
    call = await read(db)
    assert call.hold_s is None
    assert (call.legs[0].hold_s, call.legs[0].holds) == (None, None)


async def test_a_large_batch_is_written_whole(db: Database) -> None:
    await write(db, *(a_call(f"rd-{number}", number) for number in range(1200)))
    async with db.session() as s:
        assert await s.scalar(select(func.count()).select_from(Call)) == 1200


async def test_a_call_that_nobody_looked_up_is_linked_to_the_only_customer_with_its_number(
    db: Database,
) -> None:
    first, second = "+8613800138000", "+442079460000"
    async with db.transaction() as s:
        one = a_customer("王小明", first, second)
        one.contacts += a_customer("王太太", first).contacts
        key = (await Customers(s).add(one)).id
        other = (await Customers(s).add(a_customer("陈静", second))).id
    await write(db, a_call("rd-1", number_e164=first), a_call("rd-2", number_e164=second))
    await write(db, a_call("rd-3", number_e164=second, customer_id=other), a_call("rd-4", number_e164=None))
    found = [(await read(db, f"rd-{n}")).customer_id for n in (1, 2, 3, 4)]
    assert found == [key, None, other, None]


async def test_the_customer_found_is_kept_and_a_deleted_one_costs_nothing(db: Database) -> None:
    async with db.transaction() as s:
        customer = await Customers(s).add(a_customer("王小明", "+8613800138000"))
    await write(db, a_call(customer_id=customer.id), a_call("rd-2", customer_id=4711, number_e164=None))
    await write(db, a_call(customer_id=None, number_e164=None))
    assert (await read(db)).customer_id == customer.id
    assert (await read(db)).number_e164 == "+8613800138000"
    assert (await read(db, "rd-2")).customer_id is None
    async with db.transaction() as s:
        await s.delete(await s.get(Customer, customer.id))
    assert (await read(db)).customer_id is None


async def test_open_calls_are_found_with_their_parts(db: Database) -> None:
    await write(db, a_call("done"), a_call("open", ended_at=None))
    async with db.session() as s:
        calls = await Calls(s).open()
    assert [(call.id, len(call.legs)) for call in calls] == [("open", 1)]


async def test_ended_calls_are_told_from_those_under_way_and_unknown(db: Database) -> None:
    await write(db, *(a_call(f"rd-{number}") for number in range(600)), a_call("open", ended_at=None))
    asked = ["open", "nobody", *(f"rd-{number}" for number in range(600))]
    async with db.session() as s:
        ended = await Calls(s).ended_among(asked)
        assert await Calls(s).ended_among([]) == set()
    assert ended == set(asked) - {"open", "nobody"}


async def test_a_guess_is_known_as_one_until_the_call_is_written_better(db: Database) -> None:
    await write(db, a_call("certain"), replace(a_call("guess"), guessed=True))
    async with db.session() as s:
        assert await Calls(s).guessed_among(["certain", "guess", "nobody"]) == {"guess"}
    await write(db, a_call("guess"))
    async with db.session() as s:
        assert await Calls(s).guessed_among(["guess"]) == set()


async def test_finished_stints_are_those_of_the_period(db: Database) -> None:
    await write(db, a_call("early"), a_call("late", 3600))
    async with db.session() as s:
        since = await Calls(s).stints_finished(later(600))
        between = await Calls(s).stints_finished(NOON, later(600))
    assert [stint.call_id for stint in since] == ["late"]
    assert [stint.call_id for stint in between] == ["early"]


async def test_an_event_is_kept_once(db: Database) -> None:
    event = EventRecord("epoch:1", NOON, "call_started", {"number": "a\0b"}, "rd-1")
    async with db.transaction() as s:
        await Journal(s).write_events([event, event])
    async with db.transaction() as s:
        await Journal(s).write_events([event, replace(event, uid="epoch:2", kind="call_ended", at=later(5))])
    async with db.session() as s:
        events = await facts_of(s, "rd-1")
        assert await s.scalar(select(func.count()).select_from(CallEventRow)) == 2
    assert [event.kind for event in events] == ["call_started", "call_ended"]
    assert events[0].payload == {"number": "a␀b"}


async def intervals(db: Database, *records: IntervalRecord) -> list[tuple[str, object]]:
    async with db.transaction() as s:
        await Journal(s).write_intervals(records)
    async with db.session() as s:
        rows = await AgentIntervals(s).between(NOON, later(10_000))
    return [(row.state, row.ended_at) for row in rows]


async def test_intervals_are_opened_and_closed_once(db: Database) -> None:
    ready = IntervalRecord("1001", "presence", "ready", NOON)
    closed = replace(ready, ended_at=later(60))
    paused = IntervalRecord("1001", "presence", "paused", later(60), reason="lunch")
    expected = [("ready", later(60)), ("paused", None)]
    assert await intervals(db, ready) == [("ready", None)]
    assert await intervals(db, closed, paused) == expected
    assert await intervals(db, ready, closed, paused) == expected


async def test_a_state_that_lasted_no_time_leaves_the_one_that_followed(db: Database) -> None:
    ready = IntervalRecord("1001", "presence", "ready", NOON)
    left_at_once = (
        ready,
        replace(ready, ended_at=NOON),
        IntervalRecord("1001", "presence", "paused", NOON, reason="no_answer"),
    )
    assert await intervals(db, *left_at_once) == [("paused", None)]
    assert await intervals(db, *left_at_once) == [("paused", None)]


async def test_the_newest_open_interval_of_each_machine_is_found(db: Database) -> None:
    await intervals(
        db,
        IntervalRecord("1001", "presence", "ready", NOON),
        IntervalRecord("1001", "presence", "paused", later(5), reason="lunch"),
        IntervalRecord("1001", "activity", "talking", later(3), call_id="rd-1"),
        IntervalRecord("1002", "presence", "ready", later(1), ended_at=later(2)),
    )
    async with db.session() as s:
        found = await AgentIntervals(s).open()
    assert {(row.agent, row.kind, row.state) for row in found} == {
        ("1001", "presence", "paused"),
        ("1001", "activity", "talking"),
    }


async def test_a_gap_is_opened_and_closed(db: Database) -> None:
    opened = GapRecord(NOON, "connection lost")
    closed = GapRecord(NOON, "connection lost", ended_at=later(30), recovered=True)
    async with db.transaction() as s:
        await Journal(s).write_gaps([opened])
    async with db.session() as s:
        assert [gap.started_at for gap in await Gaps(s).open()] == [NOON]
    async with db.transaction() as s:
        await Journal(s).write_gaps([closed, opened, GapRecord(later(99), "service was away", later(100))])
    async with db.session() as s:
        gaps = await Gaps(s).between(NOON, later(1000))
        assert await Gaps(s).open() == []
        assert await Gaps(s).between(later(30), later(99)) == []
    assert [(gap.ended_at, gap.recovered) for gap in gaps] == [(later(30), True), (later(100), False)]


async def test_a_wrap_up_that_ran_out_keeps_what_was_typed(db: Database) -> None:
    async with db.transaction() as s:
        await WrapUps(s).save_draft("rd-1", "1001", disposition=None, note="half a sen", now=later(95))
        await WrapUps(s).finish("rd-2", "1001", disposition="refund", note="whole", now=later(96))
    ends = [WrapUpEnd(call_id, "1001", later(120), None, "timeout") for call_id in ("rd-1", "rd-2", "rd-3")]
    for _ in range(2):
        async with db.transaction() as s:
            await Journal(s).end_wrap_ups(ends)
    async with db.session() as s:
        found = [await WrapUps(s).of(end.call_id, "1001") for end in ends]
    assert [(w.disposition, w.note, w.status) for w in found if w] == [
        (None, "half a sen", "timed_out"),
        ("refund", "whole", "done"),
        (None, "", "timed_out"),
    ]


async def test_a_spool_of_an_earlier_version_brings_no_word_for_no_disposition(db: Database) -> None:
    async with db.transaction() as s:
        await Journal(s).end_wrap_ups([WrapUpEnd("rd-1", "1001", later(120), "none", "timeout")])
        ended = await WrapUps(s).of("rd-1", "1001")
    assert ended is not None
    assert (ended.turn, ended.status, ended.disposition) == (1, "timed_out", None)


async def test_interrupted_work_may_still_run_out_but_what_is_done_stays_done(db: Database) -> None:
    seen = list[tuple[str, datetime | None, datetime | None]]()
    async with db.transaction() as s:
        for ended_by, disposition in (
            ("interrupted", None),
            ("timeout", None),
            ("interrupted", None),
            ("agent", "refund"),
        ):
            end = WrapUpEnd("rd-1", "1001", later(len(seen)), disposition, ended_by, 2, NOON)
            await Journal(s).end_wrap_ups([end])
            row = await WrapUps(s).of("rd-1", "1001", 2)
            assert row is not None
            seen.append((row.status, row.ended_at, row.started_at))
    assert seen == [
        ("unfinished", later(0), NOON),
        ("timed_out", later(1), NOON),
        ("timed_out", later(1), NOON),
        ("timed_out", later(1), NOON),
    ]


async def entries(db: Database) -> list[tuple[str, str, int, datetime]]:
    query = select(TimelineEntry.kind, TimelineEntry.ref, TimelineEntry.customer_id, TimelineEntry.at)
    async with db.session() as s:
        rows = await s.execute(query.order_by(TimelineEntry.at))
        return [(kind, ref, customer, at) for kind, ref, customer, at in rows]


async def test_a_call_stands_in_its_customers_timeline_once_it_is_over(db: Database) -> None:
    async with db.transaction() as s:
        first, second = [
            (await Customers(s).add(a_customer(name, number))).id
            for name, number in (("周杰", "+8613900000001"), ("周敏", "+8613900000002"))
        ]
    await write(
        db,
        a_call("lasts", 1, ended_at=None, customer_id=first),
        a_call("test", 2, customer_id=first, test=True),
        a_call("stranger's", 3),
        a_call("over", 4, customer_id=first),
    )
    assert await entries(db) == [("call", "over", first, later(4))]
    # Told twice, with the customer that the agent chose, and ended meanwhile.
    await write(db, a_call("over", 4, customer_id=second), a_call("lasts", 1, customer_id=first))
    assert await entries(db) == [("call", "lasts", first, later(1)), ("call", "over", second, later(4))]
    async with db.transaction() as s:
        await s.delete(await s.get(Customer, second))
    assert await entries(db) == [("call", "lasts", first, later(1))]
