"""Sessions of the console: who is signed in, until when."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from storage.repositories.statements import chunks
from storage.tables import Agent, SignIn, User


class HeldPhone(NamedTuple):
    """The columns of an agent that say which phone they have, named as those of `Agent`."""

    extension: str
    phone: str
    phone_epoch: int


class Holding(NamedTuple):
    """A sign-in that holds, as every open console is looked at: columns, not objects, for there are many."""

    token_hash: str
    user_id: int
    created_at: datetime
    last_seen_at: datetime
    role: str
    held_phone: HeldPhone | None


class SignIns:
    """Sign-ins by the hash of their token."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, sign_in: SignIn) -> None:
        """A user signed in."""
        self._session.add(sign_in)

    async def find(self, token_hash: str, now: datetime) -> SignIn | None:
        """A sign-in that holds, with `user` and its `agent` loaded; None when expired or the user left."""
        query = (
            select(SignIn)
            .join(SignIn.user)
            .options(joinedload(SignIn.user).joinedload(User.agent))
            .where(SignIn.token_hash == token_hash, SignIn.expires_at > now, User.active)
        )
        return (await self._session.scalars(query)).one_or_none()

    async def holding(self, token_hashes: Collection[str], now: datetime) -> Sequence[Holding]:
        """Those of the sign-ins that hold."""
        held: list[Holding] = []
        for chunk in chunks(list(token_hashes)):
            query = (
                select(
                    SignIn.token_hash,
                    SignIn.user_id,
                    SignIn.created_at,
                    SignIn.last_seen_at,
                    User.role,
                    Agent.extension,
                    Agent.phone,
                    Agent.phone_epoch,
                )
                .join(SignIn.user)
                .join(User.agent, isouter=True)
                .where(SignIn.token_hash.in_(chunk), SignIn.expires_at > now, User.active)
            )
            held.extend(map(_holding, await self._session.execute(query)))
        return held

    async def touch(self, token_hash: str, *, now: datetime, expires_at: datetime) -> None:
        """The user is still there."""
        await self._session.execute(
            update(SignIn)
            .where(SignIn.token_hash == token_hash)
            .values(last_seen_at=now, expires_at=expires_at)
        )

    async def end(self, token_hash: str) -> None:
        """Sign out."""
        await self._session.execute(delete(SignIn).where(SignIn.token_hash == token_hash))

    async def end_all(self, user_id: int, *, except_token_hash: str | None = None) -> None:
        """Sign the user out everywhere, for a new password or a user who left."""
        ended = delete(SignIn).where(SignIn.user_id == user_id)
        if except_token_hash is not None:
            ended = ended.where(SignIn.token_hash != except_token_hash)
        await self._session.execute(ended)

    async def end_everybodys(self) -> None:
        """Sign everybody out."""
        await self._session.execute(delete(SignIn))

    async def forget_expired(self, now: datetime) -> None:
        """Delete what no longer holds."""
        await self._session.execute(delete(SignIn).where(SignIn.expires_at <= now))


def _holding(row: Row[str, int, datetime, datetime, str, str | None, str | None, int | None]) -> Holding:
    """Whoever is no agent has NULL in the columns of one."""
    token_hash, user_id, created_at, last_seen_at, role, extension, phone, epoch = row
    held = None
    if extension is not None and phone is not None and epoch is not None:
        held = HeldPhone(extension, phone, epoch)
    return Holding(token_hash, user_id, created_at, last_seen_at, role, held)
