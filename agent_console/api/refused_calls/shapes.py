"""Calls that did not come in, as they are told."""

from datetime import datetime

from agent_console.api.common.fields import Answer
from cti.domain.refusals import RefusalCause


class RefusedCallAnswer(Answer):
    """Calls alike within a minute. `number` is masked, and empty when there is none to call back; `trunk` is
    empty when none was recognised."""

    id: int
    first_at: datetime
    last_at: datetime
    count: int
    cause: RefusalCause
    trunk: str
    number: str
    dialled: str
    address: str
    detail: str


class RefusedCallPage(Answer):
    """Newest first; `next` is the cursor of the following page, null on the last one."""

    items: list[RefusedCallAnswer]
    next: int | None


class CallerNumber(Answer):
    """A caller's number as it came."""

    number: str
