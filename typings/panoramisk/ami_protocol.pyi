import asyncio
import logging
from collections import deque
from typing import Any

from panoramisk.actions import Action
from panoramisk.manager import Manager
from panoramisk.message import Message

class AMIProtocol(asyncio.Protocol):
    transport: asyncio.Transport
    closed: bool
    queue: deque[str]
    responses: dict[str, Action]
    factory: Manager | None
    version: str | None
    log: logging.Logger
    encoding: str
    def connection_made(self, transport: asyncio.BaseTransport) -> None: ...
    def send(self, data: Any, as_list: bool | None = False) -> asyncio.Future[Any]: ...
    def data_received(self, data: bytes) -> None: ...
    def handle_message(self, message: Message) -> None: ...
    def connection_lost(self, exc: Exception | Message | None) -> None: ...
    def close(self) -> None: ...
