"""Tells a database that cannot write now from a record that it will never take."""

import errno
from enum import StrEnum

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_SQLSTATE_DISK_FULL = "53100"
_SQLSTATES_LOCKED = frozenset({"55P03", "40P01", "40001"})
# Data exception and integrity constraint violation.
_SQLSTATE_CLASSES_REFUSED = ("22", "23")
# Raised by a driver, or by us, over a value that does not fit; retrying would raise them again.
_VALUE_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)


class Fault(StrEnum):
    """Why the database does not take what it is given."""

    LOCKED = "locked"
    FULL = "full"
    AWAY = "away"
    REFUSED = "refused"


SENTENCES = {
    Fault.LOCKED: "the database is locked by another program",
    Fault.FULL: "the disk is full",
    Fault.AWAY: "the database does not answer",
    Fault.REFUSED: "the database refuses the record",
}


def fault_of(error: BaseException) -> Fault:
    """What is behind an error raised while writing.

    Only an error that the record itself causes is REFUSED. With anything else the record may be fine and has
    to be kept, so what we do not know counts as AWAY.
    """
    if isinstance(error, DBAPIError):
        return _fault_of_driver(error)
    if isinstance(error, PoolTimeoutError):
        return Fault.LOCKED
    if isinstance(error, OSError):
        return Fault.FULL if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else Fault.AWAY
    return Fault.REFUSED if isinstance(error, (StatementError, *_VALUE_ERRORS)) else Fault.AWAY


def _fault_of_driver(error: DBAPIError) -> Fault:
    text, state = str(error.orig).lower(), getattr(error.orig, "sqlstate", None) or ""
    if "disk is full" in text or state == _SQLSTATE_DISK_FULL:
        return Fault.FULL
    if "is locked" in text or state in _SQLSTATES_LOCKED:
        return Fault.LOCKED
    refused = (
        isinstance(error, IntegrityError | DataError)
        or state.startswith(_SQLSTATE_CLASSES_REFUSED)
        or "binding parameter" in text
        or isinstance(getattr(error.orig, "__cause__", None), _VALUE_ERRORS)
    )
    return Fault.REFUSED if refused else Fault.AWAY
