"""What is told of a recording."""

from agent_console.api.common.shapes import RecordingFacts


class RecordingAnswer(RecordingFacts):
    """A recording by itself."""

    call_id: str
    sha256: str
