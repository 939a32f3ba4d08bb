"""Opens this process's bus to others over a Unix socket: they subscribe, publish, and ask.

Publishing never waits for them. Each remote subscription is one of the local bus, with its bound: while its
client does not read, it overflows there, and the client is told so as soon as it reads again. What is on the
way to a client is bounded too, and one that reads nothing for long is let go.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import structlog

from cti.bus.contract import Bus, SubscriberTooSlow, Subscription, Topic
from cti.bus.frames import BadFrame, Frame, Op, frames, packed

log = structlog.get_logger(__name__)

READS_WITHIN_S = 30.0
MOST_QUESTIONS = 200
_OWNER_ONLY = 0o600

Answer = Callable[[str, bytes], Awaitable[bytes]]
"""Answers a question by its name; whatever it raises is logged, and the asker told that it failed."""


async def no_answers(name: str, body: bytes) -> bytes:
    """Of a bus alone nothing can be asked but whether it is there."""
    if name != "ping":
        raise LookupError(name)
    return body


@asynccontextmanager
async def bus_door(
    path: Path,
    bus: Bus,
    topics: Iterable[Topic[Any]],
    answer: Answer = no_answers,
    *,
    reads_within_s: float = READS_WITHIN_S,
) -> AsyncIterator[None]:
    """The door is open inside the block; only this user may come in."""
    known = {topic.name: topic for topic in topics}
    visits: set[asyncio.Task[None]] = set()

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        visits.add(visit)
        try:
            await _Visitor(reader, writer, bus, known, answer, reads_within_s).serve()
        finally:
            visits.discard(visit)

    _forget(path)
    server = await asyncio.start_unix_server(welcome, path)
    os.chmod(path, _OWNER_ONLY)
    try:
        yield
    finally:
        server.close()
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)
        _forget(path)


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)


class _Visitor:
    """One client, from its first frame to its last."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        bus: Bus,
        topics: dict[str, Topic[Any]],
        answer: Answer,
        reads_within_s: float,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._bus = bus
        self._topics = topics
        self._answer = answer
        self._reads_within_s = reads_within_s
        self._subscriptions: dict[int, Subscription[Any]] = {}
        self._questions = asyncio.Semaphore(MOST_QUESTIONS)

    async def serve(self) -> None:
        """Until the client goes, or does not read, or says what nobody understands."""
        try:
            async with asyncio.TaskGroup() as tasks, aclosing(frames(self._reader)) as said:
                async for frame in said:
                    await self._hear(frame, tasks)
                for subscription in self._subscriptions.values():
                    subscription.close()
        except* (BadFrame, KeyError, ValueError) as problem:
            log.warning("a client of the bus is not understood", problem=repr(problem.exceptions[0]))
        except* (TimeoutError, ConnectionError) as problem:
            log.warning("a client of the bus is let go", problem=repr(problem.exceptions[0]))
        finally:
            for subscription in self._subscriptions.values():
                subscription.close()
            self._writer.transport.abort()

    async def _hear(self, frame: Frame, tasks: asyncio.TaskGroup) -> None:
        match frame.op:
            case Op.SUBSCRIBE:
                subscription = self._bus.subscribe(self._topics[frame.name], capacity=frame.number)
                self._subscriptions[frame.ref] = subscription
                tasks.create_task(self._pass_on(frame.ref, self._topics[frame.name], subscription))
            case Op.UNSUBSCRIBE:
                known = self._subscriptions.get(frame.ref)
                if known is not None:
                    known.close()
            case Op.PUBLISH:
                topic = self._topics[frame.name]
                self._bus.publish(topic, topic.decode(frame.body))
            case Op.ASK:
                # Whoever asks for more than can be answered at once waits here, and with them all they say.
                await self._questions.acquire()
                if frame.ref:
                    tasks.create_task(self._reply(frame))
                else:
                    await self._reply(frame)  # Told, not asked: taken in before what is told next.
            case _:
                raise BadFrame(f"{frame.op.name} from a client")

    async def _pass_on(self, ref: int, topic: Topic[Any], subscription: Subscription[Any]) -> None:
        op = Op.ENDED
        try:
            async for message in subscription:
                await self._say(Frame(Op.MESSAGE, ref, body=topic.encode(message)))
        except SubscriberTooSlow:
            op = Op.TOO_SLOW
        del self._subscriptions[ref]
        await self._say(Frame(op, ref))

    async def _reply(self, question: Frame) -> None:
        try:
            reply = Frame(Op.ANSWER, question.ref, body=await self._answer(question.name, question.body))
        except Exception:
            log.exception("a question over the bus failed", question=question.name)
            reply = Frame(Op.FAILED, question.ref)
        finally:
            self._questions.release()
        if question.ref:
            await self._say(reply)

    async def _say(self, frame: Frame) -> None:
        self._writer.write(packed(frame))
        async with asyncio.timeout(self._reads_within_s):
            await self._writer.drain()
