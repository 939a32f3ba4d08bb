"""Asks the service how it is, again and again, and keeps how long each answer took."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from tests.support.ringdesk_up import RingdeskUp


@dataclass
class Watch:
    """How long the service took to answer, all the time."""

    url: str
    answers_s: list[float] = field(default_factory=list)

    async def run(self) -> None:
        async with httpx.AsyncClient(base_url=self.url, timeout=10) as client:
            while True:
                began = time.monotonic()
                await client.get("/api/v1/health")
                self.answers_s.append(time.monotonic() - began)
                await asyncio.sleep(0.2)


@asynccontextmanager
async def watched(ringdesk: RingdeskUp) -> AsyncIterator[Watch]:
    watch = Watch(ringdesk.url)
    task = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
