"""The door to telephony keeps the same promises inside its process and from another one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.bus.remote import RemoteBus
from cti.bus.topics import PHONE
from cti.control.commands import (
    Answer,
    Command,
    CommandResult,
    Dial,
    FinishWrapUp,
    PhoneInstruction,
    Refused,
    SignOut,
    TransferToAgent,
    Unanswered,
)
from cti.domain import events as ev
from cti.port import FloorPort
from cti.remote_port import RemoteFloorPort, floor_door
from cti.replica import FloorReplica, following_floor
from tests.support.desk import CALL_TO_1001, Desk, at, desk
from tests.unit.cti.bus.buses import until
from tests.unit.cti.services.test_replica import begun, shown


@pytest.fixture
def it() -> Desk:
    return desk()


@pytest.fixture(params=["local", "remote"])
async def port(request: pytest.FixtureRequest, it: Desk, tmp_path: Path) -> AsyncIterator[FloorPort]:
    if request.param == "local":
        yield it.port
        return
    bus = RemoteBus(tmp_path / "telephony")
    async with floor_door(tmp_path / "telephony", it.bus, it.port):
        running = asyncio.create_task(bus.run())
        yield RemoteFloorPort(bus)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_follower_on_the_other_side_has_the_floors_own_picture(it: Desk, port: FloorPort) -> None:
    replica = FloorReplica()
    it.observe(*CALL_TO_1001[:2])

    async def follow() -> None:
        async for _ in following_floor(port, replica, capacity=100):
            pass

    following = asyncio.create_task(follow())
    await until(lambda: replica.seq == it.live.floor.seq)
    it.observe(*CALL_TO_1001[2:], ev.LegHeld(at=at(9), call_id="c1", agent="1001"))
    await until(lambda: replica.seq == it.live.floor.seq)
    following.cancel()
    assert shown(replica) == shown(begun(it.live.snapshot(at(9))))


async def test_facts_arrive_in_their_order_and_so_does_what_is_asked_after_them(
    it: Desk, port: FloorPort
) -> None:
    for seconds in range(100):
        muted = seconds % 2 == 0
        port.observe(ev.PhoneReported(at=at(seconds), agent="1001", muted=muted))
    before = it.live.floor.seq
    assert (await port.snapshot()).seq >= before
    await until(lambda: it.live.floor.seq == 101)
    assert not it.live.floor.agents["1001"].muted


async def test_a_command_is_carried_out_and_its_result_comes_back(it: Desk, port: FloorPort) -> None:
    port.observe(ev.PhoneReachable(at=at(0), agent="1001"))
    result = await port.execute(Dial("1001", "10086"))
    assert result.call_id in it.live.floor.calls
    (asked,) = it.link.asked
    assert asked["Exten"] == "10086"


async def test_a_refusal_comes_back_with_its_code_and_sentence(port: FloorPort) -> None:
    with pytest.raises(Refused) as refused:
        await port.execute(Answer("gone", "1001"))
    assert (refused.value.code, refused.value.detail) == ("already_ended", "The call is over.")
    assert not isinstance(refused.value, Unanswered)


@pytest.mark.parametrize(
    "command",
    [
        TransferToAgent("c1", "1001", "1002", note="'\"${X}\r\n😀"),
        FinishWrapUp("c1", "1001", 2, "solved"),
        SignOut("1001", by="boss", reason="回家"),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_every_word_of_a_command_arrives(it: Desk, port: FloorPort, command: Command) -> None:
    heard: list[Command] = []

    async def execute(command: Command) -> CommandResult:
        heard.append(command)
        raise Unanswered("asterisk_away", "Asterisk did not answer.")

    it.control.execute = execute  # type: ignore[method-assign]
    with pytest.raises(Unanswered) as unanswered:
        await port.execute(command)
    assert heard == [command]
    assert unanswered.value.code == "asterisk_away"


async def test_a_phone_is_told_what_to_do(it: Desk, port: FloorPort) -> None:
    orders = port.subscribe(PHONE, capacity=10)
    await port.snapshot()
    it.bus.publish(PHONE, PhoneInstruction("1001", "answer", "c1"))
    assert await anext(orders) == PhoneInstruction("1001", "answer", "c1")


async def test_while_telephony_is_away_a_command_says_so_and_does_not_wait_for_ever(tmp_path: Path) -> None:
    port = RemoteFloorPort(RemoteBus(tmp_path / "nobody", answer_within_s=0.01))
    port.observe(ev.ConsoleOpened(at=at(0), agent="1001"))
    with pytest.raises(Unanswered) as unanswered:
        await port.execute(Dial("1001", "10086"))
    assert unanswered.value.code == "telephony_away"
