"""How a job is done: what lies outside of our database first, then an effect in it together with its end."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from work.rules.kinds import Args, Kind
from work.rules.moments import Moments


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a job. `uid` is the same in all of them: whoever is told of it can tell a repetition."""

    uid: str
    args: Args


Effect = Callable[[AsyncSession], Awaitable[None]]
"""What a job changes in our database: committed together with the job's end, or not at all. Quick, for on
SQLite every other writer waits for it."""

Run = Callable[[Attempt], Awaitable[Effect | None]]
"""Does what may take long or lies outside of our database, at least once; returns the effect if it has one.

It is cancelled when it takes too long or the service ends. To be tried again it raises; GiveUp, when that is
of no use. An exception that has a `sentence` tells that to whoever looks at failed jobs."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job at each of the moments; of those that were missed only the last is made up for.

    While one still waits or runs, the next waits for it. Its arguments get the `moment`. `wanted` is asked
    first, in a session for reading: where there is mostly nothing to do, nothing is written then. A kind that
    has several schedules gives each a name.
    """

    moments: Moments
    args: Mapping[str, Any] = field(default_factory=dict)
    wanted: Callable[[AsyncSession], Awaitable[bool]] | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Handler:
    """Who does jobs of a kind, and when there are some by themselves."""

    kind: Kind
    run: Run
    schedules: tuple[Schedule, ...] = ()


def in_transaction(effect: Callable[[AsyncSession, Attempt], Awaitable[None]]) -> Run:
    """For a job that is nothing but an effect."""

    async def run(attempt: Attempt) -> Effect:
        return lambda session: effect(session, attempt)

    return run
