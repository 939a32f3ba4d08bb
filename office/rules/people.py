"""What a user of Ringdesk may be called and may do."""

import re
from datetime import datetime
from enum import StrEnum

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_EXTENSION = re.compile(r"[1-9][0-9]{2,5}")
FIRST_EXTENSION = 1001


class Role(StrEnum):
    """What a user may do; each role may also do what those before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


def login_problem(login: str) -> str | None:
    """Why this cannot be a login, None when it can."""
    if _LOGIN.fullmatch(login):
        return None
    return "a login has 2 to 40 of the characters a-z 0-9 . _ - and begins with a letter or digit"


def extension_problem(extension: str) -> str | None:
    """Why this cannot be an extension, None when it can."""
    return None if _EXTENSION.fullmatch(extension) else "an extension has 3 to 6 digits and no leading zero"


def next_extension(taken: set[str]) -> str:
    """The lowest free extension from FIRST_EXTENSION on."""
    number = FIRST_EXTENSION
    while str(number) in taken:
        number += 1
    return str(number)


class PhoneChange(StrEnum):
    """Why a phone's password was changed."""

    NEW_PASSWORD = "password"  # noqa: S105 - a reason
    ADMINISTRATOR = "administrator"
    DEACTIVATED = "deactivated"
    RESTORED = "restored"


def next_phone_epoch(before: int, now: datetime) -> int:
    """The epoch after `before`: milliseconds since 1970, so that none ever comes twice.

    Neither for an extension that was taken away and is given again, nor after a restored database.
    """
    return max(before + 1, int(now.timestamp() * 1000))
