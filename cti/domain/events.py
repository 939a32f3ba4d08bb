"""The facts of the contact centre: one frozen class per event, named in the past tense.

Every event carries `at` (aware UTC). Telephony facts come from the AMI normaliser (live) or from the
reconciler (Asterisk's own records); both speak this vocabulary, so one fold serves both. `agent` is always
the extension, `call_id` the identity given at entry (``RD_CALL``).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm.rules.caller import CallerRecord
from cti.domain.dialling import DialResult


class Source(StrEnum):
    """Where a fact was learned: heard live on AMI, read from Asterisk's records, or decided by us."""

    LIVE = "live"
    RECORD = "record"
    SERVICE = "service"


class Direction(StrEnum):
    """Who started the call, seen from the contact centre."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class StintOutcome(StrEnum):
    """How a stay in a queue ended; `flow` means that the call was moved on by an agent or a supervisor."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMEOUT = "timeout"
    EMPTY = "empty"
    FULL = "full"
    KEY = "key"
    MOVED = "moved"
    UNKNOWN = "unknown"


class RingResult(StrEnum):
    """How ringing one agent ended; only `no_answer` is charged to the agent.

    `answered_elsewhere`: a colleague answered first. `moved`: the caller was taken to another queue or agent.
    """

    ANSWERED = "answered"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    NO_ANSWER = "no_answer"
    CALLER_GONE = "caller_gone"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    MOVED = "moved"
    UNKNOWN = "unknown"


class LegEnd(StrEnum):
    """How one agent's part of a call ended."""

    HANGUP = "hangup"
    CALLER_GONE = "caller_gone"
    TRANSFERRED = "transferred"
    PHONE_LOST = "phone_lost"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact with its time. `source` says how we know it."""

    at: datetime
    source: Source = Source.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """A fact about one call."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(CallEvent):
    """The entry channel exists. `number` and `name` are kept exactly as SIP brought them.

    `test`: the built-in test caller placed the call.
    """

    direction: Direction = Direction.INBOUND
    hotline: str | None = None
    number: str = ""
    name: str = ""
    channel: str = ""
    agent: str | None = None
    test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuStepTaken(CallEvent):
    """The caller left one step of the voice menu by the exit named."""

    step: str
    kind: str
    exit: str
    keys: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntered(CallEvent):
    """A stint began."""

    queue: str
    priority: int = 0
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(CallEvent):
    """A stint ended."""

    queue: str
    outcome: StintOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRung(CallEvent):
    """An agent's phone was offered the call. `queue` is None for a direct call or transfer, and for the own
    phone of who dials out; `channel` is the phone's."""

    agent: str
    queue: str | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingEnded(CallEvent):
    """The offer to one agent ended."""

    agent: str
    result: RingResult
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegStarted(CallEvent):
    """The agent's channel entered the bridge with the caller. `channel` is the agent's."""

    agent: str
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegHeld(CallEvent):
    """The agent put the caller on hold."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegResumed(CallEvent):
    """The agent took the caller back from hold."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(CallEvent):
    """The agent's channel left the bridge."""

    agent: str
    reason: LegEnd = LegEnd.UNKNOWN
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerUnbridged(CallEvent):
    """The caller's channel left the bridge first: hung up, or was sent on. Ends every open leg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnded(CallEvent):
    """What came of the number that an agent dialled; `cause` is the line's Q.850 number, 0 for none."""

    result: DialResult
    cause: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(CallEvent):
    """Asterisk began to record; `file` is the name it writes, without a folder."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerIdentified(CallEvent):
    """The customer record for the screen pop was looked up."""

    number_e164: str | None
    record: CallerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAsked(CallEvent):
    """An agent sent the caller on; the note travels with the call. One of the targets is set."""

    agent: str
    to_queue: str | None = None
    to_agent: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The caller's channel is gone. `cause` is the Q.850 number."""

    cause: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent(Event):
    """A fact about one agent."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded(AgentEvent):
    """The agent's phone became a member of a queue."""

    queue: str
    paused: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(AgentEvent):
    """The agent's phone is no longer a member of a queue."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPaused(AgentEvent):
    """Paused in a queue with Asterisk's reason text (`wrapup` is ours, see `agent.py`)."""

    queue: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberUnpaused(AgentEvent):
    """No longer paused in a queue."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseDecided(AgentEvent):
    """For which reasons the agent is to stay paused from now on, the strongest first; none means ready."""

    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneReachable(AgentEvent):
    """The agent's phone registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneUnreachable(AgentEvent):
    """The agent's phone has no contact any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRemoved(AgentEvent):
    """One registration of the agent's phone ended; another may have replaced it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneReported(AgentEvent):
    """The console tab that owns the phone told what only it knows."""

    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOpened(AgentEvent):
    """The agent's first console connection of this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleClosed(AgentEvent):
    """The agent's last console connection went away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLost(AgentEvent):
    """Nothing in Asterisk supports the call that the agent seems to be in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEnded(AgentEvent):
    """After-call work on the agent's leg in the call is over.

    `disposition` is None when the agent did not finish it: the time ran out, or they signed out.
    """

    call_id: str
    turn: int = 1
    disposition: str | None = None
    timed_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSignedOut(AgentEvent):
    """Somebody else took the agent out of the queues: the login of who it was, or `ringdesk`, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUp(Event):
    """AMI is connected and the floor was compared with Asterisk."""

    asterisk_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDown(Event):
    """AMI is away. `reason` is a word: everyone sees it, and what a log says is not for everyone."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryChanged(Event):
    """Agents or queues were added or changed in the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBegan(Event):
    """It is past midnight in the zone of the installation: told by a clock, since no call has to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapOpened(Event):
    """From `at` on, what Asterisk does is not heard. `reason` as in LinkDown."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapClosed(Event):
    """The hole that began at `since` ends at `at`; `recovered` when Asterisk's records filled it."""

    since: datetime
    recovered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageTrouble(Event):
    """Records wait in the local spool because the database does not take them."""

    reason: str
    spooled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageRecovered(Event):
    """The spool is empty again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingsLost(Event):
    """How many conversations of the last 24 hours have lost their recording; 0 when it is none any more."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFound(Event):
    """Asterisk's picture of one object differed from ours; ours was corrected."""

    subject: str
    ours: str
    theirs: str
