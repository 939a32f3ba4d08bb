"""One agent: two small coupled machines, presence and activity, and the intervals they leave behind.

"Paused while still talking" needs no state of its own: presence says paused, activity says talking.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from cti.domain import pauses
from cti.domain.call_state import IllegalMove
from cti.domain.events import Event, Source

# Who comes back to after-call work that was interrupted in its last moment can still read what it was.
ROOM_TO_GO_ON = timedelta(seconds=10)


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


class Interval(Struct, frozen=True, gc=False):
    """A time that an agent spent in one state of one machine; `ended_at` is None while it lasts.

    `turn` says which of the agent's legs in the call it belongs to.
    """

    agent: str
    kind: str
    state: str
    reason: str | None
    call_id: str | None
    started_at: datetime
    ended_at: datetime | None
    turn: int | None = None


class SetAside(Struct, frozen=True, gc=False):
    """After-call work that something else interrupted: of which leg it is, and how long it may still take."""

    call_id: str
    turn: int
    left: timedelta


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


class AgentReading:
    """Derived from what is known of an agent, live or frozen."""

    __slots__ = ()

    if TYPE_CHECKING:
        # Not at run time: a dataclass would take them for the defaults of its own fields.
        @property
        def info(self) -> AgentInfo: ...
        @property
        def activity(self) -> Activity: ...
        @property
        def call_id(self) -> str | None: ...
        @property
        def turn(self) -> int | None: ...
        @property
        def wrap_up_call(self) -> str | None: ...
        @property
        def aside(self) -> tuple[SetAside, ...]: ...
        @property
        def standing(self) -> pauses.Reasons: ...

    @property
    def ext(self) -> str:
        """The extension, which is the agent's key in telephony."""
        return self.info.ext

    def talks_in_another(self, call_id: str) -> bool:
        """Whether they are in conversation with another caller than this one."""
        return self.call_id != call_id and self.activity in (A.TALKING, A.HOLDING)

    @property
    def pause(self) -> str | None:
        """The reason with which Asterisk has to hold the phone paused in all its queues; None for none."""
        return self.pause_for(self.standing)

    def pause_for(self, standing: pauses.Reasons) -> str | None:
        """The same, if these reasons stood."""
        # What waits until another call is over keeps the pause: no call of a queue comes in between.
        wrapping_up = self.activity is A.WRAPPING_UP or bool(self.aside)
        return pauses.strongest(standing) or (pauses.WRAP_UP_REASON if wrapping_up else None)

    def wraps_up(self, call_id: str, turn: int) -> bool:
        """Whether after-call work on this leg is in hand or set aside."""
        in_hand = self.activity is A.WRAPPING_UP and (self.wrap_up_call, self.turn) == (call_id, turn)
        return in_hand or any((it.call_id, it.turn) == (call_id, turn) for it in self.aside)

    def works_on(self, call_id: str) -> bool:
        """Whether there is after-call work of theirs on the call."""
        return self.wrap_up_call == call_id or any(it.call_id == call_id for it in self.aside)


