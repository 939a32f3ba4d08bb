"""An agent's own day: the server's four figures are those that a slow look at all calls gives."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from storage.records import CallRecord
from storage.tables import Agent
from tests.unit.agent_console.past import write_calls
from tests.unit.agent_console.world import ZONE, World
from tests.unit.storage.builders import NOON, a_call, later

HOUR = 3600
TODAY = date(2026, 3, 1)
NOTHING = {"handled": 0, "mean_talk_s": None, "longest_talk_s": None, "mean_wait_s": None}


def by(agent: str, call: CallRecord) -> CallRecord:
    """The call, had by somebody else."""
    return replace(call, agent=agent, legs=tuple(replace(leg, agent=agent) for leg in call.legs))


def sent_on(call: CallRecord, *parts: tuple[str, float, float | None]) -> CallRecord:
    """The call by parts, each after a stay in a queue: agent, seconds of wait, seconds of talk or None."""
    entered, stints, legs = call.started_at, [], []
    for no, (agent, wait_s, talk_s) in enumerate(parts, 1):
        answered = entered + timedelta(seconds=wait_s)
        stints.append(replace(call.stints[0], no=no, entered_at=entered, left_at=answered, wait_s=wait_s))
        ended = None if talk_s is None else answered + timedelta(seconds=talk_s + 10)
        part = replace(call.legs[0], no=no, stint=no, agent=agent, started_at=answered, ended_at=ended)
        legs.append(replace(part, talk_s=talk_s, hold_s=10.0))
        entered = ended or answered
    return replace(
        call,
        agent=legs[-1].agent if legs else None,
        talk_s=sum(leg.talk_s or 0 for leg in legs),
        stints=tuple(stints),
        legs=tuple(legs),
    )


def random_calls(chance: random.Random) -> list[CallRecord]:
    """Of the days around noon, by several agents, both ways, some without a conversation, some for a test."""
    calls = []
    for n in range(80):
        call = a_call(f"rd-{n}", chance.uniform(-40, 40) * HOUR, test=chance.random() < 0.2)
        agents = chance.choices(("1001", "1002", "1003"), (3, 2, 1), k=chance.choice([0, 1, 1, 2, 3]))
        parts = [(agent, chance.uniform(0, 90), chance.uniform(0, 900)) for agent in agents]
        call = sent_on(call, *parts)
        if chance.random() < 0.3:
            legs = tuple(replace(leg, stint=None, queue=None) for leg in call.legs[:1])
            call = replace(call, direction="outbound", stints=(), legs=legs)
        calls.append(call)
    return calls


def slowly(calls: Iterable[CallRecord], ext: str, day: date, held_since: datetime | None) -> dict[str, Any]:
    """The figures as docs/metrics.md has them, leg by leg."""
    talks, waits = [], []
    for call in calls:
        for leg in call.legs:
            theirs = leg.agent == ext and (held_since is None or leg.started_at >= held_since)
            if not theirs or call.test or leg.ended_at is None or leg.talk_s is None:
                continue
            if leg.ended_at.astimezone(ZONE).date() == day:
                talks.append(leg.talk_s)
                waits += [stint.wait_s for stint in call.stints if stint.no == leg.stint]
    return {
        "day": day.isoformat(),
        "handled": len(talks),
        "mean_talk_s": pytest.approx(sum(talks) / len(talks)) if talks else None,
        "longest_talk_s": max(talks, default=None),
        "mean_wait_s": pytest.approx(sum(map(float, filter(None, waits))) / len(waits)) if waits else None,
    }


@pytest.mark.parametrize("held_for_hours", [None, 3.0])
@pytest.mark.parametrize("seed", range(4))
async def test_the_figures_are_those_of_a_slow_look(
    world: World, seed: int, held_for_hours: float | None
) -> None:
    calls = random_calls(random.Random(seed))
    await write_calls(world.db, *calls)
    held_since = None if held_for_hours is None else later(-held_for_hours * HOUR)
    async with world.db.transaction() as session:
        await session.execute(update(Agent).values(held_since=held_since))
    for login, ext in (("lina", "1001"), ("wangwei", "1002"), ("zhaomin", "1003")):
        browser = await world.browser(login)
        for days in (-1, 0, 1):
            day = TODAY + timedelta(days)
            answer = (await browser.get(f"/api/v1/agent/day?day={day}")).json()
            assert answer == slowly(calls, ext, day, held_since), (login, day)


async def test_after_a_transfer_each_has_handled_it_with_what_they_spoke_themselves(world: World) -> None:
    """The second colleague has it again, and still speaks with the caller."""
    call = sent_on(a_call(), ("1001", 20.0, 60.0), ("1002", 5.0, 300.0), ("1001", 7.0, None))
    await write_calls(world.db, replace(call, ended_at=None, agent="1001"))
    days = {}
    for login, ext in (("lina", "1001"), ("wangwei", "1002"), ("zhaomin", "1003")):
        days[ext] = (await (await world.browser(login)).get("/api/v1/agent/day")).json()
    assert days["1001"] == {"day": "2026-03-01", **figures(1, 60.0, 60.0, 20.0)}
    assert days["1002"] == {"day": "2026-03-01", **figures(1, 300.0, 300.0, 5.0)}
    assert days["1003"] == {"day": "2026-03-01", **NOTHING}


def figures(handled: int, mean_talk_s: float, longest_talk_s: float, mean_wait_s: float) -> dict[str, float]:
    return {
        "handled": handled,
        "mean_talk_s": mean_talk_s,
        "longest_talk_s": longest_talk_s,
        "mean_wait_s": mean_wait_s,
    }


async def test_the_day_is_the_one_of_the_installation_and_turns_at_its_midnight(world: World) -> None:
    # Noon in UTC is eight in the evening in Shanghai; the conversations end 90 s after the calls begin.
    midnight = datetime(2026, 3, 1, 16, tzinfo=UTC)
    seconds = (midnight - NOON).total_seconds() - 90
    longer = replace(a_call("rd-2", seconds).legs[0], talk_s=61.0)
    await write_calls(world.db, a_call("rd-1", seconds - 0.001), a_call("rd-2", seconds, legs=(longer,)))
    world.clock.now = midnight - timedelta(microseconds=1)
    browser = await world.browser("lina")
    today = (await browser.get("/api/v1/agent/day")).json()
    assert (today["day"], today["handled"], today["longest_talk_s"]) == ("2026-03-01", 1, 60.0)
    world.clock.now = midnight
    today = (await browser.get("/api/v1/agent/day")).json()
    assert (today["day"], today["handled"], today["longest_talk_s"]) == ("2026-03-02", 1, 61.0)


async def test_a_conversation_of_nearly_a_day_is_in_the_day_on_which_it_ended(world: World) -> None:
    call = sent_on(a_call("rd-1", -23 * HOUR), ("1001", 20.0, 22.5 * HOUR))
    await write_calls(world.db, call)
    answer = (await (await world.browser("lina")).get("/api/v1/agent/day")).json()
    assert (answer["handled"], answer["longest_talk_s"]) == (1, 22.5 * HOUR)


async def test_who_has_the_extension_now_is_told_nothing_of_whoever_had_it_before(world: World) -> None:
    """Nor a supervisor, who may see those calls in the history; one who waited for them is theirs."""
    await write_calls(world.db, by("1003", a_call("before", -HOUR)), by("1003", a_call("waited", 0.0)))
    async with world.db.transaction() as session:
        await session.execute(update(Agent).values(held_since=later(30)))
    assert (await (await world.browser("zhaomin")).get("/api/v1/agent/day")).json()["handled"] == 1


async def test_who_has_no_phone_has_no_day(world: World) -> None:
    answer = await (await world.browser("admin")).get("/api/v1/agent/day")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_an_agent")
    assert (await world.stranger().get("/api/v1/agent/day")).status_code == 401


async def test_a_day_without_calls_has_no_means(world: World) -> None:
    browser = await world.browser("lina")
    assert (await browser.get("/api/v1/agent/day")).json() == {"day": "2026-03-01", **NOTHING}
    for day in ("2026-13-01", "0001-01-01", "9999-12-31"):
        assert (await browser.get(f"/api/v1/agent/day?day={day}")).status_code == 422
