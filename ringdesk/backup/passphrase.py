"""The passphrase of a backup: from a file, the environment or the keyboard, never from the command line."""

import getpass
import os
import sys
from pathlib import Path

from ringdesk.problem import Problem

PASSPHRASE_VARIABLE = "RINGDESK_BACKUP_PASSPHRASE"  # noqa: S105 - the name, not the secret


def given_passphrase(file: Path | None) -> str | None:
    """The one in the file or the environment, which may guard a new archive; None when there is neither."""
    passphrase = _without_asking(file)
    return None if passphrase is None else _strong(passphrase)


def new_passphrase(file: Path | None) -> str:
    """The one for a new archive, asked for twice when neither file nor environment has it."""
    passphrase = _without_asking(file)
    if passphrase is None:
        passphrase = _asked()
        if sys.stdin.isatty() and passphrase != getpass.getpass("Once more: "):
            raise Problem("the two passphrases differ; nothing is saved")
    return _strong(passphrase)


def known_passphrase(file: Path | None) -> str:
    """The one of an archive that is there."""
    passphrase = _without_asking(file)
    return _asked() if passphrase is None else passphrase


def _without_asking(file: Path | None) -> str | None:
    # Taken out of the environment: no program that is started from here needs to see it.
    from_environment = os.environ.pop(PASSPHRASE_VARIABLE, None)
    if file is not None:
        try:
            passphrase = file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        except ValueError:
            raise Problem(f"{file} is not text in UTF-8, so no passphrase can be read from it") from None
        return _there(passphrase, str(file))
    # Empty is most likely a mistake in a script, and the archive would silently be in the clear.
    return None if from_environment is None else _there(from_environment, PASSPHRASE_VARIABLE)


def _there(passphrase: str, source: str) -> str:
    if not passphrase:
        raise Problem(f"the passphrase in {source} is empty")
    return passphrase


def _asked() -> str:
    if sys.stdin.isatty():
        return _there(getpass.getpass("Passphrase of the backup: "), "your answer")
    return _there(sys.stdin.readline().rstrip("\n"), "the standard input")


def _strong(passphrase: str) -> str:
    """Whoever has the archive may guess for years."""
    from office.rules.passwords import password_problem

    problem = password_problem(passphrase, ())
    if problem is not None:
        raise Problem(f"{problem}; nothing is saved")
    return passphrase
