"""Wakes the workers of this process when a job was committed; those of other processes look now and then."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

_listening: set[asyncio.Event] = set()


@contextmanager
def listening() -> Iterator[asyncio.Event]:
    """An event that is set by each ring, and to be cleared by whoever waits for it."""
    bell = asyncio.Event()
    _listening.add(bell)
    try:
        yield bell
    finally:
        _listening.discard(bell)


def ring_after_commit(session: AsyncSession) -> None:
    """Ring when what is done in this session is there for others to see."""
    event.listen(session.sync_session, "after_commit", _ring)


def _ring(_session: object) -> None:
    for bell in _listening:
        bell.set()
