"""What concerns everyone on the floor: the link to Asterisk, the storage of records, gaps in knowledge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cti.domain import events as ev
from cti.domain.day import Day
from cti.domain.line import LineChanged, Streak
from cti.domain.refusals import RefusalsRepeat, Repeating

GAPS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Link:
    """The connection to Asterisk; `reason` is a word for why it is down, `asterisk` the version heard."""

    up: bool
    since: datetime
    reason: str | None = None
    asterisk: str | None = None


@dataclass(frozen=True, slots=True)
class Storage:
    """Whether the database takes what is recorded; `spooled` records wait while it does not."""

    since: datetime
    trouble: str | None = None
    spooled: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which Asterisk was not heard; open while `until` is None."""

    since: datetime
    until: datetime | None
    reason: str
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class System:
    """The service itself. `gaps`: the newest, oldest first. `line`: how the line out fails, or None."""

    link: Link
    storage: Storage
    day: Day
    recordings_lost: int = 0
    gaps: tuple[Gap, ...] = ()
    refusals: tuple[Repeating, ...] = ()
    line: Streak | None = None


def new_system(now: datetime, day: Day) -> System:
    """Before anything was heard."""
    return System(Link(False, now, "starting"), Storage(now), day)


def _link_up(system: System, event: ev.LinkUp) -> System:
    return replace(system, link=Link(True, event.at, asterisk=event.asterisk_version))


def _link_down(system: System, event: ev.LinkDown) -> System:
    since = event.at if system.link.up else system.link.since
    return replace(system, link=Link(False, since, event.reason))


def _gap_opened(system: System, event: ev.GapOpened) -> System:
    return _with_gaps(system, (*system.gaps, Gap(event.at, None, event.reason)))


def _gap_closed(system: System, event: ev.GapClosed) -> System:
    """The newest that is open ends; one of which nobody knew, while the service was away, is new."""
    gaps = list(system.gaps)
    place = next((n for n in reversed(range(len(gaps))) if gaps[n].until is None), len(gaps))
    known = gaps[place] if place < len(gaps) else Gap(event.since, None, "service was away")
    gaps[place:] = [replace(known, until=event.at, recovered=event.recovered), *gaps[place + 1 :]]
    return _with_gaps(system, tuple(gaps))


def _with_gaps(system: System, gaps: tuple[Gap, ...]) -> System:
    return replace(system, gaps=gaps[-GAPS_SHOWN:])


def _storage_trouble(system: System, event: ev.StorageTrouble) -> System:
    since = event.at if system.storage.trouble is None else system.storage.since
    return replace(system, storage=Storage(since, event.reason, event.spooled))


def _storage_recovered(system: System, event: ev.StorageRecovered) -> System:
    return replace(system, storage=Storage(event.at))


def _refusals_repeat(system: System, event: RefusalsRepeat) -> System:
    return replace(system, refusals=event.repeating)


def _recordings_lost(system: System, event: ev.RecordingsLost) -> System:
    return replace(system, recordings_lost=event.count)


def _line_changed(system: System, event: LineChanged) -> System:
    return replace(system, line=event.streak)


SYSTEM_RULES: Mapping[type[ev.Event], Callable[[System, Any], System]] = {
    ev.LinkUp: _link_up,
    ev.LinkDown: _link_down,
    ev.GapOpened: _gap_opened,
    ev.GapClosed: _gap_closed,
    ev.StorageTrouble: _storage_trouble,
    ev.StorageRecovered: _storage_recovered,
    RefusalsRepeat: _refusals_repeat,
    ev.RecordingsLost: _recordings_lost,
    LineChanged: _line_changed,
}
