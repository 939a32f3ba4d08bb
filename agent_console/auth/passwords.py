"""Passwords are verified in few threads, so that a rush of sign-ins cannot starve the calls."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from office.passwords import hash_password, verify_password

T = TypeVar("T")

_NICENESS = 10


class TooBusy(RuntimeError):
    """More sign-ins wait than the bound allows; try again in a moment."""


class Passwords:
    """Verifies `at_once` passwords at a time; `waiting` more may wait, the next is refused with TooBusy."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        # Linux counts niceness by thread: hashes yield to the event loop and to the sound of calls.
        self._threads = ThreadPoolExecutor(
            at_once, thread_name_prefix="password", initializer=os.nice, initargs=(_NICENESS,)
        )
        self._bound = at_once + waiting
        self._under_way = 0
        # Verified in place of the hash that an unknown login does not have, to take the same time.
        self._nobody = hash_password("nobody has this password")

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right; False, after the same time, when there is no hash."""
        matches = await self._in_thread(verify_password, password_hash or self._nobody, password)
        return matches and password_hash is not None

    async def hash(self, password: str) -> str:
        """The hash to store."""
        return await self._in_thread(hash_password, password)

    async def _in_thread(self, work: Callable[..., T], *arguments: str) -> T:
        if self._under_way >= self._bound:
            raise TooBusy
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._under_way -= 1

    def close(self) -> None:
        """Stop the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
