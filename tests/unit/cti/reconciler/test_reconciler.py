"""The reconciler over real files: catching up, filling gaps, checking ends, keeping its bookmark."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cti.domain import events as ev
from cti.domain.call import Call
from cti.reconciler.reader import CEL_FILE, QUEUE_LOG_FILE
from cti.records.cel import CelRecord
from cti.records.comparison import differences, fold
from tests.support.records import CALL, at, entry
from tests.support.records_world import World, answered, call, heard, member


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "log")


def calls_in(events: Collection[ev.Event]) -> set[str]:
    return {event.call_id for event in events if isinstance(event, ev.CallEvent)}


async def test_a_first_start_knows_the_calls_of_the_files_end(world: World) -> None:
    world.files.write(*call("a", 0, 10), *call("b", 5, None))
    caught_up = await world.reconciler().catch_up(None)
    assert calls_in(caught_up.events) == {"a", "b"}
    assert [event.at for event in caught_up.events] == sorted(event.at for event in caught_up.events)
    assert caught_up.recovered


async def test_without_any_file_there_is_nothing_to_recover(world: World) -> None:
    caught_up = await world.reconciler().catch_up(None)
    assert (list(caught_up.events), caught_up.recovered) == ([], True)


async def test_a_restart_tells_what_is_not_stored_and_skips_what_is(world: World) -> None:
    world.files.write(*call("stored", 0, 10), *call("open", 5, None))
    first = world.reconciler()
    await first.catch_up(None)
    world.known.in_storage = {"stored"}
    world.known.calls = {"open": Call.started(ev.CallStarted(at=at(5), call_id="open"))}
    async with world.running(first):
        await world.some_polls()
    world.files.write(*call("missed", 20, 30), entry("HANGUP", 40, call="open", extra="{}"))
    caught_up = await world.reconciler().catch_up(None)
    assert calls_in(caught_up.events) == {"open", "missed"}
    opened = fold([e for e in caught_up.events if isinstance(e, ev.CallEvent) and e.call_id == "open"])
    assert opened is not None
    assert opened.ended_at == at(40)


async def test_a_restart_tells_what_agents_did_since_asterisk_was_heard(world: World) -> None:
    world.files.write(member("ADDMEMBER", 0), member("PAUSE", 900, "lunch"))
    first = world.reconciler()
    await first.catch_up(None)
    async with world.running(first):
        await world.some_polls()
    world.files.write(member("UNPAUSE", 2000), member("REMOVEMEMBER", 3000))
    world.now = at(4000)
    caught_up = await world.reconciler().catch_up(None)
    assert [type(event) for event in caught_up.events] == [ev.MemberUnpaused, ev.MemberRemoved]


async def test_who_is_turned_away_is_told_once_live_and_after_a_gap(world: World) -> None:
    def away(seconds: float, name: str) -> CelRecord:
        return entry("RD_TURNED_AWAY", seconds, call=name, number=name, extra='{"extra":"rate|carrier|4001"}')

    world.files.write(away(0, "before the start"), *call("a", 1, None))
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(away(5, "live"))
        await world.some_polls()
        world.listening = False
        world.files.write(away(10, "in the gap"))
        await reconciler.catch_up(at(6))
        world.listening = True
        await world.some_polls()
    assert [fact.number for fact in world.turned_away] == ["before the start", "live", "in the gap"]
    # The call is still open, so reading begins there again: whose list it is knows what it has.
    await world.reconciler().catch_up(None)
    assert [fact.number for fact in world.turned_away[3:]] == ["live", "in the gap"]


async def test_a_gap_is_told_from_a_little_before_its_beginning(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.files.write(*answered(), member("PAUSE", 3, "lunch"), member("PAUSE", 70, "lunch"))
    caught_up = await reconciler.catch_up(at(4))
    assert [type(event).__name__ for event in caught_up.events] == [
        "AgentRung",
        "MemberPaused",
        "LegStarted",
        "LegEnded",
        "CallEnded",
        "MemberPaused",
    ]
    assert caught_up.recovered


async def test_what_happens_after_the_link_is_up_is_left_to_the_link(world: World) -> None:
    world.now = at(30)
    world.files.write(*answered())
    caught_up = await world.reconciler().catch_up(None)
    assert not any(isinstance(event, ev.LegEnded | ev.CallEnded) for event in caught_up.events)


async def test_records_that_are_gone_leave_the_gap_open(world: World) -> None:
    world.files.write(*answered())
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    (world.files.folder / CEL_FILE).write_bytes(b"")
    assert not (await reconciler.catch_up(at(0))).recovered
    assert (await reconciler.catch_up(at(0))).recovered


async def test_a_database_that_is_away_leaves_the_gap_open_and_the_check_repairs_later(world: World) -> None:
    world.files.write(*answered())
    world.known.broken = True
    reconciler = world.reconciler()
    caught_up = await reconciler.catch_up(None)
    assert (list(caught_up.events), caught_up.recovered) == ([], False)
    async with world.running(reconciler):
        world.known.broken = False
        await world.some_polls()
    assert calls_in(world.emitted) == {CALL}


async def test_a_call_that_was_heard_is_checked_in_silence(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*answered())
        world.known.calls[CALL] = heard(answered())
        await world.some_polls()
    assert world.emitted == []


@pytest.mark.parametrize("lost", [ev.QueueEntered, ev.AgentRung, ev.LegStarted, ev.CallEnded])
async def test_a_fact_that_was_not_heard_is_told_and_repaired(world: World, lost: type[ev.CallEvent]) -> None:
    ours = heard(answered(), without=lost)
    world.known.calls[CALL] = ours
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
    drifts = [event for event in world.emitted if isinstance(event, ev.DriftFound)]
    assert drifts
    assert all(CALL in drift.subject and drift.ours != drift.theirs for drift in drifts)
    for event in world.emitted:
        if isinstance(event, ev.CallEvent):
            ours.apply(event)
    assert differences(ours, heard(answered())) == ()


def guessed_end(seconds: float) -> list[ev.CallEvent]:
    outcome, source = ev.StintOutcome.UNKNOWN, ev.Source.SERVICE
    return [
        ev.QueueLeft(at=at(seconds), call_id=CALL, queue="service", outcome=outcome, source=source),
        ev.CallEnded(at=at(seconds), call_id=CALL, source=source),
    ]


@pytest.mark.parametrize("guessed_at", [10.2, 31.0])
async def test_a_guess_is_replaced_by_what_the_records_tell_however_near_it_is(
    world: World, guessed_at: float
) -> None:
    ours = Call.started(ev.CallStarted(at=at(0), call_id=CALL))
    ours.apply(ev.QueueEntered(at=at(1), call_id=CALL, queue="service"))
    for guess in guessed_end(guessed_at):
        ours.apply(guess)
    world.known.calls[CALL] = ours
    world.apply_to = ours
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*call(CALL, 0, 10))
        await world.some_polls()
    assert [(s.outcome, s.left_at) for s in ours.stints] == [(ev.StintOutcome.ABANDONED, at(10))]
    assert (ours.ended_at, ours.end_cause, ours.guessed) == (at(10) + timedelta(microseconds=1), 16, False)
    assert any(isinstance(event, ev.DriftFound) for event in world.emitted)


async def test_an_end_that_was_heard_late_is_moved_in_silence(world: World) -> None:
    ours = heard(answered(), without=ev.CallEnded)
    ours.apply(ev.CallEnded(at=at(60.9), call_id=CALL, cause=16))
    world.known.calls[CALL] = ours
    world.apply_to = ours
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
    assert ours.ended_at == at(60.1)
    assert [type(event) for event in world.emitted] == [ev.CallEnded]


async def test_a_guess_that_was_stored_is_told_again_by_the_records_after_a_restart(world: World) -> None:
    world.files.write(*call(CALL, 0, 10), *call("whole", 1, 11), *call("endless", 2, None))
    world.known.in_storage = {CALL, "whole", "endless"}
    world.known.with_a_guess = {CALL, "endless"}
    caught_up = await world.reconciler().catch_up(None)
    assert calls_in(caught_up.events) == {CALL}
    assert any(isinstance(event, ev.CallEnded) for event in caught_up.events)


async def test_a_guess_that_was_stored_and_left_the_floor_is_put_right_by_the_check(world: World) -> None:
    world.known.in_storage = {CALL, "whole"}
    world.known.with_a_guess = {CALL}
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*call(CALL, 0, 10), *call("whole", 0, 10))
        await world.some_polls()
        assert await world.offset() == 0
        world.known.with_a_guess = set()
        await world.some_polls()
    assert calls_in(world.emitted) == {CALL}
    assert await world.offset() > 0


async def test_a_call_that_nobody_heard_is_told_once(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
        told = [event for event in world.emitted if isinstance(event, ev.CallEvent)]
        await world.some_polls()
    assert isinstance(world.emitted[0], ev.DriftFound)
    assert fold(told) is not None
    assert len(told) == len(world.emitted) - 1


async def test_while_the_link_is_down_nothing_is_checked(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.listening = False
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
        assert world.emitted == []
        caught_up = await reconciler.catch_up(at(0))
        world.known.calls[CALL] = heard(answered())
        world.listening = True
        await world.some_polls()
    assert calls_in(caught_up.events) == {CALL}
    assert world.emitted == []


async def test_the_bookmark_waits_for_calls_that_are_not_stored(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*call("first", 0, 10), *call("second", 5, 15))
        await world.some_polls()
        world.known.in_storage = {"second"}
        await world.some_polls()
    size = (world.files.folder / CEL_FILE).stat().st_size
    assert await world.offset() == 0
    async with world.running(reconciler):
        world.known.in_storage = {"first", "second"}
        await world.some_polls()
    assert await world.offset() == size


async def test_a_call_whose_end_is_missing_in_the_records_does_not_hold_the_bookmark(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.files.write(*call("endless", 0, None))
    async with world.running(reconciler):
        await world.some_polls()
        assert await world.offset() == 0
        world.known.in_storage = {"endless"}
        world.now += timedelta(hours=1)
        await world.some_polls()
    assert await world.offset() == (world.files.folder / CEL_FILE).stat().st_size


async def test_a_call_that_storage_never_takes_does_not_hold_the_bookmark_for_ever(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.files.write(*answered())
    world.known.calls[CALL] = heard(answered())
    async with world.running(reconciler):
        await world.some_polls()
        assert await world.offset() == 0
        world.now += timedelta(hours=7)
        await world.some_polls()
    assert await world.offset() > 0


async def test_it_goes_on_after_a_fault(world: World) -> None:
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    world.known.broken = True
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
        assert world.emitted == []
        world.known.broken = False
        await world.some_polls()
    assert calls_in(world.emitted) == {CALL}


async def test_lines_that_are_none_and_names_that_look_like_lines_change_nothing(world: World) -> None:
    records = [replace(r, name='"\n"HANGUP","1.0",') if isinstance(r, CelRecord) else r for r in answered()]
    with (world.files.folder / CEL_FILE).open("wb") as file:
        file.write(b'"HANGUP","17620\x00\xff\n"torn')
    world.files.write(*records)
    caught_up = await world.reconciler().catch_up(None)
    told = fold([event for event in caught_up.events if isinstance(event, ev.CallEvent)])
    assert told is not None
    assert differences(told, heard(answered())) == ()


async def test_a_long_time_without_the_service_is_told_call_by_call(world: World) -> None:
    for number in range(2_500):
        world.files.write(*call(f"c{number}", number / 10, number / 10 + 5))
    reconciler = world.reconciler()
    caught_up = await reconciler.catch_up(None)
    assert len(calls_in(caught_up.events)) == 2_500
    assert sum(isinstance(event, ev.CallEnded) for event in caught_up.events) == 2_500


async def test_what_a_gap_hid_is_told_as_the_past_and_not_as_drift(world: World) -> None:
    """The link is up before the gap is filled; the check must not come first."""
    reconciler = world.reconciler(settle_s=0.05)
    await reconciler.catch_up(None)
    world.listening = False
    async with world.running(reconciler):
        world.files.write(*answered())
        await world.some_polls()
        world.listening = True
        caught_up = await reconciler.catch_up(at(0))
        world.known.calls[CALL] = heard(answered())
        await world.some_polls()
    assert calls_in(caught_up.events) == {CALL}
    assert world.emitted == []


async def test_a_call_that_began_in_a_file_since_rotated_is_whole_also_after_a_restart(world: World) -> None:
    written = answered()
    reconciler = world.reconciler()
    await reconciler.catch_up(None)
    async with world.running(reconciler):
        world.files.write(*written[:5])
        await world.some_polls()
    for name in (CEL_FILE, QUEUE_LOG_FILE):
        (world.files.folder / name).rename(world.files.folder / f"{name}.1")
    world.files.write(*written[5:])
    for life in (reconciler, world.reconciler()):
        caught_up = await life.catch_up(None)
        told = fold([event for event in caught_up.events if isinstance(event, ev.CallEvent)])
        assert told is not None
        assert differences(told, heard(answered())) == ()
        assert caught_up.recovered
