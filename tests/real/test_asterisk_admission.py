"""Callers who are one too many hear the busy tone before anything is done for them; others get through."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

from asterisk_conf.admission import AdmissionSpec
from asterisk_conf.spec import TrunkSpec
from cti.domain.refusals import CallTurnedAway, RefusalCause
from cti.records.cel import parse_cel
from cti.records.turned_away import turned_away
from tests.support.telephony.lab import Lab, running_lab
from tests.support.telephony.menu_server import MenuServer
from tests.support.telephony.sip_phone import PhoneCall, Refused
from tests.support.waiting import until

QUEUE = ("SET VARIABLE RD_QUEUE service", "SET VARIABLE RD_RESULT queue")


@asynccontextmanager
async def admitting(root: Path, admission: AdmissionSpec, **changes: object) -> AsyncIterator[Lab]:
    """A lab with these limits, whose menu sends every caller into a queue."""
    async with running_lab(root, admission=admission, **changes) as lab:
        menu = await MenuServer(QUEUE).start(lab.spec.ports.agi)
        try:
            yield lab
        finally:
            await menu.stop()


async def ring(lab: Lab, number: str, host: str = "127.0.0.1") -> PhoneCall | int:
    """The call, or the status with which it was refused."""
    try:
        return await (await lab.caller(number, host=host)).dial("4001")
    except Refused as refusal:
        return refusal.status


def statuses(answers: list[PhoneCall | int]) -> list[int]:
    return sorted(answer if isinstance(answer, int) else 200 for answer in answers)


async def told(lab: Lab, least: int = 1) -> list[CallTurnedAway]:
    """Who was turned away, when so many have been written down: records follow the answers to callers."""

    def so_far() -> list[CallTurnedAway]:
        placed = parse_cel(lab.folders.cel.read_bytes()).records
        return [fact for each in placed if (fact := turned_away(each.record)) is not None]

    async def enough() -> bool:
        return len(so_far()) >= least

    await until(enough)
    return so_far()


async def test_one_numbers_flood_is_turned_away_and_another_number_gets_through(tmp_path: Path) -> None:
    async with admitting(tmp_path, AdmissionSpec(per_number=3, calls=5, per_trunk=5)) as lab:
        flood = await asyncio.gather(*(ring(lab, "+8613800138000") for _ in range(30)))
        assert statuses(flood).count(200) <= 3
        assert set(statuses(flood)) <= {200, 486}
        # The others do not count for anybody else: there is room for a real caller.
        other = await ring(lab, "13911112222")
        assert isinstance(other, PhoneCall)
        facts = await told(lab, statuses(flood).count(486))
        assert len(facts) == statuses(flood).count(486)
        assert {(fact.cause, fact.trunk, fact.number, fact.dialled) for fact in facts} == {
            (RefusalCause.NUMBER_LIMIT, "trunk", "+8613800138000", "4001")
        }
        for call in (*flood, other):
            if isinstance(call, PhoneCall):
                await call.hang_up()
        # Whoever has gone makes room.
        assert isinstance(await ring(lab, "+8613800138000"), PhoneCall)


async def test_the_number_of_calls_in_all_is_never_passed_and_agents_still_dial(tmp_path: Path) -> None:
    async with admitting(tmp_path, AdmissionSpec(calls=4)) as lab:
        ami = await lab.tap()
        answers = [await ring(lab, f"1380013800{i}") for i in range(7)]
        assert statuses(answers) == [200] * 4 + [486] * 3
        assert {fact.cause for fact in await told(lab)} == {RefusalCause.CALL_LIMIT}
        # Nothing was begun for them: no identity, no menu, no place in a queue.
        assert len(ami.named("UserEvent", UserEvent="RingdeskCall")) == 4
        agent = await lab.agent("1001")
        dialling = asyncio.create_task(
            ami.action(
                "Originate",
                Channel="PJSIP/1001",
                Context="ringdesk-outbound",
                Exten="13900000000",
                Priority="1",
                Async="true",
                Variable="__RD_CALL=out",
            )
        )
        ringing = await agent.ring()
        await ringing.answer()
        await dialling
        # Out by the trunk and, being the demo's, in again by it: as a caller it would be the fifth.
        await ami.wait(
            lambda e: e.get("Event") == "DialBegin" and e["DestChannel"].startswith("PJSIP/trunk-")
        )


async def test_new_calls_a_second_are_limited_and_the_next_second_lets_in_again(tmp_path: Path) -> None:
    async with admitting(tmp_path, AdmissionSpec(new_a_second=3)) as lab:
        answers = await asyncio.gather(*(ring(lab, f"138001380{i:02}") for i in range(20)))
        # The twenty may fall into two seconds.
        assert 1 <= statuses(list(answers)).count(200) <= 6
        assert {fact.cause for fact in await told(lab)} == {RefusalCause.RATE_LIMIT}

        async def let_in() -> PhoneCall:
            while True:
                call = await ring(lab, "13911112222")
                if isinstance(call, PhoneCall):
                    return call

        async with asyncio.timeout(5):
            assert await let_in()


async def test_one_trunks_flood_leaves_room_for_another_trunk(tmp_path: Path) -> None:
    # Every address of 127.0.0.0/8 is this machine's: the second trunk's calls come from another one.
    trunks = (
        TrunkSpec("carrier", "127.0.0.2", matches=("127.0.0.2",), max_calls=2),
        TrunkSpec("home", "127.0.0.1", matches=("127.0.0.1",)),
    )
    async with admitting(tmp_path, AdmissionSpec(calls=4, per_trunk=3), trunks=trunks, demo=False) as lab:
        flood = [await ring(lab, f"1380013800{i}") for i in range(6)]
        assert statuses(flood) == [200] * 3 + [486] * 3
        assert {(fact.cause, fact.trunk) for fact in await told(lab)} == {(RefusalCause.TRUNK_LIMIT, "home")}
        others = [await ring(lab, f"1390013800{i}", host="127.0.0.2") for i in range(2)]
        assert statuses(others) == [200, 486]
        # The last place of all; the next one would be the fifth.
        assert [(fact.cause, fact.trunk) for fact in await told(lab, 4)][3:] == [
            (RefusalCause.CALL_LIMIT, "carrier")
        ]


async def test_a_caller_who_hides_the_number_shares_no_limit_with_others_who_do(tmp_path: Path) -> None:
    async with admitting(tmp_path, AdmissionSpec(per_number=1)) as lab:
        answers = [await ring(lab, number) for number in ("anonymous", "anonymous", "", "1380", "1380")]
        assert statuses(answers) == [200] * 4 + [486]


async def test_what_a_caller_writes_as_number_is_counted_by_its_digits_and_does_nothing(
    tmp_path: Path,
) -> None:
    async with admitting(tmp_path, AdmissionSpec(per_number=1)) as lab:
        hostile = (
            "%24%7BSHELL(touch%20OWNED)%7D77",
            "77%29%7D%2C%22",
            "a%3Ab%3A(77",
            "7%2C7",
            "%24%5B77%5D",
        )
        answers = [await ring(lab, number) for number in ("77", *hostile)]
        assert statuses(answers) == [200] + [486] * len(hostile)
        numbers = [fact.number for fact in await told(lab, len(hostile))]
        assert numbers == [unquote(number) for number in hostile]
        assert not list(lab.folders.root.rglob("OWNED"))
