"""What becomes of a job whose attempt did not end well, and how long it waits for the next one."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How often a job is tried, and how long it waits: twice as long each time, up to `longest_wait_s`."""

    attempts: int = 10
    first_wait_s: float = 10.0
    longest_wait_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Not before this moment; `why` is what went wrong."""

    due_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Bury:
    """It stays dead until somebody runs it again; `why` is what they read."""

    why: str


def after_failure(
    rule: RetryRule, failures: int, why: str, *, now: datetime, fraction: float
) -> TryAgain | Bury:
    """The fate of a job that failed so often, the last time included; `fraction` is by chance from 0 to 1."""
    if failures < rule.attempts:
        return TryAgain(now + timedelta(seconds=wait_s(rule, failures, fraction)), why)
    return Bury(why if failures == 1 else f"{why}; it was tried {failures} times")


def wait_s(rule: RetryRule, failures: int, fraction: float) -> float:
    """Between half of the full wait and all of it: what failed together does not come back together."""
    full = min(rule.longest_wait_s, rule.first_wait_s * 2.0 ** min(failures - 1, 60))
    return full * (0.5 + 0.5 * fraction)
