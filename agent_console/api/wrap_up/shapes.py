"""After-call work: what an agent noted, and what is told of it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from agent_console.api.common.fields import Answer, Body, Note, PlainText
from storage.rows.wrap_ups import WrapUpStatus

Code = Annotated[PlainText, Field(min_length=1, max_length=32)]


class DraftBody(Body):
    """What was typed and chosen so far."""

    note: Note
    disposition: Code | None = None


class DoneBody(Body):
    """The result of the conversation."""

    note: Note
    disposition: Code


class EarlierAnswer(Answer):
    """What this agent noted on an earlier leg in the same call."""

    turn: int
    note: str
    disposition: str | None
    status: str


class WrapUpAnswer(Answer):
    """The agent's own after-call work on one leg. `status` is unfinished, timed_out or done."""

    note: str = ""
    disposition: str | None = None
    status: str = WrapUpStatus.UNFINISHED
    started_at: datetime | None = None
    ended_at: datetime | None = None
    completed_at: datetime | None = None
    earlier: tuple[EarlierAnswer, ...] = ()
