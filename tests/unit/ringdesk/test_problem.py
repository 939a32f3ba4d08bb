"""What stops a command is told in one sentence, whichever part of the machine refused."""

import errno

import pytest
from sqlalchemy.exc import OperationalError

from ringdesk.problem import Problem, sentence_of
from storage.migrations.runner import SchemaTooNew


class DriverError(Exception):
    """As PostgreSQL's driver raises it: with the code of the fault."""

    sqlstate = "28P01"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Problem("no network"), "no network"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/var/x"),
            "/var/x: no space left on device; make room on that disk and try again",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", b"/var/x"),
            "/var/x: permission denied; give your user access to it, or choose another folder",
        ),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "/x"), "/x: no such file or directory"),
        (
            OperationalError("SELECT 1", {}, Exception("database is locked\nmore")),
            "the database cannot be used: database is locked",
        ),
        (
            DriverError("password authentication failed"),
            "the database cannot be used: password authentication failed",
        ),
        (ExceptionGroup("parts", [Problem("first"), Problem("second")]), "first"),
        (
            SchemaTooNew("0.3.0"),
            "the database belongs to version 0.3.0 of Ringdesk; "
            "start that version, or restore an older backup",
        ),
    ],
)
def test_what_the_machine_refuses_is_a_sentence(error: Exception, sentence: str) -> None:
    assert sentence_of(error) == sentence


@pytest.mark.parametrize(
    "error", [KeyError("x"), TimeoutError(), ExceptionGroup("parts", [Problem("first"), KeyError("x")])]
)
def test_a_fault_of_the_program_is_not_dressed_up(error: Exception) -> None:
    assert sentence_of(error) is None
