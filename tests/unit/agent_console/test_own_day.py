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


def by(agent: str | None, call: CallRecord) -> CallRecord:
    """The call, had by somebody else."""
    legs = tuple(replace(leg, agent=agent) for leg in call.legs if agent is not None)
    return replace(call, agent=agent, legs=legs)


def random_calls(chance: random.Random) -> list[CallRecord]:
    """Of the days around noon, by several agents, both ways, some without a conversation, some for a test."""
    calls = []
    for n in range(80):
        call = a_call(
            f"rd-{n}",
            chance.uniform(-40, 40) * HOUR,
            direction=chance.choice(["inbound", "inbound", "outbound"]),
            talk_s=chance.choice([0.0, chance.uniform(1, 900)]),
            wait_s=chance.uniform(0, 90),
            test=chance.random() < 0.2,
        )
        calls.append(by(chance.choice(["1001", "1001", "1002", None]), call))
    return calls


def slowly(calls: Iterable[CallRecord], ext: str, day: date, held_since: datetime | None) -> dict[str, Any]:
    """The figures as docs/metrics.md has them, call by call."""
    talks, waits = [], []
    for call in calls:
        moments = [call.started_at, *(leg.started_at for leg in call.legs if leg.agent == ext)]
        theirs = held_since is None or max(moments) >= held_since
        if call.started_at.astimezone(ZONE).date() != day or call.agent != ext or not theirs:
            continue
        if call.talk_s > 0 and not call.test:
            talks.append(call.talk_s)
            if call.direction == "inbound":
                waits.append(call.wait_s)
    return {
        "day": day.isoformat(),
        "handled": len(talks),
        "mean_talk_s": pytest.approx(sum(talks) / len(talks)) if talks else None,
        "longest_talk_s": max(talks, default=None),
        "mean_wait_s": pytest.approx(sum(waits) / len(waits)) if waits else None,
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
            answer = (await browser.get(f"/api/agent/day?day={day}")).json()
            assert answer == slowly(calls, ext, day, held_since), (login, day)


async def test_the_day_is_the_one_of_the_installation_and_turns_at_its_midnight(world: World) -> None:
    # Noon in UTC is eight in the evening in Shanghai.
    midnight = datetime(2026, 3, 1, 16, tzinfo=UTC)
    seconds = (midnight - NOON).total_seconds()
    await write_calls(world.db, a_call("rd-1", seconds - 0.001), a_call("rd-2", seconds, talk_s=7.0))
    world.clock.now = midnight - timedelta(microseconds=1)
    browser = await world.browser("lina")
    today = (await browser.get("/api/agent/day")).json()
    assert (today["day"], today["handled"], today["longest_talk_s"]) == ("2026-03-01", 1, 60.0)
    world.clock.now = midnight
    today = (await browser.get("/api/agent/day")).json()
    assert (today["day"], today["handled"], today["longest_talk_s"]) == ("2026-03-02", 1, 7.0)


async def test_who_has_the_extension_now_is_told_nothing_of_whoever_had_it_before(world: World) -> None:
    """Nor a supervisor, who may see those calls in the history; one who waited for them is theirs."""
    await write_calls(world.db, by("1003", a_call("before", -HOUR)), by("1003", a_call("waited", 0.0)))
    async with world.db.transaction() as session:
        await session.execute(update(Agent).values(held_since=later(30)))
    assert (await (await world.browser("zhaomin")).get("/api/agent/day")).json()["handled"] == 1


async def test_who_has_no_phone_has_no_day(world: World) -> None:
    answer = await (await world.browser("admin")).get("/api/agent/day")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_an_agent")
    assert (await world.stranger().get("/api/agent/day")).status_code == 401


async def test_a_day_without_calls_has_no_means(world: World) -> None:
    browser = await world.browser("lina")
    assert (await browser.get("/api/agent/day")).json() == {"day": "2026-03-01", **NOTHING}
    for day in ("2026-13-01", "0001-01-01", "9999-12-31"):
        assert (await browser.get(f"/api/agent/day?day={day}")).status_code == 422
