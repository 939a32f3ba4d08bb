"""After-call work: what became of it."""

from enum import StrEnum


class WrapUpStatus(StrEnum):
    """What became of after-call work; what the agent did not finish can be completed later."""

    UNFINISHED = "unfinished"
    TIMED_OUT = "timed_out"
    DONE = "done"
