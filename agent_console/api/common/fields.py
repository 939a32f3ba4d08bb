"""Parts that the requests and answers of several routers share."""

from datetime import UTC, datetime
from typing import Annotated, Self

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


def _plain(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul_character", "The text holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("half_surrogate", "The text holds half of a character") from None
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError(
            "no_utc", "This moment is outside of what a calendar in UTC holds"
        ) from None


PlainText = Annotated[str, AfterValidator(_plain)]
"""Any text that has a UTF-8 form and that a database can keep. JSON can carry more than that."""

CallId = Annotated[PlainText, Path(min_length=1, max_length=128, description="Identity of the call.")]
RowId = Annotated[int, Path(ge=1, le=2**53 - 1)]
Extension = Annotated[PlainText, Path(min_length=1, max_length=32, description="Extension of the agent.")]
QueueName = Annotated[PlainText, Path(min_length=1, max_length=64)]
Name = Annotated[PlainText, Field(min_length=1, max_length=64)]
Note = Annotated[PlainText, Field(max_length=20_000)]
ShortNote = Annotated[PlainText, Field(max_length=2000)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Body(BaseModel):
    """What a client sends: nothing unknown is accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """What the server sends, also made from rows. Times are UTC, durations seconds."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    @classmethod
    def of(cls, row: object, **more: object) -> Self:
        """Made from what the row has by the same names, and from `more`, which goes before it."""
        return cls.model_validate(_With(row, more))


class _With:
    """A row with more attributes."""

    def __init__(self, row: object, more: dict[str, object]) -> None:
        self._row, self._more = row, more

    def __getattr__(self, name: str) -> object:
        return self._more[name] if name in self._more else getattr(self._row, name)
