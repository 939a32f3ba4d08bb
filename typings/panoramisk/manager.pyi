import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

_Callback = Callable[[Manager, Message], Any]

class Manager:
    config: dict[str, Any]
    loop: asyncio.AbstractEventLoop | None
    protocol: AMIProtocol | None
    awaiting_actions: deque[Action]
    forgetable_actions: Any
    pinger: asyncio.TimerHandle | None
    ping_delay: float
    ping_interval: float
    reconnect_timeout: float
    def __init__(self, **config: Any) -> None: ...
    def connection_made(self, f: asyncio.Task[tuple[asyncio.Transport, AMIProtocol]]) -> None: ...
    def connection_lost(self, exc: Any) -> None: ...
    def ping(self) -> None: ...
    def send_action(
        self, action: Mapping[str, Any] | Action, as_list: bool | None = None, **kwargs: Any
    ) -> asyncio.Future[Any]: ...
    def connect(self) -> asyncio.Task[tuple[asyncio.Transport, AMIProtocol]]: ...
    def register_event(self, pattern: str, callback: _Callback | None = None) -> _Callback: ...
    def dispatch(self, event: Message) -> list[str]: ...
    def close(self) -> None: ...
