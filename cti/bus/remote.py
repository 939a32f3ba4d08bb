"""The bus of another process, over the Unix socket that `server.py` opens there.

A subscription ends with `CutOff` when the connection is lost; one that is made while there is none waits for
it. Trying again is this module's business, starting again from a snapshot the subscriber's (`following.py`).
"""

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog

from cti.bus.contract import ConnectionLost, SubscriberTooSlow, Topic
from cti.bus.frames import BadFrame, Frame, Op, frames, packed

log = structlog.get_logger(__name__)

T = TypeVar("T")

RETRY_S = 0.2
ANSWER_WITHIN_S = 10.0
# What waits to be sent while the other side does not read; past it the connection is given up.
MOST_UNSENT_BYTES = 8 * 1024 * 1024


class AskFailed(Exception):
    """The other side could not answer; its log says why."""


class RemoteSubscription(Generic[T]):
    """A bounded queue of one subscriber on this side. Overflow rule: cut off, see `SubscriberTooSlow`."""

    def __init__(self, bus: "RemoteBus", ref: int, topic: Topic[T], capacity: int) -> None:
        self.ref = ref
        self.topic = topic
        self.capacity = capacity
        self._bus = bus
        self._waiting: deque[T] = deque()
        self._wake = asyncio.Event()
        self._end: Exception | None = None
        self._closed = False

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while not self._waiting:
            if self._end is not None:
                raise self._end
            self._wake.clear()
            await self._wake.wait()
        return self._waiting.popleft()

    def close(self) -> None:
        """Stop; what was published before this was said still comes."""
        if not self._closed:
            self._closed = True
            self._bus.unsubscribe(self)

    def deliver(self, body: bytes) -> bool:
        """Called by the bus; True when the subscriber should have a turn before the next one."""
        if len(self._waiting) >= self.capacity:
            self.close()
            self.end(self.too_slow())
        elif self._end is None:
            self._waiting.append(self.topic.decode(body))
            self._wake.set()
        return len(self._waiting) * 2 >= self.capacity

    def end(self, why: Exception) -> None:
        """Nothing more comes; only the first reason counts. Who is cut off does not get the rest either."""
        if self._end is None:
            self._end = why
            if not isinstance(why, StopAsyncIteration):
                self._waiting.clear()
        self._wake.set()

    def too_slow(self) -> SubscriberTooSlow:
        """For whoever fell behind, here or there."""
        return SubscriberTooSlow(f"more than {self.capacity} messages of {self.topic.name} were waiting")


class RemoteBus:
    """Use it inside `run()`, a task that its owner starts and ends by cancelling."""

    def __init__(self, path: Path, *, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self._path = path
        self._answer_within_s = answer_within_s
        self._refs = itertools.count(1)
        self._subscriptions: dict[int, RemoteSubscription[Any]] = {}
        self._questions: dict[int, asyncio.Future[bytes]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._connected = asyncio.Event()

    async def run(self) -> None:
        """Keep a connection until cancelled."""
        told = False
        while True:
            try:
                reader, self._writer = await asyncio.open_unix_connection(self._path)
            except OSError as problem:
                if not told:
                    log.warning("the other process is away", problem=str(problem))
                told = True
                await asyncio.sleep(RETRY_S)
                continue
            told = False
            try:
                self._begin()
                await self._listen(reader)
            finally:
                self._lost()

    def publish(self, topic: Topic[T], message: T) -> None:
        """Hand the message to every subscriber over there; lost while there is no connection."""
        self._send(Frame(Op.PUBLISH, name=topic.name, body=topic.encode(message)))

    def subscribe(self, topic: Topic[T], *, capacity: int) -> RemoteSubscription[T]:
        """Messages of the topic from now on, or from the next connection on."""
        subscription = RemoteSubscription(self, next(self._refs), topic, capacity)
        self._subscriptions[subscription.ref] = subscription
        self._send(_wish(subscription))
        return subscription

    def unsubscribe(self, subscription: RemoteSubscription[Any]) -> None:
        """Called by the subscription; its end comes when everything before has come."""
        if self._writer is None:
            self._subscriptions.pop(subscription.ref, None)
            subscription.end(StopAsyncIteration())
        else:
            self._send(Frame(Op.UNSUBSCRIBE, subscription.ref))

    async def ask(self, name: str, body: bytes = b"") -> bytes:
        """Put a question, once there is a connection; it is never put twice.

        Raises AskFailed, ConnectionLost (it may have been heard), TimeoutError.
        """
        async with asyncio.timeout(self._answer_within_s):
            await self._connected.wait()
            ref = next(self._refs)
            answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            self._questions[ref] = answer
            try:
                self._send(Frame(Op.ASK, ref, name, body=body))
                return await answer
            finally:
                self._questions.pop(ref, None)

    def tell(self, name: str, body: bytes) -> None:
        """What needs no answer: taken in over there in its order, lost while there is no connection."""
        self._send(Frame(Op.ASK, 0, name, body=body))

    def _begin(self) -> None:
        for subscription in self._subscriptions.values():
            self._send(_wish(subscription))
        self._connected.set()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            async with aclosing(frames(reader)) as said:
                async for frame in said:
                    # Many come in one piece: whoever keeps up must not be cut off for that.
                    if self._hear(frame):
                        await asyncio.sleep(0)
        except BadFrame as problem:
            log.error("the other process is not understood", problem=str(problem))

    def _hear(self, frame: Frame) -> bool:
        """Whether a subscriber should have a turn now."""
        subscription = self._subscriptions.get(frame.ref)
        answer = self._questions.get(frame.ref)
        match frame.op:
            case Op.MESSAGE if subscription is not None:
                return subscription.deliver(frame.body)
            case Op.ENDED | Op.TOO_SLOW if subscription is not None:
                del self._subscriptions[frame.ref]
                ended = frame.op is Op.ENDED
                subscription.end(StopAsyncIteration() if ended else subscription.too_slow())
            case Op.ANSWER if answer is not None and not answer.done():
                answer.set_result(frame.body)
            case Op.FAILED if answer is not None and not answer.done():
                answer.set_exception(AskFailed())
        return False

    def _send(self, frame: Frame) -> None:
        if self._writer is None:
            return
        self._writer.write(packed(frame))
        if self._writer.transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            log.warning("the other process does not read; the connection is given up")
            self._writer.transport.abort()

    def _lost(self) -> None:
        self._connected.clear()
        if self._writer is not None:
            self._writer.transport.abort()
        self._writer = None
        cut, self._subscriptions = self._subscriptions, {}
        for subscription in cut.values():
            subscription.end(ConnectionLost("the connection to the other process was lost"))
        for answer in self._questions.values():
            if not answer.done():
                answer.set_exception(ConnectionLost("the connection was lost before the answer"))


def _wish(subscription: RemoteSubscription[Any]) -> Frame:
    return Frame(Op.SUBSCRIBE, subscription.ref, subscription.topic.name, subscription.capacity)
