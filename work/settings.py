"""How a worker works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """After `lost_after_s`, a multiple of `beat_every_s`, without a sign of life from a worker others do what
    it had begun."""

    at_once: int = 4
    # By jobs that another process makes; its own wake it at once.
    look_every_s: float = 2.0
    beat_every_s: float = 10.0
    idle_beat_s: float = 60.0
    lost_after_s: float = 30.0
    # While a new version replaces an old one, kinds may be known to nobody for a while.
    unknown_after_s: float = 600.0
    after_trouble_s: float = 5.0
