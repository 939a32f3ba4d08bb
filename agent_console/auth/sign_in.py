"""Signing in and out, with the same answer and the same time for every wrong sign-in."""

from dataclasses import dataclass

from agent_console.auth.passwords import Passwords
from agent_console.auth.sessions import Sessions, SignedIn, hash_token, teams_of
from agent_console.auth.throttle import Throttle
from office.audit import Act, Actor, AuditTrail, Via
from office.passwords import needs_rehash
from office.rules.discretion import hinted_login
from storage.pools import Connections
from storage.repositories.sign_ins import SignIns
from storage.repositories.users import Users
from storage.tables import User


class WrongCredentials(Exception):
    """Unknown login, wrong password or a user who left: the same for all three."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a sign-in comes from. `token` is what its cookie carried."""

    address: str
    agent_string: str
    token: str | None


class FrontDesk:
    """Opens sessions for those who know their password."""

    def __init__(
        self,
        connections: Connections,
        passwords: Passwords,
        sessions: Sessions,
        throttle: Throttle,
        audit: AuditTrail,
    ) -> None:
        self._connections = connections
        self._passwords = passwords
        self._sessions = sessions
        self._throttle = throttle
        self._audit = audit

    async def sign_in(self, login: str, password: str, visitor: Visitor) -> tuple[str, SignedIn]:
        """The new session's token and its user.

        Raises WrongCredentials, `throttle.TooManyAttempts` or `passwords.TooBusy`. The token is always a new
        one, and the one that the visitor brought ends: nobody can plant a session before the sign-in.
        """
        login = login.strip().lower()
        await self._throttle.attempt(login, visitor.address)
        async with self._connections.session() as session:
            user = await Users(session).by_login(login)
        usable = user if user is not None and user.active else None
        right = await self._passwords.verify(usable.password_hash if usable else None, password)
        if usable is None or not right:
            account = "" if user else hinted_login(login)
            actor = Actor(user.id if user else None, account, visitor.address, Via.CONSOLE)
            await self._audit.refused(actor, _act("sign_in", visitor), "wrong_credentials")
            raise WrongCredentials
        await self._throttle.succeeded(login)
        return await self._open(usable, password, visitor)

    async def sign_out(self, who: SignedIn, visitor: Visitor) -> None:
        """End the session for good."""
        self._sessions.forget(who.token_hash)
        actor, act = _actor(who.user_id, visitor), _act("sign_out", visitor)
        async with self._audit.transaction(actor, act) as session:
            await SignIns(session).end(who.token_hash)

    async def _open(self, user: User, password: str, visitor: Visitor) -> tuple[str, SignedIn]:
        new_hash = await self._passwords.hash(password) if needs_rehash(user.password_hash) else None
        token, row = self._sessions.open(user, address=visitor.address, agent_string=visitor.agent_string)
        actor, act = _actor(user.id, visitor), _act("sign_in", visitor)
        async with self._audit.transaction(actor, act) as session:
            sign_ins = SignIns(session)
            if visitor.token is not None:
                before = hash_token(visitor.token)
                await sign_ins.end(before)
                self._sessions.forget(before)
            sign_ins.add(row)
            if new_hash is not None:
                await Users(session).set_password_hash(user.id, new_hash)
            teams = await teams_of(session, user)
        return token, self._sessions.signed_in(row, user, teams)


def _actor(user_id: int, visitor: Visitor) -> Actor:
    return Actor(user_id, ip=visitor.address, via=Via.CONSOLE)


def _act(action: str, visitor: Visitor) -> Act:
    return Act(action, "session", {"agent": visitor.agent_string[:200]})
