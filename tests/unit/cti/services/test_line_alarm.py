"""The line out is told to be out of order when calls fail by it in a row, until one gets through."""

from cti.domain.dialling import DialResult
from cti.domain.events import CallStarted, DialEnded, Direction, Event, Source
from cti.domain.line import LineHistory
from cti.line_alarm import LineAlarm
from tests.support.desk import Desk, at, desk, running, settle


def dialled(number: int, result: DialResult, source: Source = Source.LIVE) -> list[Event]:
    """A call of 1001's that came to this."""
    call_id, second = f"out-{number}", 10.0 * number
    started = CallStarted(
        at=at(second),
        source=Source.SERVICE,
        call_id=call_id,
        direction=Direction.OUTBOUND,
        number="10086",
        agent="1001",
    )
    return [started, DialEnded(at=at(second + 5), source=source, call_id=call_id, result=result)]


def alarm(it: Desk) -> LineAlarm:
    return LineAlarm(it.port, lambda: at(100))


async def test_the_floor_and_the_health_tell_of_it_until_a_call_gets_through() -> None:
    it = desk()
    line = alarm(it)
    async with running(line.run):
        for number in range(2):
            it.observe(*dialled(number, DialResult.CONGESTION))
        await settle()
        assert it.live.floor.system.line is None
        it.observe(*dialled(2, DialResult.NO_ROUTE))
        await settle()
        told = it.live.floor.system.line
        assert told is not None
        assert (told.result, told.count) == (DialResult.NO_ROUTE, 3)
        assert line.trouble is not None
        assert "3 in a row" in line.trouble
        it.observe(*dialled(3, DialResult.BUSY))
        await settle()
        assert it.live.floor.system.line is None
        assert line.trouble is None


async def test_what_is_read_in_records_counts_with_what_was_heard_and_nothing_twice() -> None:
    it = desk()
    async with running(alarm(it).run):
        for source in (Source.LIVE, Source.RECORD):
            for number in range(2):
                it.observe(*dialled(number, DialResult.LINE_SILENT, source))
        await settle()
        assert it.live.floor.system.line is None
        it.observe(*dialled(2, DialResult.LINE_SILENT, Source.RECORD))
        await settle()
        told = it.live.floor.system.line
        assert told is not None
        assert told.count == 3


async def test_a_start_does_not_forget_what_came_before() -> None:
    it = desk()
    line = alarm(it)
    line.history = LineHistory()
    line.history.resume([(f"old-{n}", at(-n), "line_refused") for n in range(3)])
    async with running(line.run):
        await settle()
        told = it.live.floor.system.line
        assert told is not None
        assert told.result is DialResult.LINE_REFUSED
