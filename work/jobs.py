"""Makes jobs, in the transaction of the change that they follow from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.repositories.jobs import Jobs
from work.doorbell import ring_after_commit
from work.rules.kinds import Kind


async def enqueue(
    session: AsyncSession,
    kind: Kind,
    args: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    due_at: datetime | None = None,
) -> int:
    """A job that exists exactly when the transaction of this session is committed; returns its number.

    It is done at `due_at`, or at once. Of one kind and `key` only one waits and only one runs at a time: if
    one waits already, it gets these arguments and the earlier of both times. It cannot begin before this
    transaction ends, and other transactions that use the same key wait for it too: so this is the last thing
    to do in it.
    """
    number = await Jobs(session).add(
        kind=kind.name, version=kind.version, args=args, key=key, now=now, due_at=due_at or now
    )
    ring_after_commit(session)
    return number
