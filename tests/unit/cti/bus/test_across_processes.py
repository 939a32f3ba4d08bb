"""Over the border of a process: kill -9 on either side, a pause, a slow reader cost nobody else anything."""

import asyncio
import signal
from pathlib import Path

import pytest

from cti.bus import remote
from cti.bus.contract import ConnectionLost
from cti.bus.following import following
from cti.bus.frames import MAX_FRAME_BYTES, Frame, Op, packed
from cti.bus.local import LocalBus
from cti.bus.remote import AskFailed, RemoteBus
from cti.bus.server import bus_door
from tests.support.bus_process import NUMBERS, TOPICS, A
from tests.unit.cti.bus.buses import Other, connected, other_process, told, until

CAPACITY = 100


def listeners(bus: LocalBus) -> int:
    return len(bus._subscribers[NUMBERS.name])


async def last_number(other: Other, last: int) -> list[str]:
    """Everything it says until that number."""
    said = []
    while (word := await other.says()) != str(last):
        assert word, "it ended"
        said.append(word)
    return said


async def test_a_reader_that_is_killed_is_forgotten_and_another_one_goes_on(tmp_path: Path) -> None:
    bus, path = LocalBus(), tmp_path / "bus"
    async with bus_door(path, bus, TOPICS), other_process("reader", path, CAPACITY) as stays:
        assert await stays.says() == "start"
        async with other_process("reader", path, CAPACITY) as killed:
            assert await killed.says() == "start"
            bus.publish(NUMBERS, 1)
            assert (await killed.says(), await stays.says()) == ("1", "1")
            killed.process.send_signal(signal.SIGKILL)
            await killed.process.wait()
            await until(lambda: listeners(bus) == 1)
        bus.publish(NUMBERS, 2)
        assert await stays.says() == "2"


async def test_the_bus_that_is_killed_and_back_is_followed_again_from_a_new_start(tmp_path: Path) -> None:
    path, seen, starts = tmp_path / "bus", list[int](), list[int]()
    bus = RemoteBus(path)

    async def start() -> None:
        await bus.ask("ping")
        starts.append(len(seen))

    async def follow() -> None:
        async for number in following(bus, NUMBERS, capacity=CAPACITY, start=start):
            seen.append(number)

    async with asyncio.TaskGroup() as tasks:
        parts = [tasks.create_task(bus.run()), tasks.create_task(follow())]
        for life in range(3):
            async with other_process("hub", path) as hub:
                await until(lambda life=life: len(starts) == life + 1)  # type: ignore[misc]
                bus.publish(NUMBERS, life)
                await until(lambda life=life: seen[-1:] == [life])  # type: ignore[misc]
                hub.process.send_signal(signal.SIGKILL)
                await hub.process.wait()
        for part in parts:
            part.cancel()
    assert (seen, starts) == ([0, 1, 2], [0, 1, 2])


async def test_a_reader_that_stands_still_holds_up_nobody_and_starts_again_when_it_goes_on(
    tmp_path: Path,
) -> None:
    bus, path = LocalBus(), tmp_path / "bus"
    async with (
        bus_door(path, bus, TOPICS),
        other_process("reader", path, CAPACITY) as paused,
        other_process("reader", path, 1_000_000) as stays,
    ):
        assert (await paused.says(), await stays.says()) == ("start", "start")
        paused.process.send_signal(signal.SIGSTOP)
        for number in range(1, 100_001):
            bus.publish(NUMBERS, number)
            if number % 50 == 0:
                await asyncio.sleep(0)
        assert (await last_number(stays, 100_000)) == [str(n) for n in range(1, 100_000)]
        await until(lambda: listeners(bus) == 1)
        paused.process.send_signal(signal.SIGCONT)
        await until(lambda: listeners(bus) == 2)
        bus.publish(NUMBERS, 100_001)
        said = await last_number(paused, 100_001)
        assert said[-1] == "start"
        assert said[:-1] == [str(n) for n in range(1, len(said))], "in order and without a hole until the cut"
        assert len(said) < 50_000


async def test_a_client_that_never_reads_is_let_go(tmp_path: Path) -> None:
    bus, path = LocalBus(), tmp_path / "bus"
    async with (
        bus_door(path, bus, TOPICS, reads_within_s=0.2),
        other_process("reader", path, 1_000_000) as stopped,
    ):
        assert await stopped.says() == "start"
        stopped.process.send_signal(signal.SIGSTOP)
        for number in range(100_000):
            bus.publish(NUMBERS, number)
        await until(lambda: listeners(bus) == 0)


async def test_a_question_is_answered_fails_or_is_cut_off_and_never_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "RETRY_S", 0.01)

    hung = asyncio.Event()

    async def answer(name: str, body: bytes) -> bytes:
        match name:
            case "broken":
                raise ZeroDivisionError
            case "hangs":
                hung.set()
                await asyncio.Event().wait()
        return body[::-1]

    path = tmp_path / "bus"
    async with bus_door(path, LocalBus(), TOPICS, answer), connected(path) as bus:
        assert await bus.ask("turn", b"abc") == b"cba"
        with pytest.raises(AskFailed):
            await bus.ask("broken")
        waiting = asyncio.create_task(bus.ask("hangs"))
        await hung.wait()
        assert await bus.ask("turn", b"one does not wait for another") != b""
        bus._answer_within_s = 0.01
        with pytest.raises(TimeoutError):
            await bus.ask("hangs")
    with pytest.raises(ConnectionLost):
        await waiting


@pytest.mark.parametrize(
    "said",
    [
        (MAX_FRAME_BYTES + 1).to_bytes(4, "big"),
        (3).to_bytes(4, "big") + b"\xc1\xc1\xc1",
        packed(Frame(Op.SUBSCRIBE, 1, "no such topic", 10)),
        packed(Frame(Op.PUBLISH, 1, NUMBERS.name, body=b"no number")),
        packed(Frame(Op.ANSWER, 1)),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=["too long", "no frame", "no topic", "no message", "not for a client", "somebody else"],
)
async def test_who_says_what_nobody_understands_is_sent_away_and_others_stay(
    tmp_path: Path, said: bytes
) -> None:
    path = tmp_path / "bus"
    async with bus_door(path, LocalBus(), TOPICS), connected(path) as bus:
        subscription = bus.subscribe(A, capacity=10)
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(said)
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()
        bus.publish(A, "still here")
        assert await anext(subscription) == "still here"


async def test_the_door_is_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "bus"
    async with bus_door(path, LocalBus(), TOPICS):
        assert path.stat().st_mode & 0o777 == 0o600
    assert not path.exists()


async def test_what_is_published_while_nobody_is_there_does_not_fail(tmp_path: Path) -> None:
    bus = RemoteBus(tmp_path / "bus")
    bus.publish(NUMBERS, 1)
    subscription = bus.subscribe(NUMBERS, capacity=10)
    subscription.close()
    assert [number async for number in subscription] == []
    await told(LocalBus())
