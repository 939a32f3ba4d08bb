"""The JSON form of calls, agents and queues on the live websocket; one function for each entity."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cti.domain.agent import Agent
from cti.domain.call import Call
from cti.domain.outcome import ended_by, outcome_of
from cti.domain.queue import Queue


@lru_cache(maxsize=8192)
def stamp(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z.

    Remembered, because an entity's moments are written again at each of its changes.
    """
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def call(it: Call) -> dict[str, Any]:
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
        "queue": last_stint.queue if last_stint else None,
        "stint": last_stint.no if last_stint else 0,
        "queued_at": _stamp(stint.entered_at if stint else None),
        "waited_s": it.waited_s,
        "priority": last_stint.priority if last_stint else 0,
        "agent": it.agent,
        "ring_started_at": _stamp(offer.rang_at if offer else None),
        "answered_at": _stamp(leg.started_at if leg else (it.legs[-1].started_at if it.legs else None)),
        "held_at": _stamp(leg.held_since if leg else None),
        "recording": any(r.ended_at is None for r in it.recordings) and leg is not None,
        "record": it.record,
        "notes": [{"agent": note.agent, "text": note.text} for note in it.notes],
        "incomplete": it.incomplete,
    }


def agent(it: Agent) -> dict[str, Any]:
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


def queue(it: Queue, members: Mapping[str, int], now: datetime) -> dict[str, Any]:
    """A queue's tile: who waits, who serves (`members` by column, see Standing), and the day's figures."""
    levels = it.levels(now)
    return {
        "name": it.info.name,
        "title": {"zh": it.info.title_zh, "en": it.info.title_en},
        "waiting": len(it.waiting),
        "oldest_queued_at": _stamp(min(it.waiting.values(), default=None)),
        "waiting_calls": list(it.waiting),
        "ready": members["ready"],
        "ringing": members["ringing"],
        "talking": members["talking"],
        "wrapping_up": members["wrapping_up"],
        "paused": members["paused"],
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
