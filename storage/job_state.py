"""The names of a job's states, for the tables and for the rules that know nothing of a database."""

from enum import StrEnum


class JobState(StrEnum):
    """What has become of a job. `dead` waits for somebody who runs it again; `superseded` gave way to a newer
    one of the same kind and key."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    SUPERSEDED = "superseded"
