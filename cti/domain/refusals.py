"""The words for calls that did not come in: why, and the facts that tell of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.domain.events import Event

_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# The test caller's numbers are the longest: a hotline's, and a secret.
_LONGEST_NUMBER = 64


def as_shown(number: str) -> str:
    """A number as a person would read it, whatever the caller's side sent; bounded."""
    return _UNSHOWN.sub("", number)[:_LONGEST_NUMBER]


class RefusalCause(StrEnum):
    """Why a call did not come in: one of our limits, or something about it that Asterisk did not accept."""

    NUMBER_LIMIT = "number_limit"
    TRUNK_LIMIT = "trunk_limit"
    RATE_LIMIT = "rate_limit"
    CALL_LIMIT = "call_limit"
    FULL = "full"
    UNKNOWN_NUMBER = "unknown_number"
    CODEC = "codec"
    ENCRYPTED = "encrypted"
    NO_SOUND = "no_sound"
    STRANGER = "stranger"
    FORGED = "forged"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTurnedAway(Event):
    """One call that did not come in. It goes into the book of refused calls and not onto the floor, for in a
    flood there are hundreds a second.

    `trunk` is empty when none was recognised; `number` and `dialled` are what the caller's side sent, and
    `detail` is what else helps: the codecs that were offered, the SIP status.
    """

    cause: RefusalCause
    trunk: str = ""
    number: str = ""
    dialled: str = ""
    address: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsRefused(Event):
    """A line of that book as it is now: `count` calls alike, from `first_at` until `at`, known by `uid`."""

    uid: str
    first_at: datetime
    cause: RefusalCause
    trunk: str
    number: str
    dialled: str
    address: str
    detail: str
    count: int


@dataclass(frozen=True, slots=True)
class Repeating:
    """A cause that came up again and again; `count` within a window, `since` its first time there."""

    cause: RefusalCause
    trunk: str
    count: int
    since: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalsRepeat(Event):
    """What keeps calls away again and again, as it is now."""

    repeating: tuple[Repeating, ...]
