import asyncio
from collections.abc import Mapping
from typing import Any

from panoramisk.message import Message
from panoramisk.utils import CaseInsensitiveDict, IdGenerator

class Action(CaseInsensitiveDict):
    action_id_generator: IdGenerator
    as_list: bool | None
    responses: list[Message]
    future: asyncio.Future[Any]
    def __init__(
        self, data: Mapping[str, Any] | None = None, *, as_list: bool | None = None, **kwargs: Any
    ) -> None: ...
    @property
    def id(self) -> str: ...
    @property
    def action_id(self) -> str: ...
    @property
    def multi(self) -> bool: ...
    @property
    def completed(self) -> bool: ...
    def add_message(self, message: Message) -> bool: ...
