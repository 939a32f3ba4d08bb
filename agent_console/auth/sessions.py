"""Server-side sessions: an opaque token in the cookie, its hash in the database, an end when idle or old."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from agent_console.auth.lately import Lately
from agent_console.settings import SignInSettings
from office.rules.people import Role
from office.rules.roles import GRANTS, Privilege
from storage.away import AWAY
from storage.pools import Connections
from storage.repositories.sign_ins import HeldPhone, Holding, SignIns
from storage.repositories.teams import TeamBook
from storage.repositories.users import Users
from storage.scope import Everything, Held, Own, Scope, Teams, was_theirs
from storage.tables import Agent, SignIn, User

log = structlog.get_logger(__name__)

# The kind of phone that lives in the console; a desk phone has its own account.
BROWSER = "browser"
# A database that is well answers in milliseconds, also on a busy machine.
PATIENCE_S = 0.25


class SessionEnd(StrEnum):
    """Why a session does not hold any more, as far as it is known."""

    OVER = "over"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a reason
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class Terms:
    """Role and phone of a user, as an open console was told of them; `phone_mark` stands for its password."""

    role: Role
    ext: str | None
    phone_in_browser: bool
    phone_mark: str
    team: frozenset[str] | None = None
    """The extensions of those whose calls a supervisor sees who leads teams; all, when None."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The user behind a request, as the sign-in that it carries says."""

    user_id: int
    login: str
    name: str
    name_en: str
    language: str
    theme: str
    ext_since: datetime | None
    phone_epoch: int
    phone_epoch_why: str
    csrf: str
    token_hash: str
    expires_at: datetime
    terms: Terms
    """What an open console works by; when it changes, the console has to ask again."""
    teams: Teams | None
    """Of a supervisor who leads some: what they see of the firm is what these do."""

    @property
    def role(self) -> Role:
        """What the user may do."""
        return self.terms.role

    @property
    def ext(self) -> str | None:
        """The user's extension, None without a phone."""
        return self.terms.ext

    def may(self, privilege: Privilege) -> bool:
        """Whether the user's role grants the privilege."""
        return privilege in GRANTS[self.role]

    def scope(self, privilege: Privilege) -> Scope:
        """How far the privilege reaches; who does not have it sees what is their own."""
        if not self.may(privilege):
            return Own(Held(self.ext, self.ext_since) if self.ext is not None else None)
        return self.teams or Everything()

    def had_extension(self, at: datetime) -> bool:
        """Whether the user's extension was theirs then: before, it may have been somebody else's."""
        return self.ext is not None and was_theirs(self.ext_since, at)


