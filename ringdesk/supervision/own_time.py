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

    `runnable`, `ran_s` and `waited_s` are of the main thread, in which the event loop runs; `any_runnable`,
    `all_ran_s` and `all_waited_s` of all threads of the process together. Runnable is who runs or waits for a
    processor; how long such a wait lasts is counted when it is over.
    """

    at: float
    runnable: bool
    ran_s: float
    waited_s: float
    any_runnable: bool
    all_ran_s: float
    all_waited_s: float

    @classmethod
    def of(cls, pid: int) -> "Moment | None":
        """Now, or None when the process has ended."""
        at = time.monotonic()
        process = Path(f"/proc/{pid}")
        main = process / "task" / str(pid)
        try:
            state = _stat(main)[0]
            all_ran_s = _processor_s(_stat(process))
            threads = [thread for thread in (process / "task").iterdir() if thread != main]
        except OSError:
            return None
        if state == "Z":
            return None
        ran_s, waited_s = _ran_and_waited(main)
        others_waited_s = sum(_ran_and_waited(thread)[1] for thread in threads)
        any_runnable = state == "R" or any(map(_is_runnable, threads))
        return cls(at, state == "R", ran_s, waited_s, any_runnable, all_ran_s, waited_s + others_waited_s)


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
    if after.any_runnable:
        return 0.0
    elapsed_s = min(after.at - before.at, at_most_s)
    ran_s, waited_s = after.all_ran_s - before.all_ran_s, after.all_waited_s - before.all_waited_s
    return max(0.0, elapsed_s - max(0.0, ran_s) - max(0.0, waited_s))


def _stat(task: Path) -> list[str]:
    """The fields of stat from the third on: the second is a name that may hold blanks."""
    return (task / "stat").read_text().rpartition(")")[2].split()


def _is_runnable(thread: Path) -> bool:
    try:
        return _stat(thread)[0] == "R"
    except OSError:  # it has just ended
        return False


def _ran_and_waited(thread: Path) -> tuple[float, float]:
    try:
        ran, waited, _ = (thread / "schedstat").read_text().split()
    except (OSError, ValueError):  # it has just ended, or the kernel was built without
        return 0.0, 0.0
    return int(ran) / _NS, int(waited) / _NS


def _processor_s(fields: list[str]) -> float:
    """User and system time of all threads, also of those that have ended: fields 14 and 15 of proc(5)."""
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND
