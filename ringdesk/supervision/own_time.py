"""How much time of its own a process had: what it ran, and what it would have run had the machine let it.

A machine with more work than processors makes everybody late. Who is late for that reason is not stuck, and
to end it would only add to the work. The kernel counts for each thread how long it ran and how long it
waited, ready to run, for a processor.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_NS = 1e9


@dataclass(frozen=True, slots=True)
class Moment:
    """What the kernel said at one time. Seconds; `at` by the monotonic clock.

    `ran_s` and `waited_s` are those of the main thread, in which the event loop runs; `all_ran_s` and
    `all_waited_s` those of all threads of the process together.
    """

    at: float
    runnable: bool
    ran_s: float
    waited_s: float
    all_ran_s: float
    all_waited_s: float

    @classmethod
    def of(cls, pid: int) -> "Moment | None":
        """Now, or None when the process has ended."""
        at = time.monotonic()
        try:
            main = Path(f"/proc/{pid}/task/{pid}")
            fields = (main / "stat").read_text().rpartition(")")[2].split()
            whole = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        if fields[0] == "Z":
            return None
        ran_s, waited_s = _ran_and_waited(main)
        return cls(at, fields[0] == "R", ran_s, waited_s, _processor_s(whole), _waited_s(pid))


def own_s(before: Moment, after: Moment, at_most_s: float) -> float:
    """Seconds that the main thread had to itself: run, asleep or stopped, but not waiting for a processor.

    How long a wait lasts that has not ended yet is not known, so of a thread that waits right now only what
    it ran is counted. At most `at_most_s`: whoever looks may itself have been kept from looking.
    """
    elapsed_s = min(after.at - before.at, at_most_s)
    if after.runnable:
        return min(elapsed_s, max(0.0, after.ran_s - before.ran_s))
    return max(0.0, elapsed_s - max(0.0, after.waited_s - before.waited_s))


def idle_s(before: Moment, after: Moment, at_most_s: float) -> float:
    """Seconds in which nothing of the process ran or wanted to run; at most `at_most_s`."""
    elapsed_s = min(after.at - before.at, at_most_s)
    ran_s, waited_s = after.all_ran_s - before.all_ran_s, after.all_waited_s - before.all_waited_s
    return max(0.0, elapsed_s - max(0.0, ran_s) - max(0.0, waited_s))


def _ran_and_waited(thread: Path) -> tuple[float, float]:
    try:
        ran, waited, _ = (thread / "schedstat").read_text().split()
    except (OSError, ValueError):  # it has just ended, or the kernel was built without
        return 0.0, 0.0
    return int(ran) / _NS, int(waited) / _NS


def _waited_s(pid: int) -> float:
    try:
        return sum(_ran_and_waited(thread)[1] for thread in Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return 0.0


def _processor_s(fields: list[str]) -> float:
    """User and system time of all threads, also of those that have ended: fields 14 and 15 of proc(5)."""
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND
