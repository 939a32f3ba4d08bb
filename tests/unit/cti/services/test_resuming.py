"""The floor knows people and queues as the database has them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cti.directory import load_directory
from cti.domain import events as ev
from cti.domain.agent import AgentInfo
from cti.domain.floor import Directory, Floor
from cti.domain.queue import QueueInfo
from cti.resuming import resume_floor, unheard_since
from storage.database import Database
from storage.records import CallRecord, GapRecord, IntervalRecord, LegRecord, StintRecord
from storage.repositories.journal import Journal
from storage.repositories.users import Agents, Users

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MIDNIGHT = NOON - timedelta(hours=12)


async def test_an_agent_is_known_by_name_in_both_writings(db: Database) -> None:
    async with db.transaction() as session:
        user = await Users(session).add(
            login="lina",
            name="李娜",
            name_en="Li Na",
            password_hash="unusable",
            role="agent",
            created_at=NOON,
        )
        await Agents(session).add(extension="1001", user_id=user.id)
    directory = await load_directory(db, UTC)
    assert directory.agents == {"1001": AgentInfo("1001", user.id, "lina", "李娜", "agent", "Li Na")}


async def test_a_gap_that_was_open_when_the_service_died_goes_on(db: Database) -> None:
    began, heard_until = NOON, NOON - timedelta(seconds=3)
    assert await unheard_since(db, None) is None
    assert await unheard_since(db, heard_until) == heard_until
    async with db.transaction() as session:
        await Journal(session).write_gaps([GapRecord(began, "Asterisk is away")])
    assert await unheard_since(db, heard_until) == began
    async with db.transaction() as session:
        await Journal(session).write_gaps([GapRecord(began, "the service was away", NOON, recovered=True)])
    assert await unheard_since(db, heard_until) == heard_until


@pytest.mark.parametrize(
    ("began", "ended", "recovered", "complete"),
    [
        (NOON - timedelta(hours=1), NOON - timedelta(minutes=50), False, False),
        (MIDNIGHT - timedelta(hours=1), MIDNIGHT + timedelta(minutes=1), False, False),
        (MIDNIGHT - timedelta(hours=2), MIDNIGHT - timedelta(hours=1), False, True),
        (NOON - timedelta(hours=1), NOON - timedelta(minutes=50), True, True),
    ],
    ids=["today", "into today", "yesterday", "recovered"],
)
async def test_figures_that_miss_something_still_say_so_after_a_restart(
    db: Database, began: datetime, ended: datetime, recovered: bool, complete: bool
) -> None:
    async with db.transaction() as session:
        journal = Journal(session)
        await journal.write_gaps([GapRecord(began, "Asterisk is away")])
        await journal.write_gaps([GapRecord(began, "the service was away", ended, recovered)])
    floor = Floor(
        Directory({}, {"service": QueueInfo("service", "客服", "Service")}, UTC), epoch="e", now=NOON
    )
    await resume_floor(floor, db, NOON)
    assert floor.queues["service"].complete is complete
    shown = [(gap.since, gap.until, gap.recovered) for gap in floor.system.gaps]
    today = [(began, ended, recovered)]
    assert shown == (today if ended > MIDNIGHT else [])


async def test_stays_that_were_guessed_count_until_their_call_is_told_again(db: Database) -> None:
    stint = StintRecord(1, "service", NOON, NOON + timedelta(seconds=9), "unknown", 0, 9.0)
    guess = CallRecord(
        id="c1", direction="inbound", started_at=NOON, ended_at=NOON, guessed=True, stints=(stint,)
    )
    sure = replace(guess, id="c2", guessed=False, stints=(replace(stint, outcome="abandoned"),))
    async with db.transaction() as session:
        await Journal(session).write_calls([guess, sure])
    floor = Floor(
        Directory({}, {"service": QueueInfo("service", "客服", "Service")}, UTC), epoch="e", now=NOON
    )
    await resume_floor(floor, db, NOON)
    counts = floor.queues["service"].counts
    assert (counts.unknown, counts.abandoned) == (1, 1)
    for call_id in ("c1", "c2"):
        floor.apply(ev.CallStarted(at=NOON, call_id=call_id, source=ev.Source.RECORD))
    counts = floor.queues["service"].counts
    assert (counts.unknown, counts.abandoned) == (0, 1)


async def test_after_call_work_goes_on_after_a_restart_on_its_leg_with_the_time_of_its_queue(
    db: Database,
) -> None:
    """The last leg came by a direct transfer, and the caller was with the agent before."""
    legs = tuple(
        LegRecord(no, agent, queue, None, "", NOON, NOON, 0.0, 0, "hangup")
        for no, agent, queue in ((1, "1001", "sales"), (2, "1002", "sales"), (3, "1001", None))
    )
    stint = StintRecord(1, "sales", NOON - timedelta(seconds=9), NOON, "answered", 0, 9.0)
    call = CallRecord(
        id="rd-1", direction="inbound", started_at=NOON, ended_at=NOON, stints=(stint,), legs=legs
    )
    working = IntervalRecord("1001", "activity", "wrapping_up", NOON, call_id="rd-1")
    async with db.transaction() as session:
        await Journal(session).write_calls([call])
        await Journal(session).write_intervals([working])
    agents = {"1001": AgentInfo("1001", 1, "lina", "李娜", "agent", "Li Na")}
    queues = {"sales": QueueInfo("sales", "销售", "Sales", wrap_up_seconds=90)}
    floor = Floor(Directory(agents, queues, UTC), epoch="e", now=NOON)
    await resume_floor(floor, db, NOON)
    agent = floor.agents["1001"]
    assert (agent.wrap_up_call, agent.turn) == ("rd-1", 2)
    assert agent.wrap_up_until == NOON + timedelta(seconds=90)
