"""Role x team x object: what each user sees and may do, of each call, recording and agent, by an oracle."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from office.rules.people import Role
from office.staff import set_extension
from office.teams import put_team
from storage.database import Database
from storage.records import CallRecord, LegRecord, OfferRecord, StintRecord
from storage.repositories.audit import Audit
from storage.repositories.routing import Memberships
from storage.repositories.users import Agents, Users
from tests.support.operators import OPERATOR
from tests.unit.agent_console.moments import NOON
from tests.unit.agent_console.past import add_recording, write_calls
from tests.unit.agent_console.world import World
from tests.unit.storage.builders import a_call

QUEUES = ("service", "sales")
EXTENSIONS = ("1001", "1002", "1003", "1004", "1005")
# When the extension 1001 passed from one to another: calls of both are there.
PASSED_ON = NOON + timedelta(hours=1)


@dataclass(frozen=True)
class Person:
    """A user as the oracle knows them: `phones` with from when to before when they are theirs."""

    login: str
    role: Role
    phones: tuple[tuple[str, float, float], ...]
    queues: frozenset[str] = frozenset()

    def had(self, ext: str | None, at_s: float) -> bool:
        return any(ext == mine and since <= at_s < until for mine, since, until in self.phones)

    @property
    def now(self) -> set[str]:
        return {ext for ext, _, until in self.phones if until == float("inf")}


@dataclass(frozen=True)
class Part:
    """One agent's part in a call, or the ring at their phone, after so many seconds."""

    ext: str
    at_s: float


@dataclass(frozen=True)
class PastCall:
    """A call; `stints` are queues with whether somebody answered there."""

    id: str
    at_s: float
    agent: str | None
    legs: tuple[Part, ...]
    offers: tuple[Part, ...]
    stints: tuple[tuple[str, bool], ...]


@dataclass
class Firm:
    """All of it: `teams` are leaders and members by login."""

    people: dict[str, Person]
    teams: list[tuple[set[str], set[str]]] = field(default_factory=list)
    calls: list[PastCall] = field(default_factory=list)

    def whose(self, who: Person) -> list[Person] | None:
        """Whose doings somebody sees; None for everybody's. In words: an administrator and a supervisor who
        leads nobody see all, a supervisor who leads sees the members' and their own, an agent what came at
        the phone that is theirs now."""
        led = [members for leaders, members in self.teams if who.login in leaders]
        if who.role is Role.ADMIN or (who.role is Role.SUPERVISOR and not led):
            return None
        if who.role is Role.AGENT:
            return [replace(who, phones=tuple(it for it in who.phones if it[2] == float("inf")))]
        return [self.people[login] for login in {who.login}.union(*led)]

    def spoke(self, people: Sequence[Person], call: PastCall) -> bool:
        return any(one.had(leg.ext, leg.at_s) for leg in call.legs for one in people)

    def placed(self, people: Sequence[Person], call: PastCall) -> bool:
        return any(one.had(call.agent, call.at_s) for one in people)

    def rang(self, people: Sequence[Person], call: PastCall) -> bool:
        return any(one.had(offer.ext, offer.at_s) for offer in call.offers for one in people)

    def missed(self, people: Sequence[Person], call: PastCall) -> bool:
        served = {queue for one in people for queue in one.queues}
        return any(queue in served and not answered for queue, answered in call.stints)

    def lists(self, who: Person, call: PastCall) -> bool:
        people = self.whose(who)
        if people is None:
            return True
        mine = self.spoke(people, call) or self.placed(people, call)
        # An agent's list is of the calls that they had.
        return mine or (who.role is not Role.AGENT and (self.rang(people, call) or self.missed(people, call)))

    def opens(self, who: Person, call: PastCall) -> bool:
        people = self.whose(who)
        return people is None or self.lists(who, call) or self.rang(people, call)

    def hears(self, who: Person, leg: Part) -> bool:
        people = self.whose(who)
        return people is None or any(one.had(leg.ext, leg.at_s) for one in people)

    def signs_out(self, who: Person, ext: str) -> bool:
        people = self.whose(who)
        if who.role is Role.AGENT:
            return False
        return people is None or any(ext in one.now for one in people)


def a_firm(seed: int) -> Firm:
    """Something like a firm. Random, but the same each time."""
    chance, always = random.Random(seed), float("inf")

    def some(of: Iterable[str], most: int = 2) -> list[str]:
        return chance.sample(sorted(of), chance.randint(0, most))

    people = {
        # Who had 1001 first has 1005 now; who has it now had none.
        "lina": Person("lina", Role.AGENT, (("1001", -always, 3600), ("1005", 3600, always))),
        "chen": Person("chen", Role.AGENT, (("1001", 3600, always),)),
        "wangwei": Person("wangwei", Role.AGENT, (("1002", -always, always),)),
        "zhaomin": Person("zhaomin", Role.SUPERVISOR, (("1003", -always, always),)),
        "sun": Person("sun", Role.SUPERVISOR, (("1004", -always, always),)),
        "admin": Person("admin", Role.ADMIN, ()),
    }
    firm = Firm({it: replace(one, queues=frozenset(some(QUEUES))) for it, one in people.items()})
    firm.people["admin"] = people["admin"]
    firm.teams = [(set(some(people, 3)), set(some(people, 3))) for _ in range(chance.randint(0, 3))]
    for number in range(8):
        at_s = chance.choice([0.0, 3500.0, 7200.0])
        parts = [Part(chance.choice(EXTENSIONS[:4]), at_s + 10 + 60 * n) for n in range(chance.randint(0, 3))]
        firm.calls.append(
            PastCall(
                f"rd-{number}",
                at_s,
                chance.choice([None, *(part.ext for part in parts)]),
                tuple(part for part in parts if chance.random() < 0.6),
                tuple(replace(part, at_s=part.at_s - 5) for part in parts),
                tuple((queue, chance.random() < 0.5) for queue in some(QUEUES)),
            )
        )
    return firm


