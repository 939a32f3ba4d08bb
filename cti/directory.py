"""Who works here and which queues there are, read from the database for floor, control and phone guard."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo

import structlog

from cti.control.rules import Membership
from cti.domain.agent import AgentInfo
from cti.domain.floor import Directory
from cti.domain.queue import QueueInfo
from storage.database import Database
from storage.repositories.routing import Memberships, Queues
from storage.repositories.users import Agents

log = structlog.get_logger(__name__)


async def load_directory(database: Database, timezone: tzinfo) -> Directory:
    """Agents and queues as the database has them now."""
    async with database.session() as session:
        agents, queues = await Agents(session).all(), await Queues(session).all()
    return Directory(
        agents={
            a.extension: AgentInfo(
                a.extension, a.user.id, a.user.login, a.user.name, a.user.role, a.user.name_en, a.phone
            )
            for a in agents
        },
        queues={
            q.name: QueueInfo(
                name=q.name,
                title_zh=q.title_zh,
                title_en=q.title_en,
                sl_seconds=q.sl_seconds,
                short_abandon_seconds=q.short_abandon_seconds,
                wrap_up_seconds=q.wrap_up_seconds,
            )
            for q in queues
        },
        timezone=timezone,
    )


async def load_memberships(database: Database) -> Mapping[str, Sequence[Membership]]:
    """Which queues each agent serves, by extension."""
    async with database.session() as session:
        by_agent = await Memberships(session).by_agent()
    return {ext: [Membership(q, penalty) for q, penalty in of.items()] for ext, of in by_agent.items()}


async def phone_withdrawn_at(database: Database, extension: str) -> datetime | None:
    """When the phone's password was last changed, which signed it out; now for one that is nobody's any more.

    None when that is not known, also while the database is away.
    """
    try:
        async with database.session() as session:
            agent = await Agents(session).by_extension(extension)
    except Exception as problem:
        log.warning("phone not looked up", problem=repr(problem))
        return None
    if agent is None or not agent.user.active:
        return datetime.now(UTC)
    return datetime.fromtimestamp(agent.phone_epoch / 1000, UTC) if agent.phone_epoch else None
