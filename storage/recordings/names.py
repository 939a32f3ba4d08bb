"""The names of the files that the dialplan makes: call, stay in a queue, part, whose leg, and which voice."""

import re
from dataclasses import dataclass, field

SIDES = ("caller", "agent")
_STEM = (
    r"(?P<call>[A-Za-z0-9][A-Za-z0-9_.-]{0,120})-(?P<stint>[0-9]{1,4})(?:\.(?P<part>[0-9]{1,4}))?"
    r"(?:@(?P<agent>[0-9A-Za-z_.-]{1,40}))?"
)
_NAME = re.compile(_STEM)
_FILE = re.compile(_STEM + r"-(?P<side>caller|agent)\.wav")


@dataclass(frozen=True, slots=True, order=True)
class RecordingName:
    """Which recording: of which call, in which stay in a queue (0: none), which part outside a queue.

    The stay is counted by the dialplan, which also counts those that a full queue refused: it makes the name
    one of a kind and tells nothing more. `agent` is whose leg it is, None in names of earlier versions.
    """

    call_id: str
    stint: int
    part: int = 0
    agent: str | None = field(default=None, compare=False)

    @property
    def stem(self) -> str:
        """As in the names of its files."""
        part = f".{self.part}" if self.part else ""
        return f"{self.call_id}-{self.stint}{part}" + (f"@{self.agent}" if self.agent else "")


def parse(file_name: str) -> tuple[RecordingName, str] | None:
    """The recording and the side (caller or agent) that a file holds; None for any other file."""
    found = _FILE.fullmatch(file_name)
    name = _name(found)
    return None if found is None or name is None else (name, found["side"])


def parse_stem(text: str) -> RecordingName | None:
    """The recording that Asterisk said it began; None for any other text."""
    return _name(_NAME.fullmatch(text))


def _name(found: re.Match[str] | None) -> RecordingName | None:
    if found is None or ".." in found["call"] or ".." in (found["agent"] or ""):
        return None
    return RecordingName(found["call"], int(found["stint"]), int(found["part"] or 0), found["agent"])
