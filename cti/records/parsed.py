"""What a piece of one of Asterisk's files yields: records, their places, and how far it was understood."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

R = TypeVar("R")

# A record longer than this is garbage: Asterisk's own buffers are far shorter.
LONGEST_RECORD = 64 * 1024
# Eleven digits reach the year 5138, which datetime still knows.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class Placed(Generic[R]):
    """A record and the offset of its first byte in the piece it was read from."""

    offset: int
    record: R


@dataclass(frozen=True, slots=True)
class Parsed(Generic[R]):
    """The whole records of a piece. Bytes from `consumed` on belong to a record that is not complete yet;
    `bad` counts the places where something stood that is no record."""

    records: tuple[Placed[R], ...]
    consumed: int
    bad: int = 0


def moment(seconds: str) -> datetime:
    """The time that Asterisk writes as seconds since 1970, to the microsecond, without a float's rounding.

    Raises ValueError for anything else.
    """
    match = _SECONDS.fullmatch(seconds)
    if match is None:
        raise ValueError(f"not a time: {seconds!r}")
    return _EPOCH + timedelta(seconds=int(match[1]), microseconds=int((match[2] or "").ljust(6, "0")))
