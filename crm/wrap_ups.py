"""After-call work: a draft is kept while the agent types, and it is finished for good once."""

from dataclasses import dataclass
from datetime import datetime

from office.audit import Actor
from storage.pools import Connections
from storage.repositories.wrap_ups import WrapUps
from storage.tables import WrapUp


class AlreadyFinished(Exception):
    """It was finished before, with something else in it; that stays."""


@dataclass(frozen=True, slots=True)
class Leg:
    """An agent's part in a call: `turn` is the how-manieth of theirs in it."""

    call_id: str
    agent: str
    turn: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a conversation ended. `began_at` when the work on it is in hand, `late` when its time was over."""

    note: str
    disposition: str
    began_at: datetime | None
    late: bool


async def save_draft(
    connections: Connections, actor: Actor, leg: Leg, note: str, disposition: str | None, *, now: datetime
) -> WrapUp:
    """Keep what was typed so far. Raises AlreadyFinished."""
    _must_be_theirs(leg, actor)
    async with connections.transaction() as session:
        wrap_ups = WrapUps(session)
        saved = await wrap_ups.save_draft(
            leg.call_id, leg.agent, turn=leg.turn, disposition=disposition, note=note, now=now
        )
        return _as_saved(saved, await wrap_ups.of(leg.call_id, leg.agent, leg.turn))


async def finish(
    connections: Connections, actor: Actor, leg: Leg, outcome: Outcome, *, now: datetime
) -> WrapUp:
    """Save it for good; the very same may be saved again. Raises AlreadyFinished."""
    _must_be_theirs(leg, actor)
    async with connections.transaction() as session:
        wrap_ups = WrapUps(session)
        saved = await wrap_ups.finish(
            leg.call_id,
            leg.agent,
            turn=leg.turn,
            disposition=outcome.disposition,
            note=outcome.note,
            now=now,
            started_at=outcome.began_at,
            late=outcome.late,
        )
        return _as_saved(saved, await wrap_ups.of(leg.call_id, leg.agent, leg.turn))


def _must_be_theirs(leg: Leg, actor: Actor) -> None:
    """Nobody notes anything for somebody else."""
    if actor.extension != leg.agent:
        raise PermissionError(f"only who has the extension {leg.agent} may note that")


def _as_saved(saved: bool, row: WrapUp | None) -> WrapUp:
    if not saved or row is None:
        raise AlreadyFinished
    return row