def hash_token(token: str) -> str:
    """What is stored of a token. It is random, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


async def teams_of(session: AsyncSession, user: User) -> Teams | None:
    """The teams that bound what a supervisor sees; None for one who leads none, and for the other roles."""
    if user.role != Role.SUPERVISOR:
        return None
    return (await TeamBook(session).led_by([user.id])).get(user.id)


class Sessions:
    """Opens, finds and ends sessions. Use is noted in memory and written by `flush`, never by a request."""

    def __init__(
        self,
        connections: Connections,
        settings: SignInSettings,
        clock: Callable[[], datetime],
        phone_password: Callable[[str, int], str] = lambda ext, epoch: f"{ext} {epoch}",
    ) -> None:
        self._connections = connections
        self._phone_password = phone_password
        self._clock = clock
        self._idle = timedelta(minutes=settings.idle_minutes)
        self._absolute = timedelta(hours=settings.absolute_hours)
        self._used: dict[str, datetime] = {}
        self._lately = Lately[SignedIn]()
        self._looking: dict[str, tuple[asyncio.Task[SignedIn | None], float]] = {}

    def open(self, user: User, *, address: str, agent_string: str) -> tuple[str, SignIn]:
        """A new token and its row, to be added in the caller's transaction."""
        token, now = secrets.token_urlsafe(32), self._clock()
        row = SignIn(
            token_hash=hash_token(token),
            user_id=user.id,
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            last_seen_at=now,
            expires_at=self._end_of(now, now),
            ip=address,
            agent_string=agent_string[:200],
        )
        return token, row

    async def find(self, token: str) -> SignedIn | None:
        """Who holds this token; None when it is unknown, revoked or expired.

        While the database is away, whoever was found lately is still known: they must be able to go on
        with their calls.
        """
        return await self._look(hash_token(token))

    async def find_at_once(self, token: str) -> SignedIn | None:
        """As `find`, but whoever was found lately does not wait for a database that is late.

        The question stays open meanwhile: what it brings holds from the next time on.
        """
        token_hash = hash_token(token)
        if self._lately.get(token_hash, self._clock()) is None:
            return await self._look(token_hash)
        looking, patient_until = self._looking.get(token_hash) or self._begin_to_look(token_hash)
        patience = patient_until - asyncio.get_running_loop().time()
        await asyncio.wait([looking], timeout=max(patience, 0))
        return looking.result() if looking.done() else self._lately.get(token_hash, self._clock())

    def _begin_to_look(self, token_hash: str) -> tuple[asyncio.Task[SignedIn | None], float]:
        """One question for each sign-in, of those kept in memory at most; the database ends each in time."""
        looking = asyncio.create_task(self._look(token_hash))
        begun = self._looking[token_hash] = (looking, asyncio.get_running_loop().time() + PATIENCE_S)

        def answered(task: asyncio.Task[SignedIn | None]) -> None:
            del self._looking[token_hash]
            if not task.cancelled() and (problem := task.exception()) is not None:
                log.warning("session_not_looked_up", problem=repr(problem))

        looking.add_done_callback(answered)
        return begun

    async def _look(self, token_hash: str) -> SignedIn | None:
        now, endings = self._clock(), self._lately.endings
        try:
            async with self._connections.session() as session:
                row = await SignIns(session).find(token_hash, now)
                teams = await teams_of(session, row.user) if row is not None else None
        except AWAY:
            lately = self._lately.get(token_hash, now)
            if lately is None:
                raise
            return lately
        if row is None:
            self._lately.forget(token_hash)
            return None
        self._note_use(row, now)
        who = self.signed_in(row, row.user, teams)
        # Who signed out while this was read must not be remembered.
        if self._lately.endings == endings:
            self._lately.found(who, now)
        return who

    async def close(self) -> None:
        """Ask nothing any more."""
        looking = [task for task, _ in self._looking.values()]
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)

    def signed_in(self, row: SignIn, user: User, teams: Teams | None) -> SignedIn:
        """The sign-in with its user, whose `agent` is loaded, and the teams that they lead."""
        agent = user.agent
        return SignedIn(
            user_id=user.id,
            login=user.login,
            name=user.name,
            name_en=user.name_en,
            language=user.language,
            theme=user.theme,
            ext_since=agent.held_since if agent is not None else None,
            phone_epoch=agent.phone_epoch if agent is not None else 0,
            phone_epoch_why=agent.phone_epoch_why if agent is not None else "",
            csrf=row.csrf,
            token_hash=row.token_hash,
            expires_at=row.created_at + self._absolute,
            terms=self._terms(user.role, agent, teams),
            teams=teams,
        )

    def forget(self, token_hash: str) -> None:
        """Keep nothing in memory of a session that ended."""
        self._used.pop(token_hash, None)
        self._lately.forget(token_hash)

    async def end(self, token_hash: str) -> None:
        """Revoke one session."""
        self.forget(token_hash)
        async with self._connections.transaction() as session:
            await SignIns(session).end(token_hash)

    async def still_valid(self, token_hashes: Collection[str]) -> Mapping[str, Terms]:
        """The present terms of those that hold; an open live connection counts as use."""
        now = self._clock()
        async with self._connections.session() as session:
            rows = await SignIns(session).holding(token_hashes, now)
            teams = await TeamBook(session).led_by(
                {row.user_id for row in rows if row.role == Role.SUPERVISOR}
            )
        for row in rows:
            self._note_use(row, now)
        for ended in set(token_hashes) - {row.token_hash for row in rows}:
            self.forget(ended)
        return {row.token_hash: self._terms(row.role, row.held_phone, teams.get(row.user_id)) for row in rows}

    async def why_ended(self, user_id: int, since: datetime) -> SessionEnd:
        """Why a session of this user, which held at `since`, does not hold any more."""
        async with self._connections.session() as session:
            user = await Users(session).by_id(user_id)
        if user is None or not user.active:
            return SessionEnd.DEACTIVATED
        changed = user.password_set_at is not None and user.password_set_at >= since
        return SessionEnd.NEW_PASSWORD if changed else SessionEnd.OVER

    async def flush(self) -> None:
        """Write down which sessions were used; nothing is written when none was."""
        used, now = dict(self._used), self._clock()
        if not used:
            return
        async with self._connections.transaction() as session:
            sign_ins = SignIns(session)
            for token_hash, expires_at in used.items():
                await sign_ins.touch(token_hash, now=now, expires_at=expires_at)
        self._used = {token: end for token, end in self._used.items() if used.get(token) != end}

    def _terms(self, role: str, phone: HeldPhone | Agent | None, teams: Teams | None) -> Terms:
        """The one place where they are made: an open console whose terms differ is sent to ask again."""
        team = teams.extensions if teams is not None else None
        if phone is None:
            return Terms(Role(role), None, phone_in_browser=False, phone_mark="", team=team)
        mark = hash_token(self._phone_password(phone.extension, phone.phone_epoch))
        return Terms(Role(role), phone.extension, phone.phone == BROWSER, mark, team)

    def _note_use(self, row: SignIn | Holding, now: datetime) -> None:
        # Written only now and then: a tenth of the idle time is exact enough.
        if now - row.last_seen_at >= self._idle / 10:
            self._used[row.token_hash] = self._end_of(row.created_at, now)

    def _end_of(self, created_at: datetime, used_at: datetime) -> datetime:
        return min(used_at + self._idle, created_at + self._absolute)
