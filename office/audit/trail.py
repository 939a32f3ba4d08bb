"""Writes down every privileged act with its result: done, refused and why, or failed; append-only.

Of many refusals alike only some are written down, each with how many there were.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from office.audit.chain import Content, signature
from office.rules.discretion import without_numbers
from office.rules.repeats import ALL_OF_THE_FIRST, Repeats, is_noted
from storage.pools import Connections
from storage.repositories.audit import Audit
from storage.tables import AuditEntry
from storage.tables.columns import storable, storable_json

log = structlog.get_logger(__name__)


class Via(StrEnum):
    """By which door an act came."""

    CONSOLE = "console"
    COMMAND_LINE = "command_line"


class Result(StrEnum):
    """What came of an act. `asked` was written before it: without a later entry nobody knows how it ended.

    `failed` is an act that ended in an error, or that nobody confirmed: it may have been carried out.
    """

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user of ours, or else an `account`: the number of one of the operating system's, or a hint
    at what somebody typed. `ip` is empty on this machine. `extension` is theirs at this moment, None for
    somebody without a phone."""

    user_id: int | None = None
    account: str = ""
    ip: str = ""
    via: Via = Via.COMMAND_LINE
    extension: str | None = None


@dataclass(slots=True)
class Act:
    """What is done to which object (`kind:id`). What is learned while it is done may be put into `object` and
    `detail`: numbers, codes and reasons, no person's name, login or telephone number."""

    action: str
    object: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


Verdict = Callable[[Exception], tuple[Result, str]]
"""Whether an error is a refusal or a failure, and the reason in a word or a sentence."""


def failure(problem: Exception) -> tuple[Result, str]:
    """The verdict where nothing is ever refused. The text of an error may hold what does not belong here."""
    return Result.FAILED, type(problem).__name__


class AuditTrail:
    """The one writer of the audit."""

    def __init__(self, connections: Connections, clock: Callable[[], datetime], verdict: Verdict) -> None:
        self._connections = connections
        self._clock = clock
        self._verdict = verdict
        self._refusals = Repeats()

    @asynccontextmanager
    async def transaction(self, actor: Actor, act: Act) -> AsyncIterator[AsyncSession]:
        """The transaction that does it. The entry is committed with it, or alone when the block raises."""
        try:
            async with self._connections.transaction() as session:
                yield session
                await self.done(session, actor, act)
        except Exception as problem:
            await self._note_error(actor, act, problem)
            raise

    @asynccontextmanager
    async def attempt(self, actor: Actor, act: Act) -> AsyncIterator[None]:
        """For an act outside of the database: an entry that it was asked for, then one with its result.

        What cannot be noted is not tried.
        """
        async with self._connections.transaction() as session:
            asked_id = await self._add(session, actor, act, Result.ASKED)
        try:
            yield
        except Exception as problem:
            await self._note_error(actor, act, problem, asked_id)
            raise
        await self._note(actor, act, Result.DONE, asked_id=asked_id)

    @asynccontextmanager
    async def outcome(self, actor: Actor, act: Act) -> AsyncIterator[None]:
        """For an act that must not wait for the database and leaves its trace elsewhere: only the result is
        noted, afterwards, and when that cannot be, the act stands all the same.
        """
        async with self.errors(actor, act):
            yield
        await self._note(actor, act, Result.DONE)

    @asynccontextmanager
    async def errors(self, actor: Actor, act: Act) -> AsyncIterator[None]:
        """For what decides whether an act is tried at all: noted is only why it is not."""
        try:
            yield
        except Exception as problem:
            await self._note_error(actor, act, problem)
            raise

    async def done(self, session: AsyncSession, actor: Actor, act: Act) -> None:
        """In a transaction of the caller's, which does it."""
        await self._add(session, actor, act, Result.DONE)

    async def refused(self, actor: Actor, act: Act, why: str) -> None:
        """Nothing was tried. Raises when it cannot be noted."""
        noted = self._worth_noting(actor, act, why)
        if noted is not None:
            async with self._connections.transaction() as session:
                await self._add(session, actor, noted, Result.REFUSED, why)

    async def _note_error(
        self, actor: Actor, act: Act, problem: Exception, asked_id: int | None = None
    ) -> None:
        result, why = self._verdict(problem)
        # What was asked for is always answered.
        noted = self._worth_noting(actor, act, why) if result is Result.REFUSED and asked_id is None else act
        if noted is not None:
            await self._note(actor, noted, result, why, asked_id)

    def _worth_noting(self, actor: Actor, act: Act, why: str) -> Act | None:
        """The refused act as it is noted, None when there were enough like it; `times` says how many."""
        times = self._refusals.count((str(actor.user_id), actor.account, act.action, why), self._clock())
        if not is_noted(times):
            return None
        return act if times <= ALL_OF_THE_FIRST else replace(act, detail={**act.detail, "times": times})

    async def _note(
        self, actor: Actor, act: Act, result: Result, why: str = "", asked_id: int | None = None
    ) -> None:
        """After the act: that it cannot be noted must not hide what came of it."""
        try:
            async with self._connections.transaction() as session:
                await self._add(session, actor, act, result, why, asked_id)
        except Exception as problem:
            log.error("result_not_in_the_audit", action=act.action, result=result, problem=repr(problem))

    async def _add(
        self,
        session: AsyncSession,
        actor: Actor,
        act: Act,
        result: Result,
        why: str = "",
        asked_id: int | None = None,
    ) -> int:
        content = Content(
            uid=token_hex(16),
            at=self._clock(),
            user_id=actor.user_id,
            account=storable(actor.account),
            via=actor.via,
            ip=storable(actor.ip),
            action=act.action,
            object=storable(act.object),
            detail=_discreet(act.detail),
            result=result,
            why=without_numbers(storable(why)),
            asked_id=asked_id,
        )
        signed = signature(self._connections.audit_key, content)
        return await Audit(session).add(AuditEntry(**asdict(content), signature=signed))


def _discreet(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """As the database gives it back, which is what was signed; reasons are typed and may hold anything."""
    plain: dict[str, Any] = json.loads(json.dumps(storable_json(detail)))
    return {key: without_numbers(it) if key == "reason" else it for key, it in plain.items()}
