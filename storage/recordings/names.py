"""The names of the files that the dialplan makes: call, stay in a queue, part, and whose voice it is."""

import re
from dataclasses import dataclass

SIDES = ("caller", "agent")
_NAME = re.compile(
    r"(?P<call>[A-Za-z0-9][A-Za-z0-9_.-]{0,120})-(?P<stint>[0-9]{1,4})(?:\.(?P<part>[0-9]{1,4}))?"
    r"-(?P<side>caller|agent)\.wav"
)


@dataclass(frozen=True, slots=True, order=True)
class RecordingName:
    """Which recording: of which call, in which stay in a queue (0: none), which part outside a queue."""

    call_id: str
    stint: int
    part: int = 0

    @property
    def stem(self) -> str:
        """As in the names of its files."""
        return f"{self.call_id}-{self.stint}" + (f".{self.part}" if self.part else "")


def parse(file_name: str) -> tuple[RecordingName, str] | None:
    """The recording and the side (caller or agent) that a file holds; None for any other file."""
    found = _NAME.fullmatch(file_name)
    if found is None or ".." in found["call"]:
        return None
    return RecordingName(found["call"], int(found["stint"]), int(found["part"] or 0)), found["side"]
