"""Who was rung, what became of it, who spoke for how long: the service, the records and the oracle agree."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asterisk_conf.spec import QueueSpec
from cti.control.commands import Dial
from cti.domain.call import Call
from cti.domain.floor import Floor
from tests.support.oracle.calls import OneCall
from tests.support.oracle.files import read_records
from tests.support.oracle.truth import true_calls
from tests.support.records import record_events
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.lab import Lab, running_lab
from tests.support.telephony.menu_server import MenuServer
from tests.support.telephony.watched import watched
from tests.support.told_by_floor import as_told
from tests.support.traces import calls_of
from tests.support.waiting import until

# Caller, menu and phones are on one machine that has more to do.
LATE_S = 0.3
QUEUES = (
    QueueSpec("service", ring_seconds=20, announce_every_seconds=0),
    QueueSpec("sales", strategy="ringall", ring_seconds=20, announce_every_seconds=0),
    QueueSpec("support", ring_seconds=3, announce_every_seconds=0),
)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Lab]:
    """In `sales` all phones ring at once."""
    async with running_lab(tmp_path, queues=QUEUES) as running:
        yield running


async def over(lab: Lab, floor: Floor) -> tuple[Call, Call, OneCall | None]:
    """The one call when it has ended: as heard, as the records tell it, and as the oracle reads them."""

    async def ended() -> Call | None:
        (call,) = floor.calls.values()
        written = lab.folders.cel.read_text() if lab.folders.cel.exists() else ""
        last_word = any("LINKEDID_END" in line and call.id in line for line in written.splitlines())
        return call if call.ended_at is not None and last_word else None

    heard = await until(ended)
    folder = lab.folders.cel.parent / "kept"
    folder.mkdir()
    (folder / "cel.csv").write_bytes(lab.folders.cel.read_bytes())
    (folder / "queue_log").write_bytes(lab.folders.queue_log.read_bytes())
    written = calls_of(record_events(folder))[heard.id]
    truth = true_calls(read_records(folder / "cel.csv", folder / "queue_log", lab.folders.cdr))
    return heard, written, truth.get(heard.id)


def assert_told(
    call: tuple[Call, Call, OneCall | None],
    *,
    rings: list[tuple[str, str]],
    talks: list[tuple[str, float]],
    priorities: list[int],
) -> None:
    """`rings` are agents and what became of it in any order, `talks` agents and seconds in their order."""
    heard, written, truth = call
    for told in (as_told(heard), as_told(written), truth):
        if told is not None:
            assert sorted((ring.agent, ring.became) for ring in told.offers) == sorted(rings)
            assert [leg.agent for leg in told.legs] == [agent for agent, _ in talks]
            assert [leg.spoke for leg in told.legs] == pytest.approx([s for _, s in talks], abs=LATE_S)
            assert [stint.priority for stint in told.stints] == priorities


async def _redirect(ami: AmiTap, context: str, extension: str) -> None:
    joined = await ami.wait("QueueCallerJoin")
    await ami.action("Redirect", Channel=joined["Channel"], Context=context, Exten=extension, Priority="1")


async def test_two_who_spoke_after_a_transfer_to_an_agent(office: Lab) -> None:
    ami = await office.tap()
    async with watched(office) as service:
        first = await office.agent("1001", "service", ami=ami)
        third = await office.agent("1003")
        await (await office.caller()).dial("4001")
        await (await first.ring()).answer()
        await asyncio.sleep(1.0)
        await _redirect(ami, "ringdesk-agent", "1003")
        ringing = await third.ring()
        await ringing.answer()
        await asyncio.sleep(2.0)
        await ringing.hang_up()
        assert_told(
            await over(office, service.floor),
            rings=[("1001", "answered"), ("1003", "answered")],
            talks=[("1001", 1.0), ("1003", 2.0)],
            priorities=[0],
        )


async def test_a_colleague_was_faster_in_the_queue_to_which_a_caller_of_priority_was_sent_on(
    office: Lab,
) -> None:
    commands = ("SET VARIABLE RD_PRIORITY 7", "SET VARIABLE RD_QUEUE service", "SET VARIABLE RD_RESULT queue")
    menu = await MenuServer(commands).start(office.spec.ports.agi)
    ami = await office.tap()
    async with watched(office) as service:
        first = await office.agent("1001", "service", ami=ami)
        second, third = [await office.agent(extension, "sales", ami=ami) for extension in ("1002", "1003")]
        call = await (await office.caller()).dial("4001")
        await (await first.ring()).answer()
        (floor_call,) = service.floor.calls.values()

        async def talking() -> bool:
            return bool(floor_call.open_legs)

        await until(talking)
        assert floor_call.stints[0].priority == 7
        await asyncio.sleep(1.0)
        await _redirect(ami, "ringdesk-queue", "sales")
        await second.ring()
        await (await third.ring()).answer()
        await asyncio.sleep(1.5)
        await call.hang_up()
        heard = await over(office, service.floor)
    await menu.stop()
    assert_told(
        heard,
        rings=[("1001", "answered"), ("1002", "answered_elsewhere"), ("1003", "answered")],
        talks=[("1001", heard[2].legs[0].spoke or 0.0 if heard[2] else 0.0), ("1003", 1.5)],
        priorities=[7, 7],
    )
    assert 0.9 < (heard[0].legs[0].talk_s or 0.0) < 2.5


async def test_whom_one_lets_ring_another_takes_sends_on_and_gets_back(office: Lab) -> None:
    commands = ("SET VARIABLE RD_QUEUE support", "SET VARIABLE RD_RESULT queue")
    menu = await MenuServer(commands).start(office.spec.ports.agi)
    ami = await office.tap()
    async with watched(office) as service:
        first = await office.agent("1001", "support", ami=ami)
        third = await office.agent("1003")
        await (await office.caller()).dial("4001")
        await first.ring()
        second = await office.agent("1002", "support", ami=ami)
        await (await second.ring()).answer()
        await asyncio.sleep(1.0)
        await _redirect(ami, "ringdesk-agent", "1003")
        (await third.ring()).refuse("486 Busy Here")
        again = await second.ring()
        await again.answer()
        await asyncio.sleep(2.0)
        await again.hang_up()
        told = await over(office, service.floor)
    await menu.stop()
    assert_told(
        told,
        rings=[("1001", "no_answer"), ("1002", "answered"), ("1002", "answered"), ("1003", "refused")],
        talks=[("1002", 1.0), ("1002", 2.0)],
        priorities=[0, 1000],  # Who comes back from a transfer is the first in the queue.
    )


async def test_a_caller_who_hangs_up_and_one_who_is_taken_away_end_a_ring_otherwise(office: Lab) -> None:
    ami = await office.tap()
    async with watched(office) as service:
        first = await office.agent("1001", "service", ami=ami)
        second = await office.agent("1002", "sales", ami=ami)
        call = await (await office.caller()).dial("4001")
        await first.ring()
        await _redirect(ami, "ringdesk-queue", "sales")
        await second.ring()
        await call.hang_up()
        assert_told(
            await over(office, service.floor),
            rings=[("1001", "moved"), ("1002", "caller_gone")],
            talks=[],
            priorities=[0, 0],
        )


async def test_the_own_phone_of_who_dials_out_was_taken_before_the_customer_answered(office: Lab) -> None:
    async with watched(office) as service:
        agent = await office.agent("1001")

        async def reachable() -> bool:
            return service.floor.agents["1001"].reachable

        await until(reachable)
        await service.control.execute(Dial("1001", "13900139000"))
        ringing = await agent.ring()

        async def rings_here() -> bool:
            return service.floor.agents["1001"].activity == "ringing"

        await until(rings_here)
        await ringing.answer()
        (call,) = service.floor.calls.values()

        async def talking() -> bool:
            assert call.legs or service.floor.agents["1001"].activity == "ringing"
            return bool(call.legs)

        await until(talking)
        await asyncio.sleep(1.0)
        await ringing.hang_up()
        told = await over(office, service.floor)
        assert_told(told, rings=[("1001", "answered")], talks=[("1001", 1.0)], priorities=[])
        for own in (told[0].offers[0], told[1].offers[0]):
            assert own.ended_at is not None
            # The demo's customer lets it ring for two seconds.
            assert (told[0].legs[0].started_at - own.ended_at).total_seconds() > 1.5


@pytest.mark.parametrize(("status", "became"), [("603 Decline", "refused"), ("404 Not Found", "unreachable")])
async def test_the_own_phone_of_who_dials_out_tells_why_it_was_not_taken(
    office: Lab, status: str, became: str
) -> None:
    async with watched(office) as service:
        agent = await office.agent("1001")

        async def reachable() -> bool:
            return service.floor.agents["1001"].reachable

        await until(reachable)
        await service.control.execute(Dial("1001", "13900139000"))
        (await agent.ring()).refuse(status)
        told = await over(office, service.floor)
        assert_told(told, rings=[("1001", became)], talks=[], priorities=[])
