"""How many files the service may have open, and how they are shared out between those who need them."""

import resource
from dataclasses import dataclass

from agent_console.http.guests import Places

# Beyond this the kernel's own lists of open files grow, and no installation needs it.
_MOST = 65_536
# For the database, the spool, the logs, Asterisk's records and recordings, whatever comes in from outside.
_RESERVE = 256
_MOST_OF_CONSOLES = 4000
_MOST_WAITED_FOR = 1000
_MOST_WAITING_FOR_A_MENU = 256


@dataclass(frozen=True, slots=True)
class Shares:
    """Connections to the console's port and to the port on loopback; calls in the menus, and who knocks."""

    console: Places
    local: Places
    menus: int
    menus_waiting: int


def raise_limit() -> int:
    """Takes as many files as this user may have, within reason; returns how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST if hard == resource.RLIM_INFINITY else min(hard, _MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return _MOST if soft == resource.RLIM_INFINITY else min(soft, _MOST)


def shares(files: int) -> Shares:
    """Of so many files. A connection of a console may hold a second one: a recording that is listened to."""
    rest = max(files - _RESERVE, files // 2)
    consoles = min(rest * 5 // 16, _MOST_OF_CONSOLES)
    return Shares(
        console=_places(consoles),
        local=_places(rest // 16),
        menus=rest * 3 // 16,
        menus_waiting=min(rest // 16, _MOST_WAITING_FOR_A_MENU),
    )


def _places(most: int) -> Places:
    waiting = min(most, _MOST_WAITED_FOR)
    return Places(most=most, waiting=waiting, waiting_of_one=max(1, waiting // 2))
