"""What may be written into Asterisk's configuration: every value of the spec passes one of these."""

import re
from ipaddress import ip_address, ip_network

from asterisk_conf.problem import AsteriskProblem

NUMBER = re.compile(r"\+?[0-9]{2,20}")
EXTENSION = re.compile(r"[0-9]{2,10}")
QUEUE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2}(_[A-Z]{2})?")
TRUNK = re.compile(r"[a-z][a-z0-9-]{0,30}")
USER = re.compile(r"[A-Za-z0-9_.+~-]{1,64}")
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"{_LABEL}(\.{_LABEL}){{0,20}}|\[[0-9A-Fa-f:]+\]")
_SECRET = re.compile(r"[A-Za-z0-9_.~+/=-]{8,128}")
# Names with a meaning of their own inside Asterisk's files or in our dialplan.
RESERVED_NAMES = frozenset(
    {"general", "global", "system", "default", "loop", "stranger", "newcomer"}
    | {"forger", "forger-asserted", "forger-remote-party"}
)


class WrongSpec(AsteriskProblem, ValueError):
    """A value that Asterisk cannot have, in a sentence for whoever wrote it."""


def require(pattern: re.Pattern[str], value: str, what: str) -> None:
    """No line break, quote or `$` can pass."""
    if not pattern.fullmatch(value) or value in RESERVED_NAMES:
        raise WrongSpec(f"{what} cannot be {value!r}")


def require_secret(value: str, what: str) -> None:
    """Says what it needs and never what it is."""
    if not _SECRET.fullmatch(value):
        raise WrongSpec(f"{what} needs 8 to 128 letters, digits or any of _.~+/=-")


def require_range(value: int, low: int, high: int, what: str) -> None:
    """Both ends are allowed."""
    if not low <= value <= high:
        raise WrongSpec(f"{what} must be between {low} and {high}, not {value}")


def require_address(value: str, what: str) -> None:
    """An IP address; a name could mean several."""
    try:
        ip_address(value)
    except ValueError:
        raise WrongSpec(f"{what} must be an IP address, not {value!r}") from None


def require_network(value: str, what: str) -> None:
    """An IP address, or a network such as 198.51.100.0/24."""
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise WrongSpec(f"{what} must be an IP address or a network, not {value!r}") from None


def refuse_doubles(names: list[str], what: str) -> None:
    """Asterisk would take the second for a part of the first."""
    doubles = {name for name in names if names.count(name) > 1}
    if doubles:
        raise WrongSpec(f"there are two of {what} {min(doubles)}")
