"""When the alarm speaks and when the next try is due."""

from collections.abc import Callable

import pytest

from cti.domain.events import Event, StorageRecovered, StorageTrouble
from cti.recorder.alarm import TELL_AGAIN_S, Alarm
from storage.faults import Fault
from tests.support.recorded_floor import T0


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def alarm(told: list[Event], clock: Clock) -> Alarm:
    report: Callable[[Event], object] = told.append
    return Alarm(report, lambda: T0, clock, retry_first_s=1.0, retry_max_s=4.0)


def test_pauses_between_tries_grow_to_a_bound(alarm: Alarm, clock: Clock) -> None:
    waits = []
    for _ in range(4):
        alarm.failed(Fault.LOCKED)
        waits.append(alarm.wait_s)
        clock.now += alarm.wait_s
        assert alarm.wait_s == 0.0
    assert waits == [1.0, 2.0, 4.0, 4.0]
    alarm.recovered()
    alarm.failed(Fault.LOCKED)
    assert alarm.wait_s == 1.0


def test_a_lasting_trouble_is_told_now_and_then_not_at_each_batch(
    alarm: Alarm, clock: Clock, told: list[Event]
) -> None:
    alarm.failed(Fault.LOCKED)
    for _ in range(10):
        alarm.tell(waiting=5, lost=0)
    assert len(told) == 1
    clock.now += TELL_AGAIN_S
    alarm.tell(waiting=9, lost=0)
    assert [event.spooled for event in told if isinstance(event, StorageTrouble)] == [5, 9]


def test_another_reason_is_told_at_once(alarm: Alarm, told: list[Event]) -> None:
    alarm.failed(Fault.LOCKED)
    alarm.tell(waiting=5, lost=0)
    alarm.failed(Fault.FULL)
    alarm.tell(waiting=5, lost=3)
    reasons = [event.reason for event in told if isinstance(event, StorageTrouble)]
    assert reasons == [
        "the database is locked by another program",
        "the disk is full; 3 records are lost",
    ]


def test_recovery_is_told_once_and_only_after_a_trouble(alarm: Alarm, told: list[Event]) -> None:
    alarm.recovered()
    alarm.tell(waiting=0, lost=0)
    assert told == []
    alarm.failed(Fault.AWAY)
    alarm.tell(waiting=1, lost=0)
    alarm.recovered()
    alarm.recovered()
    assert [type(event) for event in told] == [StorageTrouble, StorageRecovered]
