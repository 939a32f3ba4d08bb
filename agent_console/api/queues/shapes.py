"""The callers behind a queue's figures, as they are told."""

from datetime import date, datetime

from agent_console.api.common.fields import Answer


class AbandonedAnswer(Answer):
    """A caller who gave up. `called_back`: somebody spoke with this number since."""

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


class AbandonedList(Answer):
    """Newest first."""

    day: date
    items: list[AbandonedAnswer]
