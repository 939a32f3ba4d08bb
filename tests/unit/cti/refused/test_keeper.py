"""What the keeper tells: changes of the book, and what repeats when that changes; and what listens for it."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from cti.domain.events import Event
from cti.domain.refusals import CallsRefused, CallTurnedAway, RefusalCause, RefusalsRepeat
from cti.refused.attempts import Attempts, Line, Surroundings
from cti.refused.book import RefusalBook
from cti.refused.keeper import RefusalKeeper
from cti.refused.listener import CaptureListener, listen
from tests.support.ports import free_ports
from tests.support.waiting import until
from tests.unit.cti.refused.test_hep import packet

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def nobody(name: str) -> bool:
    return False


class Moment:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def away(number: str = "138") -> CallTurnedAway:
    return CallTurnedAway(at=NOON, cause=RefusalCause.CODEC, trunk="carrier", number=number)


def keeper(clock: Moment) -> tuple[RefusalKeeper, list[Event]]:
    told: list[Event] = []
    return RefusalKeeper(RefusalBook("run", 3, timedelta(minutes=10)), told.append, clock, every_s=0.01), told


def test_a_repeating_cause_is_told_when_it_begins_grows_and_ends() -> None:
    clock = Moment()
    keeping, told = keeper(clock)
    with capture_logs() as logs:
        for n in range(4):
            keeping.note(away(str(n)))
            keeping.tell()
    # Once in the log too, and without a caller.
    assert logs == [
        {
            "event": "calls are refused again and again",
            "log_level": "warning",
            "cause": RefusalCause.CODEC,
            "trunk": "carrier",
        }
    ]
    alarms = [event.repeating for event in told if isinstance(event, RefusalsRepeat)]
    assert [[(item.cause, item.trunk, item.count) for item in alarm] for alarm in alarms] == [
        [("codec", "carrier", 3)],
        [("codec", "carrier", 4)],
    ]
    assert alarms[0][0].since == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert sum(isinstance(event, CallsRefused) for event in told) == 4
    told.clear()
    keeping.tell()
    assert told == []
    clock.now += timedelta(minutes=10)
    keeping.tell()
    assert [event.repeating for event in told if isinstance(event, RefusalsRepeat)] == [()]


async def test_what_comes_at_once_is_told_bit_by_bit_and_all_of_it_when_the_service_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cti.refused.keeper.MOST_AT_ONCE", 2)
    keeping, told = keeper(Moment())
    for n in range(7):
        keeping.note(away(str(n)))
    keeping.tell()
    keeping.tell()
    assert [event.number for event in told if isinstance(event, CallsRefused)] == ["0", "1", "2", "3"]
    ending = asyncio.create_task(keeping.run())
    await asyncio.sleep(0)
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    assert len([event for event in told if isinstance(event, CallsRefused)]) == 7


async def test_what_is_in_the_book_is_told_also_when_the_service_ends() -> None:
    keeping, told = keeper(Moment())
    running = asyncio.create_task(keeping.run())
    await asyncio.sleep(0)
    keeping.note(away())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [event.number for event in told if isinstance(event, CallsRefused)] == ["138"]


INVITE = (
    b"INVITE sip:4001@x SIP/2.0\r\nFrom: <sip:138@x>\r\nTo: <sip:x>\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n"
)
ANSWER = b"SIP/2.0 404 No\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n"


async def test_the_listener_hears_its_asterisk_and_waits_for_a_port_that_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (port,) = free_ports(1)
    here = Surroundings(5160, frozenset(), lambda a: False, lambda a: Line("carrier"), nobody, nobody)
    heard: list[CallTurnedAway] = []
    monkeypatch.setattr("cti.refused.listener.RETRY_S", 0.01)
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", port))
        hearing = asyncio.create_task(
            listen(port, lambda: CaptureListener(lambda: "sesame", Attempts(here), heard.append))
        )
        await asyncio.sleep(0.05)
        assert not hearing.done()
    with socket.socket(type=socket.SOCK_DGRAM) as asterisk:

        async def told() -> bool:
            for data in (b"rubbish", packet(INVITE, key="wrong"), packet(INVITE), packet(ANSWER)):
                asterisk.sendto(data, ("127.0.0.1", port))
            return bool(heard)

        await until(told, 5)
    assert heard[0].number == "138"
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)


async def test_a_stranger_who_sends_no_proof_is_heard_of_without_another_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (port,) = free_ports(1)
    here = Surroundings(5160, frozenset(), lambda a: False, lambda a: None, lambda n: n == "138", nobody)
    heard: list[CallTurnedAway] = []
    monkeypatch.setattr("cti.refused.listener.PROOF_WITHIN_S", 0.02)
    hearing = asyncio.create_task(
        listen(port, lambda: CaptureListener(lambda: "sesame", Attempts(here), heard.append))
    )
    with socket.socket(type=socket.SOCK_DGRAM) as asterisk:

        async def told() -> bool:
            if not heard:
                asterisk.sendto(packet(INVITE), ("127.0.0.1", port))
                asterisk.sendto(packet(ANSWER.replace(b"404", b"401")), ("127.0.0.1", port))
            return bool(heard)

        await until(told, 5)
    assert [(fact.cause, fact.number) for fact in heard] == [(RefusalCause.STRANGER, "138")]
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)


def test_a_key_that_was_replaced_is_the_one_of_the_next_message() -> None:
    here = Surroundings(
        5160, frozenset(), lambda a: False, lambda a: Line("carrier"), lambda n: False, nobody
    )
    heard: list[CallTurnedAway] = []
    key = "sesame"
    listener = CaptureListener(lambda: key, Attempts(here), heard.append)
    key = "another"
    for data in (packet(INVITE, key=key), packet(ANSWER, key="sesame"), packet(ANSWER, key=key)):
        assert heard == []
        listener.datagram_received(data, None)
    assert [fact.number for fact in heard] == ["138"]
