"""What is told of a recording."""

from datetime import datetime

from agent_console.api.common.fields import Answer


class RecordingAnswer(Answer):
    """A recording. Two channels: caller left, agent right."""

    id: int
    call_id: str
    stint: int
    part: int
    agent: str | None
    queue: str | None
    started_at: datetime
    length_s: float
    size: int
    sha256: str
    channels: int
    state: str
