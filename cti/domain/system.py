"""What concerns everyone on the floor: the link to Asterisk, the storage of records, gaps in knowledge."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.domain import events as ev
from cti.domain import wire
from cti.domain.day import Day
from cti.domain.line import LineChanged, Streak
from cti.domain.refusals import RefusalsRepeat

System = dict[str, dict[str, Any]]
"""The entities `link`, `storage`, `recordings`, `gaps`, `day`, `refusals` and `line` in their wire form."""

GAPS_SHOWN = 20


def day_of(day: Day) -> dict[str, Any]:
    """The local day that the figures are about, and the moment at which it began."""
    return {"date": day.local.isoformat(), "began": wire.stamp(day.began)}


def new_system(now: datetime, day: Day) -> System:
    """Before anything was heard."""
    return {
        "link": {"state": "down", "since": wire.stamp(now), "reason": "starting"},
        "storage": {"state": "ok", "since": wire.stamp(now), "reason": None, "spooled": 0},
        "recordings": {"lost": 0},
        "gaps": {"items": []},
        "day": day_of(day),
        "refusals": {"items": []},
        "line": _line(None),
    }


def _link_up(system: System, event: ev.LinkUp) -> str:
    system["link"] = {
        "state": "up",
        "since": wire.stamp(event.at),
        "reason": None,
        "asterisk": event.asterisk_version,
    }
    return "link"


def _link_down(system: System, event: ev.LinkDown) -> str:
    if system["link"]["state"] != "down":
        system["link"] = {"state": "down", "since": wire.stamp(event.at), "reason": event.reason}
    else:
        system["link"]["reason"] = event.reason
    return "link"


def _gap_opened(system: System, event: ev.GapOpened) -> str:
    items = system["gaps"]["items"]
    items.append({"from": wire.stamp(event.at), "to": None, "reason": event.reason, "recovered": False})
    del items[:-GAPS_SHOWN]
    return "gaps"


def _gap_closed(system: System, event: ev.GapClosed) -> str:
    items = system["gaps"]["items"]
    since = wire.stamp(event.since)
    known = next((g for g in reversed(items) if g["to"] is None), None)
    if known is None:
        known = {"from": since, "reason": "service was away"}
        items.append(known)
    known.update({"to": wire.stamp(event.at), "recovered": event.recovered})
    del items[:-GAPS_SHOWN]
    return "gaps"


def _storage_trouble(system: System, event: ev.StorageTrouble) -> str:
    now = system["storage"]
    since = now["since"] if now["state"] == "trouble" else wire.stamp(event.at)
    trouble = {"state": "trouble", "since": since, "reason": event.reason, "spooled": event.spooled}
    system["storage"] = trouble
    return "storage"


def _storage_recovered(system: System, event: ev.StorageRecovered) -> str:
    system["storage"] = {"state": "ok", "since": wire.stamp(event.at), "reason": None, "spooled": 0}
    return "storage"


def _refusals_repeat(system: System, event: RefusalsRepeat) -> str:
    system["refusals"] = {"items": [dict(item) for item in event.repeating]}
    return "refusals"


def _recordings_lost(system: System, event: ev.RecordingsLost) -> str:
    system["recordings"] = {"lost": event.count}
    return "recordings"


def _line(streak: Streak | None) -> dict[str, Any]:
    if streak is None:
        return {"state": "ok", "since": None, "reason": None, "count": 0}
    return {
        "state": "trouble",
        "since": wire.stamp(streak.since),
        "reason": streak.result,
        "count": streak.count,
    }


def _line_changed(system: System, event: LineChanged) -> str:
    system["line"] = _line(event.streak)
    return "line"


SYSTEM_RULES: Mapping[type[ev.Event], Callable[[System, Any], str]] = {
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
