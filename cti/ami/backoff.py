"""How long to wait before the next attempt to connect."""

from collections.abc import Callable

from cti.ami.state import DownReason
from cti.settings import AmiSettings

# A wrong password does not become right by itself, and each attempt is a line in Asterisk's security log.
_SLOW = frozenset({DownReason.REJECTED})
# Others hold all the places of those who have not signed in. One becomes free now and then, for whoever comes
# next; a refused attempt costs Asterisk next to nothing.
_AT_ONCE = frozenset({DownReason.TURNED_AWAY})


class Backoff:
    """Doubles the delay from attempt to attempt, with jitter so that several services do not knock together.

    `fraction` returns a random number from 0 to 1.
    """

    def __init__(self, settings: AmiSettings, fraction: Callable[[], float]) -> None:
        self._settings = settings
        self._fraction = fraction
        self._failures = 0

    def forget(self) -> None:
        """The last connection was a good one."""
        self._failures = 0

    def next_delay_s(self, reason: DownReason) -> float:
        """Between half of the full delay and all of it."""
        settings = self._settings
        full = min(settings.retry_max_s, settings.retry_first_s * 2.0 ** min(self._failures, 30))
        if reason in _SLOW:
            full = settings.rejected_retry_s
        elif reason in _AT_ONCE:
            full = settings.turned_away_retry_s
        self._failures += 1
        return full * (0.5 + 0.5 * self._fraction())
