"""Hotlines, queues and agents of the database in the form in which Asterisk's configuration takes them."""

from dataclasses import dataclass

from asterisk_conf.spec import DEFAULT_LANGUAGE, AgentSpec, HotlineSpec, PhoneKind, QueueSpec, WhenEmpty
from storage.database import Database
from storage.repositories.routing import Hotlines, Queues
from storage.repositories.users import Agents
from storage.tables import Agent, Hotline, Queue


@dataclass(frozen=True, slots=True)
class Routing:
    """Who can be called, and where callers go."""

    hotlines: tuple[HotlineSpec, ...]
    queues: tuple[QueueSpec, ...]
    agents: tuple[AgentSpec, ...]


# Covers the moment between the end of a call and the pause that the service sets for the after-call work. Not
# the whole of that work: who is done sooner must get the next call sooner.
_WRAP_UP_FLOOR_SECONDS = 2


async def routing_of(database: Database) -> Routing:
    """Reads it in one transaction, so that no hotline points to a queue that is not among them."""
    async with database.session() as session:
        hotlines = await Hotlines(session).all()
        queues = await Queues(session).all()
        agents = await Agents(session).all()
    return Routing(
        hotlines=tuple(map(_hotline, hotlines)),
        queues=tuple(map(_queue, queues)),
        agents=tuple(map(_agent, agents)),
    )


def _hotline(row: Hotline) -> HotlineSpec:
    return HotlineSpec(number=row.number, fallback_queue=row.fallback_queue, language=row.language)


def _queue(row: Queue) -> QueueSpec:
    return QueueSpec(
        name=row.name,
        strategy=row.strategy,
        ring_seconds=row.ring_seconds,
        wrap_up_seconds=min(row.wrap_up_seconds, _WRAP_UP_FLOOR_SECONDS),
        sl_seconds=row.sl_seconds,
        max_wait_seconds=row.max_wait_seconds,
        overflow_queue=row.overflow_queue,
        recording=row.recording,
        weight=row.weight,
        max_length=row.max_length,
        when_empty=WhenEmpty(row.when_empty),
        announce_every_seconds=row.announce_every_seconds,
    )


def _agent(row: Agent) -> AgentSpec:
    return AgentSpec(
        extension=row.extension,
        phone=PhoneKind(row.phone),
        language=row.user.language or DEFAULT_LANGUAGE,
        epoch=row.phone_epoch,
    )
