"""Which calls belong to teams, in lists and one by one, against a slow look at each call."""

import random
from datetime import datetime

import pytest

from storage.database import Database
from storage.records import CallRecord, LegRecord, OfferRecord, StintRecord
from storage.repositories.calls import Calls
from storage.repositories.history import History
from storage.repositories.journal import Journal
from storage.rows.calls import HistoryFilter
from storage.scope import Held, Teams
from tests.unit.storage.builders import a_call, later

EXTENSIONS, QUEUES = ("1001", "1002", "1003"), ("service", "sales")


def a_random_call(chance: random.Random, number: int) -> CallRecord:
    at = float(number * 100)

    def some(most: int) -> list[str]:
        return [chance.choice(EXTENSIONS) for _ in range(chance.randint(0, most))]

    return a_call(
        f"rd-{number:02}",
        at,
        agent=chance.choice([None, *EXTENSIONS]),
        legs=tuple(
            LegRecord(no, ext, None, None, "", later(at + 30 + no), later(at + 60), None, None, "hangup", 9.0)
            for no, ext in enumerate(some(2), start=1)
        ),
        offers=tuple(OfferRecord(ext, None, later(at + 20), None, None) for ext in some(2)),
        stints=tuple(
            StintRecord(no, queue, later(at), None, chance.choice([None, "answered", "abandoned"]), 0, None)
            for no, queue in enumerate(QUEUES[: chance.randint(0, 2)], start=1)
        ),
    )


def a_random_team(chance: random.Random) -> Teams:
    def held() -> Held:
        since, until = sorted((chance.randint(0, 2500), chance.randint(0, 2500)))
        return Held(
            chance.choice(EXTENSIONS),
            chance.choice([None, later(since)]),
            chance.choice([None, later(until)]),
        )

    phones = frozenset(held() for _ in range(chance.randint(0, 3)))
    return Teams(frozenset({1}), phones, frozenset(chance.sample(QUEUES, chance.randint(0, 2))))


def slowly(call: CallRecord, teams: Teams) -> bool:
    def had(ext: str | None, at: datetime) -> bool:
        return any(
            held.ext == ext
            and (held.since is None or at >= held.since)
            and (held.until is None or at < held.until)
            for held in teams.phones
        )

    return (
        had(call.agent, call.started_at)
        or any(had(leg.agent, leg.started_at) for leg in call.legs)
        or any(had(offer.agent, offer.rang_at) for offer in call.offers)
        or any(stint.queue in teams.queues and stint.outcome != "answered" for stint in call.stints)
    )


@pytest.mark.parametrize("seed", range(4))
async def test_a_teams_calls_are_those_of_its_members_and_of_nobody_in_their_queues(
    db: Database, seed: int
) -> None:
    chance = random.Random(seed)
    calls = [a_random_call(chance, number) for number in range(25)]
    async with db.transaction() as s:
        await Journal(s).write_calls(calls)
    for _ in range(8):
        teams = a_random_team(chance)
        expected = {call.id for call in calls if slowly(call, teams)}
        listed: list[str] = []
        cursor = None
        async with db.session() as s:
            while True:
                page = await History(s).page(HistoryFilter(teams=teams), cursor=cursor, limit=7)
                listed += [row.id for row in page.items]
                cursor = page.next
                if cursor is None:
                    break
            assert {call.id for call in calls if await Calls(s).belongs_to(call.id, teams)} == expected
        assert listed == sorted(expected, reverse=True)
