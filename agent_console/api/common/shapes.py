"""Shapes that several features show."""

from datetime import datetime

from agent_console.api.common.fields import Answer


class RecordingFacts(Answer):
    """What is told of a recording wherever one is shown. Two channels: caller left, agent right."""

    id: int
    stint: int
    part: int
    agent: str | None
    queue: str | None
    started_at: datetime
    length_s: float
    size: int
    channels: int
    state: str
