"""How many calls may come in at once: what this machine and its sound ports carry, unless the owner says."""

import os
from dataclasses import dataclass

from asterisk_conf.spec_rules import require_range

# Measured: 300 who wait take Asterisk 85 to 122 % of one core (docs/benchmarks.md); the rest of two is for
# the service, and for conversations with their recordings.
_CALLS_A_CORE = 150
# Each new call starts a menu, a look-up and its records.
_NEW_CALLS_A_CORE = 10
# Of the sound ports two fifths stay for the agents' sides of the calls, and for calls that agents make.
_CALLERS_SHARE = 0.6
# Of what may come in, one trunk alone leaves a fifth to the others.
_TRUNK_SHARE = 0.8
# A firm calls with one number from many desks; a machine that redials knows no end.
CALLS_A_NUMBER = 10
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class AdmissionSpec:
    """Most calls from the trunks at once: in all, by one trunk, from one number; and new ones a second by one
    trunk. 0 is no limit."""

    calls: int = 0
    per_trunk: int = 0
    per_number: int = 0
    new_a_second: int = 0

    def __post_init__(self) -> None:
        for name in ("calls", "per_trunk", "per_number", "new_a_second"):
            require_range(getattr(self, name), 0, _MOST, f"the limit {name}")


NO_LIMITS = AdmissionSpec()


def channels_of(rtp_first: int, rtp_last: int) -> int:
    """How many channels can have sound at once: each takes a port for RTP and one for RTCP."""
    return (rtp_last - rtp_first + 1) // 2


def fitting_limits(channels: int, trunks: int, cores: int | None = None) -> AdmissionSpec:
    """What the machine carries: `channels` that can have sound, `trunks` of the owner's."""
    cores = cores or len(os.sched_getaffinity(0))
    calls = max(1, min(int(channels * _CALLERS_SHARE), cores * _CALLS_A_CORE))
    return AdmissionSpec(
        calls=calls,
        per_trunk=calls if trunks < 2 else max(1, int(calls * _TRUNK_SHARE)),
        per_number=CALLS_A_NUMBER,
        new_a_second=cores * _NEW_CALLS_A_CORE,
    )