@dataclass(slots=True)
class Agent(AgentReading):
    """The live agent. Change it only through its methods; they return the intervals that changed.

    `turn`: the how-manieth leg of theirs in the call it is; more than 1 when the caller came back to them.
    `aside`: after-call work that waits until what interrupted it is over, the newest last.
    `resumed_since`: since when they had been doing what they did when the service stopped; None without that.
    `members`: the queues that the phone serves, with the pause that Asterisk holds there; None where it holds
    none. `standing`: why they are to be paused, whatever Asterisk holds at the moment.
    """

    info: AgentInfo
    since: datetime
    presence: Presence = Presence.SIGNED_OUT
    reason: str | None = None
    presence_since: datetime = field(init=False)
    activity: Activity = Activity.IDLE
    activity_since: datetime = field(init=False)
    call_id: str | None = None
    turn: int | None = None
    wrap_up_until: datetime | None = None
    wrap_up_call: str | None = None
    aside: tuple[SetAside, ...] = ()
    resumed_since: datetime | None = None
    members: Mapping[str, str | None] = field(default_factory=dict)
    standing: pauses.Reasons = ()
    declined: bool = field(default=False, init=False)
    autopaused: bool = field(default=False, init=False)
    reachable: bool = False
    reachable_since: datetime = field(init=False)
    muted: bool = False
    console: bool = False

    def __post_init__(self) -> None:
        self.presence_since = self.activity_since = self.reachable_since = self.since

    def is_old_news(self, event: Event) -> bool:
        """Whether the records tell of a time before what the agent was doing when the service stopped."""
        known_since = self.resumed_since
        return event.source is Source.RECORD and known_since is not None and event.at < known_since

    def joined(self, queue: str, text: str | None, at: datetime, *, live: bool = True) -> list[Interval]:
        """The phone is a member of a queue, paused with this text or not paused (None).

        `live`: heard as it happened; else it was found so, after a time in which nothing was heard.
        """
        # What was published before is never changed: it may be on its way to somebody.
        self.members = {**self.members, queue: None if text is None else pauses.our_reason(text)}
        if text is not None:
            self._hear_pause(text, live=live)
        elif not live and not any(reason is not None for reason in self.members.values()):
            self.standing = ()
        return self._settle_presence(at)

    def _hear_pause(self, text: str, *, live: bool) -> None:
        self.standing = (pauses.heard if live else pauses.found)(text, self.standing)
        if live and text in pauses.AUTOPAUSE_REASONS:
            self.autopaused = True
            if self.declined:
                self.standing = pauses.explained(self.standing)

    def left(self, queue: str, at: datetime) -> list[Interval]:
        """The phone is no longer a member of a queue."""
        self.members = {known: held for known, held in self.members.items() if known != queue}
        if not self.members:
            self.standing = ()
        return self._settle_presence(at)

    def decide(self, standing: pauses.Reasons, at: datetime) -> list[Interval]:
        """From now on these reasons stand."""
        self.standing = standing
        return self._settle_presence(at)

    def rung(self) -> None:
        """The phone begins to ring: what became of the ring before explains nothing any more."""
        self.declined = self.autopaused = False

    def refused(self, at: datetime) -> list[Interval]:
        """The phone declined. Asterisk pauses its agent as if they had let it ring, sooner or later."""
        self.declined = True
        if self.autopaused:
            self.standing = pauses.explained(self.standing)
        return self._settle_presence(at)

    def _settle_presence(self, at: datetime) -> list[Interval]:
        """Presence follows membership: in no queue is signed out, paused in all of them is paused."""
        if not self.members:
            return self._present(P.SIGNED_OUT, None, at)
        held = [reason for reason in self.members.values() if reason is not None]
        reason = pauses.shown(held, self.standing)
        if len(held) < len(self.members) or reason is None:
            return self._present(P.READY, None, at)
        return self._present(P.PAUSED, reason, at)

    def _present(self, presence: Presence, reason: str | None, at: datetime) -> list[Interval]:
        if (presence, reason) == (self.presence, self.reason):
            return []
        if presence not in PRESENCE_MOVES[self.presence]:
            raise IllegalMove(f"agent {self.ext} cannot go from {self.presence} to {presence}")
        at = max(at, self.presence_since)
        closed = self._interval("presence", self.presence, self.reason, None, self.presence_since, at)
        self.presence, self.reason, self.presence_since = presence, reason, at
        return [closed, self._interval("presence", presence, reason, None, at, None)]

    def act(
        self, activity: Activity, call_id: str | None, at: datetime, turn: int | None = None
    ) -> list[Interval]:
        """Move the activity machine. Raises IllegalMove, nothing changed, for a move not in the table.

        After-call work that is interrupted is not over: it is taken up again when nothing else is to be done.
        """
        if activity is A.IDLE and (self.activity is A.WRAPPING_UP or self.aside):
            return self._take_up(at)
        if (activity, call_id) == (self.activity, self.call_id) and activity is not A.WRAPPING_UP:
            # A leg that is learned of late moves those after it.
            self.turn = turn
            return []
        if (activity, call_id, turn) == (self.activity, self.call_id, self.turn):
            return []
        if activity is not self.activity and activity not in ACTIVITY_MOVES[self.activity]:
            raise IllegalMove(f"agent {self.ext} cannot go from {self.activity} to {activity}")
        self._set_aside(at)
        return self._move(activity, call_id, at, turn)

    def wrap_up(self, call_id: str, seconds: int, at: datetime, turn: int = 1) -> list[Interval]:
        """After-call work on a leg begins; with 0 seconds there is none."""
        if seconds <= 0:
            return self.act(A.IDLE, None, at)
        changed = self.act(A.WRAPPING_UP, call_id, at, turn)
        self.wrap_up_until, self.wrap_up_call = at + timedelta(seconds=seconds), call_id
        return changed

    def wrapped_up(self, call_id: str, turn: int, at: datetime) -> list[Interval]:
        """After-call work on a leg is over, in hand or set aside; what was set aside before it is next."""
        self.aside = tuple(it for it in self.aside if (it.call_id, it.turn) != (call_id, turn))
        if not self.wraps_up(call_id, turn):
            return []
        self.wrap_up_until = self.wrap_up_call = None
        return self._take_up(at)

    def _set_aside(self, at: datetime) -> None:
        if self.wrap_up_call is None or self.wrap_up_until is None or self.turn is None:
            return
        left = max(self.wrap_up_until - at, ROOM_TO_GO_ON)
        self.aside += (SetAside(self.wrap_up_call, self.turn, left),)
        self.wrap_up_until = self.wrap_up_call = None

    def _take_up(self, at: datetime) -> list[Interval]:
        """Nothing else is to be done: go on with after-call work, or be idle."""
        if self.wrap_up_call is not None:
            return []
        if not self.aside:
            return self._move(A.IDLE, None, at, None)
        *rest, work = self.aside
        self.aside = tuple(rest)
        changed = self._move(A.WRAPPING_UP, work.call_id, at, work.turn)
        self.wrap_up_until, self.wrap_up_call = self.activity_since + work.left, work.call_id
        return changed

    def _move(
        self, activity: Activity, call_id: str | None, at: datetime, turn: int | None
    ) -> list[Interval]:
        at = max(at, self.activity_since)
        closed = self._interval(
            "activity", self.activity, None, self.call_id, self.activity_since, at, self.turn
        )
        self.activity, self.call_id, self.turn, self.activity_since = activity, call_id, turn, at
        if activity is A.IDLE:
            self.muted = False
        return [closed, self._interval("activity", activity, None, call_id, at, None, turn)]

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
            self._interval("activity", self.activity, None, self.call_id, self.activity_since, at, self.turn),
        ]

    def resume_interval(self, interval: Interval, wrap_up_seconds: int) -> None:
        """After a restart of the service: the state that lasted when it died, with its true beginning."""
        if interval.kind == "presence":
            self.presence, self.reason = Presence(interval.state), interval.reason
            self.presence_since = interval.started_at
            self.standing = (interval.reason,) if interval.reason else ()
            return
        self.activity, self.call_id = Activity(interval.state), interval.call_id
        self.activity_since = self.resumed_since = interval.started_at
        self.turn = interval.turn
        if self.activity is A.WRAPPING_UP:
            self.turn = interval.turn or 1
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
        turn: int | None = None,
    ) -> Interval:
        return Interval(self.ext, kind, str(state), reason, call_id, start, end, turn)
