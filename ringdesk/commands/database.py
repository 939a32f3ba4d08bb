"""Runs a use case on the database of an installation, for a command."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ringdesk.installation.installation import Installation
from ringdesk.problem import Problem
from storage.database import Database

T = TypeVar("T")


def on_database(installation: Installation, work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    """What `work` returns; what it refuses is a problem of the person at the terminal."""
    from office.users import UserProblem

    async def run() -> T:
        async with installation.open_database() as database:
            return await work(database)

    try:
        return asyncio.run(run())
    except UserProblem as problem:
        raise Problem(str(problem)) from None
