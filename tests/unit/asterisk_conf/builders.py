"""Specs, folders and a program that is not there, for tests of rendering."""

from pathlib import Path

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.program import Program
from asterisk_conf.spec import SecretSpec

SECRETS = SecretSpec("master-secret", "ami-secret-1", "watchdog-secret", "agi-secret-1")


def folders(root: Path) -> AsteriskFolders:
    """As an installation has them."""
    return AsteriskFolders(root / "asterisk", root / "recordings", root / "prompts")


def program(root: Path) -> Program:
    """An Asterisk whose files nobody opens."""
    copy = root / "copy"
    return Program(
        (str(copy / "asterisk"),), (22, 10, 1), copy, copy / "modules", copy / "share", private=True
    )
