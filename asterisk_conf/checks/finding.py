"""What a check of Asterisk found: a fault or not, in words, with the cure."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """`warn`: calls can be taken, something is poorer than it should be. `error`: calls suffer."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class AsteriskFinding:
    """`id` is a stable machine name, `sentence` plain words, `cure` what helps when it is not ok."""

    id: str
    level: Level
    sentence: str
    cure: str = ""
