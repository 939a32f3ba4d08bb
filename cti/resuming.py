"""Takes the floor up where the service stopped: what agents were doing, and the day's figures so far."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time

from cti.domain import events as ev
from cti.domain.agent import Activity, Interval
from cti.domain.call_parts import Stint, came_by
from cti.domain.events import StintOutcome
from cti.domain.floor import Floor
from storage.database import Database
from storage.repositories.calls import AgentIntervals, Calls
from storage.repositories.operations import Gaps
from storage.tables import AgentInterval, Gap
from storage.tables import Call as CallRow
from storage.tables import Stint as StintRow


async def unheard_since(database: Database, heard_until: datetime | None) -> datetime | None:
    """When the gap began that ends with the first connection, None for a first start.

    A gap that was open when the service died is still the same one.
    """
    async with database.session() as session:
        gaps = await Gaps(session).open()
    return gaps[-1].started_at if gaps else heard_until


async def resume_floor(floor: Floor, database: Database, now: datetime) -> None:
    """What was true when the service stopped. Calls under way come again from Asterisk's records."""
    local = now.astimezone(floor.directory.timezone)
    midnight = datetime.combine(local.date(), time(), floor.directory.timezone)
    async with database.session() as session:
        calls = Calls(session)
        intervals = await AgentIntervals(session).open()
        present = {i.agent: await calls.by_id(i.call_id) for i in intervals if i.call_id is not None}
        stints = await calls.stints_finished(midnight)
        under_way = {call.id for call in await calls.open()}
        guessed = await calls.guessed_among([s.call_id for s in stints])
        gaps = await Gaps(session).between(midnight, now)
    certain, uncertain = _finished(stints, under_way, guessed)
    floor.resume(
        [
            Interval(
                i.agent, i.kind, i.state, i.reason, i.call_id, i.started_at, i.ended_at, _turn(i, present)
            )
            for i in intervals
        ],
        certain,
        [event for gap in gaps for event in _as_events(gap)],
        uncertain,
        {ext: _came_by(ext, call) for ext, call in present.items() if call is not None},
    )


def _turn(interval: AgentInterval, present: Mapping[str, CallRow | None]) -> int | None:
    """The how-manieth of the agent's legs in the call it was about."""
    if interval.call_id is None:
        return None
    call = present.get(interval.agent)
    legs = sum(leg.agent == interval.agent for leg in call.legs) if call is not None else 0
    return max(1, legs + (interval.state == Activity.RINGING))


def _came_by(extension: str, call: CallRow) -> str | None:
    legs = [leg for leg in call.legs if leg.agent == extension]
    return came_by(legs[-1], call.stints) if legs else None


def _finished(
    rows: Iterable[StintRow], under_way: set[str], guessed: set[str]
) -> tuple[list[Stint], Mapping[str, list[Stint]]]:
    """The stays of calls that are over; those of calls whose end was guessed apart, by call."""
    certain: list[Stint] = []
    uncertain: dict[str, list[Stint]] = {}
    for row in rows:
        if row.outcome is None or row.call_id in under_way:
            continue
        stint = Stint(row.no, row.queue, row.entered_at, row.priority, row.left_at, StintOutcome(row.outcome))
        (uncertain.setdefault(row.call_id, []) if row.call_id in guessed else certain).append(stint)
    return certain, uncertain


def _as_events(gap: Gap) -> Iterator[ev.Event]:
    """A gap that is over; one that is open ends with the first connection (see `unheard_since`)."""
    if gap.ended_at is not None:
        yield ev.GapOpened(at=gap.started_at, reason=gap.reason)
        yield ev.GapClosed(at=gap.ended_at, since=gap.started_at, recovered=gap.recovered)