async def settle(db: Database, firm: Firm) -> dict[tuple[str, Part], int]:
    """The firm in the database, and the number of each leg's recording."""
    async with db.transaction() as session:
        for login, ext in (("sun", "1004"), ("chen", None)):
            role = firm.people[login].role
            user = await Users(session).add(
                login=login, name=login, password_hash="-", role=role, created_at=NOON
            )
            if ext is not None:
                await Agents(session).add(extension=ext, user_id=user.id)
    await set_extension(db, "lina", "1005", now=PASSED_ON, by=OPERATOR)
    await set_extension(db, "chen", "1001", now=PASSED_ON, by=OPERATOR)
    async with db.transaction() as session:
        for one in firm.people.values():
            for queue in one.queues:
                await Memberships(session).put(queue=queue, extension=next(iter(one.now)))
    for number, (leaders, members) in enumerate(firm.teams):
        await put_team(
            db, str(number), leaders=sorted(leaders), members=sorted(members), now=NOON, by=OPERATOR
        )
    recordings = {}
    for call in firm.calls:
        await write_calls(db, _record(call))
        for leg in call.legs:
            at = NOON + timedelta(seconds=leg.at_s)
            path = f"{call.id}-{leg.at_s:g}.wav"
            recordings[call.id, leg] = await add_recording(
                db, call.id, path, agent=leg.ext, part=int(leg.at_s), started_at=at
            )
    return recordings


_OUTCOMES = {True: "answered", False: "abandoned"}


def _record(call: PastCall) -> CallRecord:
    def at(seconds: float) -> datetime:
        return NOON + timedelta(seconds=seconds)

    return a_call(
        call.id,
        started_at=at(call.at_s),
        answered_at=None,
        ended_at=at(call.at_s + 300),
        agent=call.agent,
        queue=call.stints[0][0] if call.stints else None,
        number_e164=None,
        legs=tuple(
            LegRecord(
                no=no,
                agent=leg.ext,
                queue=None,
                stint=None,
                channel="",
                started_at=at(leg.at_s),
                ended_at=at(leg.at_s + 20),
                hold_s=0.0,
                holds=0,
                end_reason="hangup",
                talk_s=20.0,
            )
            for no, leg in enumerate(call.legs, start=1)
        ),
        offers=tuple(
            OfferRecord(it.ext, None, at(it.at_s), at(it.at_s + 5), "answered") for it in call.offers
        ),
        stints=tuple(
            StintRecord(
                no, queue, at(call.at_s), at(call.at_s + 5), "answered" if ok else "abandoned", 0, 5.0
            )
            for no, (queue, ok) in enumerate(call.stints, start=1)
        ),
    )


@pytest.mark.parametrize("seed", range(4))
async def test_everybody_sees_and_does_what_their_role_and_teams_allow(world: World, seed: int) -> None:
    firm = a_firm(seed)
    recordings = await settle(world.db, firm)
    for login, who in firm.people.items():
        browser = await world.browser(login)
        page = (await browser.get("/api/v1/calls?limit=200")).json()
        expected = {call.id for call in firm.calls if firm.lists(who, call)}
        assert {it["id"] for it in page["items"]} == expected, login
        for call in firm.calls:
            answer = await browser.get(f"/api/v1/calls/{call.id}")
            assert (answer.status_code == 200) is firm.opens(who, call), (login, call)
            if answer.status_code == 200:
                audible = {it["id"] for it in answer.json()["recordings"] if it["audible"]}
                assert audible == {recordings[call.id, leg] for leg in call.legs if firm.hears(who, leg)}
        for (_, leg), number in recordings.items():
            heard = (await browser.get(f"/api/v1/recordings/{number}")).status_code == 200
            assert heard is firm.hears(who, leg), (login, leg)
        for ext in EXTENSIONS:
            world.control.commands.clear()
            answer = await browser.post(f"/api/v1/agents/{ext}/signout", json={"reason": "late"})
            allowed = firm.signs_out(who, ext)
            assert answer.status_code == (204 if allowed else 403), (login, ext)
            assert bool(world.control.commands) is allowed


async def test_filters_narrow_what_a_leader_sees_and_never_widen_it(world: World) -> None:
    firm = a_firm(3)
    await settle(world.db, firm)
    await put_team(world.db, "only", leaders=["sun"], members=["wangwei"], now=NOON, by=OPERATOR)
    firm.teams.append(({"sun"}, {"wangwei"}))
    browser, sun = await world.browser("sun"), firm.people["sun"]
    seen = {call.id for call in firm.calls if firm.lists(sun, call)}
    for query in ("agent=1001", "agent=1002", "queue=service", "queue=sales", "outcome=answered", "q=Bobby"):
        listed = {it["id"] for it in (await browser.get(f"/api/v1/calls?limit=200&{query}")).json()["items"]}
        everything = await world.browser("admin")
        of_all = {
            it["id"] for it in (await everything.get(f"/api/v1/calls?limit=200&{query}")).json()["items"]
        }
        assert listed == of_all & seen, query


async def test_a_refused_sign_out_of_another_teams_agent_is_noted(world: World) -> None:
    await put_team(world.db, "A", leaders=["zhaomin"], members=["lina"], now=NOON, by=OPERATOR)
    browser = await world.browser("zhaomin")
    answer = await browser.post("/api/v1/agents/1002/signout", json={"reason": "late"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    async with world.db.session() as session:
        newest = (await Audit(session).newest())[0]
    assert (newest.user_id, newest.object, newest.result, newest.why) == (
        3,
        "agent:1002",
        "refused",
        "forbidden",
    )
