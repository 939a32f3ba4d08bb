"""What is asked for about a call."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from agent_console.api.common.fields import Answer, Body, Name, PlainText, ShortNote


class StartedCall(Answer):
    """A call that was started; its identity is null until the first event tells it."""

    call: str | None


class TransferBody(Body):
    """Where the caller goes: exactly one of the targets. The note travels with the caller."""

    to_queue: Name | None = None
    to_agent: Name | None = None
    note: ShortNote = ""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.to_queue is None) is (self.to_agent is None):
            raise PydanticCustomError("one_target", "Give either to_queue or to_agent")
        return self


class CustomerBody(Body):
    """Who calls: one of those in the call's record."""

    customer: Annotated[int, Field(ge=1, le=2**53 - 1)]


class DialBody(Body):
    """Whom to call."""

    number: Annotated[PlainText, Field(min_length=1, max_length=64)]


class TestCallBody(Body):
    """Who calls which hotline, and what they press in the menu."""

    hotline: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
    from_: Annotated[str, Field(alias="from", pattern=r"^\+?[0-9]{1,20}$")]
    keys: Annotated[str, Field(pattern=r"^[0-9*#]{0,32}$")] = ""
