"""The JSON form of what is on the floor, for the consoles; one function for each kind of entity."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from crm.rules.caller import CallerRecord
from cti.domain.delta import FloorDelta, FloorSnapshot
from cti.domain.happenings import Happening
from cti.domain.outcome import ended_by, outcome_of
from cti.domain.system import Gap, System
from cti.domain.views import AgentView, CallView, QueueView

Writer = Callable[[Any], dict[str, Any]]

KINDS = ("calls", "agents", "queues", "system", "happenings")


@lru_cache(maxsize=8192)
def stamp(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z.

    Remembered, because an entity's moments are written again at each of its changes.
    """
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def call(it: CallView) -> dict[str, Any]:
    """A call as the console shows it."""
    stint, leg = it.stint, (it.open_legs[-1] if it.open_legs else None)
    offer = it.open_offers[-1] if it.open_offers else None
    last_stint = it.stints[-1] if it.stints else None
    return {
        "id": it.id,
        "direction": it.direction,
        "test": it.test,
        "hotline": it.hotline,
        "state": it.state,
        "number": it.number,
        "number_e164": it.number_e164,
        "name": it.name,
        "language": it.language,
        "started_at": stamp(it.started_at),
        "ended_at": _stamp(it.ended_at),
        "outcome": outcome_of(it),
        "ended_by": ended_by(it),
        "path": [
            {"step": s.step, "kind": s.kind, "exit": s.exit, "keys": s.keys, "at": stamp(s.at)}
            for s in it.path
        ],
        "queue": it.queue,
        "stint": last_stint.no if last_stint else 0,
        "queued_at": _stamp(stint.entered_at if stint else None),
        "waited_s": it.waited_s,
        "priority": last_stint.priority if last_stint else 0,
        "agent": it.agent,
        "ring_started_at": _stamp(offer.rang_at if offer else None),
        "answered_at": _stamp(leg.started_at if leg else (it.legs[-1].started_at if it.legs else None)),
        "held_at": _stamp(leg.held_since if leg else None),
        "recording": any(r.ended_at is None for r in it.recordings) and leg is not None,
        "record": _record(it.record) if it.record is not None else None,
        "notes": [{"agent": note.agent, "text": note.text} for note in it.notes],
        "incomplete": it.incomplete,
    }


def agent(it: AgentView) -> dict[str, Any]:
    """An agent as every console shows them."""
    return {
        "ext": it.ext,
        "user_id": it.info.user_id,
        "login": it.info.login,
        "name": it.info.name,
        "name_en": it.info.name_en,
        "role": it.info.role,
        "presence": it.presence,
        "pause_reason": it.reason,
        "presence_since": stamp(it.presence_since),
        "activity": it.activity,
        "activity_since": stamp(it.activity_since),
        "call": it.call_id,
        "turn": it.turn,
        "wrap_up_until": _stamp(it.wrap_up_until),
        "wrap_up_call": it.wrap_up_call,
        "aside": [{"call": work.call_id, "turn": work.turn} for work in it.aside],
        "phone": "reachable" if it.reachable else "unreachable",
        "phone_since": stamp(it.reachable_since),
        "muted": it.muted,
        "console": it.console,
        "queues": sorted(it.members),
    }


def queue(it: QueueView) -> dict[str, Any]:
    """A queue's tile: who waits, who serves, and the day's figures."""
    levels = it.levels(it.at)
    return {
        "name": it.info.name,
        "title": {"zh": it.info.title_zh, "en": it.info.title_en},
        "waiting": len(it.waiting),
        "oldest_queued_at": _stamp(min(it.waiting.values(), default=None)),
        "waiting_calls": list(it.waiting),
        "ready": it.columns.ready,
        "ringing": it.columns.ringing,
        "talking": it.columns.talking,
        "wrapping_up": it.columns.wrapping_up,
        "paused": it.columns.paused,
        "offered": it.offered,
        "answered": it.counts.answered,
        "abandoned": it.counts.abandoned,
        "short_abandoned": it.counts.short_abandoned,
        "overflowed": it.counts.overflowed,
        "moved": it.counts.moved,
        "unknown": it.counts.unknown,
        "service_level": {v: getattr(levels, v) for v in "ABCDE"},
        "sl_seconds": it.info.sl_seconds,
        "short_abandon_seconds": it.info.short_abandon_seconds,
        "day": it.day.isoformat(),
        "complete": it.complete,
    }


def happening(it: Happening) -> dict[str, Any]:
    """What just happened, as the agent's own console gets it."""
    return {
        "kind": it.kind,
        "at": stamp(it.at),
        "call": it.call_id,
        "number": it.number,
        "number_e164": it.number_e164,
        "customer_name": it.customer.name if it.customer else None,
        "customer_name_en": it.customer.name_en if it.customer else None,
        "queue": it.queue,
        "by": it.by,
        "reason": it.reason,
    }


def _record(it: CallerRecord) -> dict[str, Any]:
    return {
        "match": it.match,
        "matched_by": it.matched_by,
        "customers": [asdict(card) for card in it.customers],
        "chosen": it.chosen,
        "last_contacts": [{**asdict(contact), "at": stamp(contact.at)} for contact in it.last_contacts],
    }


def _link(it: System) -> dict[str, Any]:
    link = {"state": "up" if it.link.up else "down", "since": stamp(it.link.since), "reason": it.link.reason}
    return link if it.link.asterisk is None else {**link, "asterisk": it.link.asterisk}


def _storage(it: System) -> dict[str, Any]:
    storage = it.storage
    return {
        "state": "ok" if storage.trouble is None else "trouble",
        "since": stamp(storage.since),
        "reason": storage.trouble,
        "spooled": storage.spooled,
    }


def _gap(it: Gap) -> dict[str, Any]:
    return {"from": stamp(it.since), "to": _stamp(it.until), "reason": it.reason, "recovered": it.recovered}


def _refusals(it: System) -> dict[str, Any]:
    return {
        "items": [{**asdict(r), "since": stamp(r.since), "last": stamp(r.last)} for r in it.refusals],
    }


def _line(it: System) -> dict[str, Any]:
    streak = it.line
    return {
        "state": "ok" if streak is None else "trouble",
        "since": _stamp(streak.since if streak else None),
        "reason": streak.result if streak else None,
        "count": streak.count if streak else 0,
    }


SYSTEM_PARTS: Mapping[str, Callable[[System], dict[str, Any]]] = {
    "link": _link,
    "storage": _storage,
    "recordings": lambda it: {"lost": it.recordings_lost},
    "gaps": lambda it: {"items": [_gap(gap) for gap in it.gaps]},
    "day": lambda it: {"date": it.day.local.isoformat(), "began": stamp(it.day.began)},
    "refusals": _refusals,
    "line": _line,
}
"""The service itself, in the parts that consoles know."""


def entities(it: FloorDelta | FloorSnapshot) -> Iterator[tuple[str, str, Any, Writer | None]]:
    """Every entity in it: kind, id, value and who writes that; no writer for one that is over."""
    for call_ in it.calls:
        yield "calls", call_.id, call_, call
    for agent_ in it.agents:
        yield "agents", agent_.ext, agent_, agent
    for queue_ in it.queues:
        yield "queues", queue_.info.name, queue_, queue
    for ext, happening_ in it.happenings:
        yield "happenings", ext, happening_, None if happening_ is None else happening
    if it.system is not None:
        for part, write in SYSTEM_PARTS.items():
            yield "system", part, it.system, write
