"""Whether records reach the database, told to everyone, and when to try again."""

from collections.abc import Callable
from datetime import datetime

import structlog

from cti.domain.events import Event, Source, StorageRecovered, StorageTrouble
from storage.faults import SENTENCES, Fault

log = structlog.get_logger(__name__)

# A trouble is told at once; while it lasts its figures are told again this often.
TELL_AGAIN_S = 5.0


class Alarm:
    """The state of writing. Times of `loop_time` are seconds of a clock that never goes back."""

    def __init__(
        self,
        report: Callable[[Event], object],
        clock: Callable[[], datetime],
        loop_time: Callable[[], float],
        *,
        retry_first_s: float,
        retry_max_s: float,
    ) -> None:
        self._report = report
        self._clock = clock
        self._loop_time = loop_time
        self._retry_first_s = self._retry_s = retry_first_s
        self._retry_max_s = retry_max_s
        self._next_try = 0.0
        self._told: tuple[str, float] | None = None
        self.reason: str | None = None

    @property
    def wait_s(self) -> float:
        """Seconds until the next try."""
        return max(0.0, self._next_try - self._loop_time())

    def failed(self, fault: Fault) -> None:
        """A try failed; the next one comes later than the last one did."""
        self.reason = SENTENCES[fault]
        self._next_try = self._loop_time() + self._retry_s
        self._retry_s = min(self._retry_s * 2, self._retry_max_s)

    def tell(self, waiting: int, lost: int) -> None:
        """Report the trouble, when it is new or was not told for a while."""
        if self.reason is None:
            return
        now = self._loop_time()
        if self._told is not None and self._told[0] == self.reason and now - self._told[1] < TELL_AGAIN_S:
            return
        self._told = (self.reason, now)
        reason = f"{self.reason}; {lost} records are lost" if lost else self.reason
        log.warning("records wait for the database", reason=reason, waiting=waiting)
        self._report(StorageTrouble(at=self._clock(), source=Source.SERVICE, reason=reason, spooled=waiting))

    def recovered(self) -> None:
        """Everything is written."""
        self.reason = None
        self._retry_s = self._retry_first_s
        if self._told is not None:
            self._told = None
            log.info("the database takes records again")
            self._report(StorageRecovered(at=self._clock(), source=Source.SERVICE))
