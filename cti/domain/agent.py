"""One agent: two small coupled machines, presence and activity, and the intervals they leave behind.

"Paused while still talking" needs no state of its own: presence says paused, activity says talking.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cti.domain.call_state import IllegalMove

# The reason text with which we pause a member in Asterisk for after-call work: activity, not presence.
WRAP_UP_REASON = "wrapup"
# What Asterisk writes when `autopause` struck, and our word for it.
AUTOPAUSE_REASONS = frozenset({"Auto-Pause", "Autopause", "auto-pause"})
NO_ANSWER_REASON = "no_answer"
# Set by us after Asterisk's own pause of an agent whose phone declined.
DECLINED_REASON = "declined"
# Set by the dialplan when the phone vanished in mid-call.
PHONE_LOST_REASON = "phone_lost"


class Presence(StrEnum):
    """Whether the agent offers to work."""

    SIGNED_OUT = "signed_out"
    READY = "ready"
    PAUSED = "paused"


class Activity(StrEnum):
    """What the agent is doing."""

    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"
    HOLDING = "holding"
    WRAPPING_UP = "wrapping_up"


P, A = Presence, Activity

PRESENCE_MOVES: Mapping[Presence, frozenset[Presence]] = {
    P.SIGNED_OUT: frozenset({P.READY, P.PAUSED}),
    P.READY: frozenset({P.PAUSED, P.SIGNED_OUT}),
    P.PAUSED: frozenset({P.READY, P.SIGNED_OUT, P.PAUSED}),
}

ACTIVITY_MOVES: Mapping[Activity, frozenset[Activity]] = {
    A.IDLE: frozenset({A.RINGING, A.TALKING, A.HOLDING, A.WRAPPING_UP}),
    A.RINGING: frozenset({A.IDLE, A.TALKING, A.HOLDING, A.WRAPPING_UP}),
    A.TALKING: frozenset({A.HOLDING, A.WRAPPING_UP, A.IDLE}),
    A.HOLDING: frozenset({A.TALKING, A.WRAPPING_UP, A.IDLE}),
    A.WRAPPING_UP: frozenset({A.IDLE, A.RINGING, A.TALKING, A.HOLDING}),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """A time that an agent spent in one state of one machine; `ended_at` is None while it lasts."""

    agent: str
    kind: str
    state: str
    reason: str | None
    call_id: str | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgentInfo:
    """What the firm knows of an agent: from storage, not from Asterisk. `phone` is browser or desk."""

    ext: str
    user_id: int
    login: str
    name: str
    role: str = "agent"
    name_en: str = ""
    phone: str = "browser"


@dataclass(slots=True)
class Agent:
    """The live agent. Change it only through its methods; they return the intervals that changed.

    `resumed_since`: since when they had been doing what they did when the service stopped; None without that.
    """

    info: AgentInfo
    since: datetime
    presence: Presence = Presence.SIGNED_OUT
    reason: str | None = None
    presence_since: datetime = field(init=False)
    activity: Activity = Activity.IDLE
    activity_since: datetime = field(init=False)
    call_id: str | None = None
    wrap_up_until: datetime | None = None
    wrap_up_call: str | None = None
    resumed_since: datetime | None = None
    members: dict[str, str | None] = field(default_factory=dict)
    reachable: bool = False
    reachable_since: datetime = field(init=False)
    muted: bool = False
    console: bool = False

    def __post_init__(self) -> None:
        self.presence_since = self.activity_since = self.reachable_since = self.since

    @property
    def ext(self) -> str:
        """The extension, which is the agent's key in telephony."""
        return self.info.ext

    def talks_in_another(self, call_id: str) -> bool:
        """Whether they are in conversation with another caller than this one."""
        return self.call_id != call_id and self.activity in (A.TALKING, A.HOLDING)

    def joined(self, queue: str, reason: str | None, at: datetime) -> list[Interval]:
        """The phone is a member of a queue, paused with `reason` or not paused (None)."""
        self.members[queue] = None if reason is None else our_reason(reason)
        return self._settle_presence(at)

    def left(self, queue: str, at: datetime) -> list[Interval]:
        """The phone is no longer a member of a queue."""
        self.members.pop(queue, None)
        return self._settle_presence(at)

    def _settle_presence(self, at: datetime) -> list[Interval]:
        """Presence follows membership: in no queue is signed out, paused in all of them is paused."""
        reasons = set(self.members.values())
        if not self.members:
            return self._present(P.SIGNED_OUT, None, at)
        blocking = {r for r in reasons if r is not None and r != WRAP_UP_REASON}
        if None in reasons or not blocking:
            return self._present(P.READY, None, at)
        return self._present(P.PAUSED, sorted(blocking)[0], at)

    def _present(self, presence: Presence, reason: str | None, at: datetime) -> list[Interval]:
        if (presence, reason) == (self.presence, self.reason):
            return []
        if presence not in PRESENCE_MOVES[self.presence]:
            raise IllegalMove(f"agent {self.ext} cannot go from {self.presence} to {presence}")
        at = max(at, self.presence_since)
        closed = self._interval("presence", self.presence, self.reason, None, self.presence_since, at)
        self.presence, self.reason, self.presence_since = presence, reason, at
        return [closed, self._interval("presence", presence, reason, None, at, None)]

    def act(self, activity: Activity, call_id: str | None, at: datetime) -> list[Interval]:
        """Move the activity machine. Raises IllegalMove, nothing changed, for a move not in the table."""
        if (activity, call_id) == (self.activity, self.call_id):
            return []
        if activity is not self.activity and activity not in ACTIVITY_MOVES[self.activity]:
            raise IllegalMove(f"agent {self.ext} cannot go from {self.activity} to {activity}")
        at = max(at, self.activity_since)
        closed = self._interval("activity", self.activity, None, self.call_id, self.activity_since, at)
        self.activity, self.call_id, self.activity_since = activity, call_id, at
        if activity is not A.WRAPPING_UP:
            self.wrap_up_until = None
            self.wrap_up_call = None
        if activity is A.IDLE:
            self.muted = False
        return [closed, self._interval("activity", activity, None, call_id, at, None)]

    def wrap_up(self, call_id: str, seconds: int, at: datetime) -> list[Interval]:
        """After-call work begins; with 0 seconds there is none."""
        if seconds <= 0:
            return self.act(A.IDLE, None, at)
        changed = self.act(A.WRAPPING_UP, call_id, at)
        self.wrap_up_until, self.wrap_up_call = at + timedelta(seconds=seconds), call_id
        return changed

    def phone(self, reachable: bool, at: datetime) -> bool:
        """The phone registered or went away; False when that was known."""
        if reachable is self.reachable:
            return False
        self.reachable, self.reachable_since = reachable, at
        return True

    def close(self, at: datetime) -> list[Interval]:
        """The agent works here no more: what lasted ends."""
        return [
            self._interval("presence", self.presence, self.reason, None, self.presence_since, at),
            self._interval("activity", self.activity, None, self.call_id, self.activity_since, at),
        ]

    def resume_interval(self, interval: Interval, *, wrap_up_seconds: int) -> None:
        """After a restart of the service: the state that lasted when it died, with its true beginning."""
        if interval.kind == "presence":
            self.presence, self.reason = Presence(interval.state), interval.reason
            self.presence_since = interval.started_at
            return
        self.activity, self.call_id = Activity(interval.state), interval.call_id
        self.activity_since = self.resumed_since = interval.started_at
        if self.activity is A.WRAPPING_UP:
            self.wrap_up_call = interval.call_id
            self.wrap_up_until = interval.started_at + timedelta(seconds=wrap_up_seconds)

    def _interval(
        self,
        kind: str,
        state: str,
        reason: str | None,
        call_id: str | None,
        start: datetime,
        end: datetime | None,
    ) -> Interval:
        return Interval(self.ext, kind, str(state), reason, call_id, start, end)


def our_reason(reason: str) -> str:
    """The reason of a pause as Asterisk wrote it, in our words."""
    return NO_ANSWER_REASON if reason in AUTOPAUSE_REASONS else reason
