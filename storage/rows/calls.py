"""Past calls: which are wanted, lines and pages of the history, and callers who gave up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.scope import Teams

MAX_PAGE = 200


class BadCursor(ValueError):
    """A cursor that no page gave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """Which calls to list. `queue` and `agent` match any part of it; `text` a number, name or note.

    What `agent` did before `agent_since` does not count: the extension was somebody else's.
    With `teams`, only calls of these. `number` is the text as E.164, when it is a whole telephone number.
    `test`: only test calls, or none of them; None lists both.
    """

    queue: str | None = None
    agent: str | None = None
    agent_since: datetime | None = None
    outcome: str | None = None
    text: str | None = None
    number: str | None = None
    test: bool | None = None
    teams: Teams | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the history; lengths in seconds, `hold_s` null when Asterisk's records cannot tell.

    `agent_talk_s` is the part of the agent whose calls are listed, null in other lists. `wrap_up` says what
    became of the last agent's after-call work: open, unfinished, timed_out or done.
    """

    id: str
    direction: str
    hotline: str | None
    number: str
    number_e164: str | None
    name: str
    language: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    queue: str | None
    agent: str | None
    wait_s: float
    talk_s: float
    agent_talk_s: float | None
    hold_s: float | None
    incomplete: bool
    test: bool
    customer_id: int | None
    customer_name: str | None
    customer_name_en: str | None
    company: str | None
    agent_name: str | None
    disposition: str | None
    wrap_up: str | None
    recorded: bool


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls from the newest on; `next` is the cursor of the following page, null on the last one.

    `searched_to` is set when a search ended the page early: how far back it has looked by then.
    """

    items: Sequence[CallRow]
    next: str | None
    searched_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class AbandonedRow:
    """A caller who gave up. `called_back`: somebody spoke with this number since, either way."""

    call_id: str
    number: str
    number_e164: str | None
    name: str
    customer_id: int | None
    customer_name: str | None
    customer_name_en: str | None
    company: str | None
    at: datetime
    waited_s: float
    called_back: bool
