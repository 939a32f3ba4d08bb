"""Tells cheaply whether who works here, or where callers go, has changed since it was last read."""

from collections.abc import Hashable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Agent, Hotline, Membership, Queue, Setting, User

# Columns, not objects: two hundred agents are looked at every two seconds. Of users, what others are told.
_LOOKED_AT = (
    select(User.id, User.login, User.name, User.name_en, User.role, User.language, User.active).order_by(
        User.id
    ),
    select(Agent.extension, Agent.user_id, Agent.phone, Agent.phone_epoch).order_by(Agent.extension),
    select(*Queue.__table__.columns).order_by(Queue.name),
    select(*Hotline.__table__.columns).order_by(Hotline.number),
    select(*Membership.__table__.columns).order_by(Membership.queue, Membership.extension),
    select(Setting.key, Setting.value).order_by(Setting.key),
)


async def office_mark(session: AsyncSession) -> Hashable:
    """Differs when users, agents, queues, hotlines, memberships or settings do; means nothing by itself."""
    return hash(tuple([repr((await session.execute(statement)).all()) for statement in _LOOKED_AT]))
