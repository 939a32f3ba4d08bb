"""The states of a job and the moves between them."""

from collections.abc import Mapping

from storage.job_state import JobState

S = JobState

JOB_MOVES: Mapping[JobState, frozenset[JobState]] = {
    # Dead: nobody knows its kind.
    S.QUEUED: frozenset({S.RUNNING, S.DEAD}),
    # Queued: it failed and is tried again, or its worker ended.
    S.RUNNING: frozenset({S.DONE, S.QUEUED, S.DEAD, S.SUPERSEDED}),
    # Run again by somebody.
    S.DEAD: frozenset({S.QUEUED}),
    S.DONE: frozenset(),
    S.SUPERSEDED: frozenset(),
}

WAITING = frozenset({S.QUEUED, S.RUNNING})
