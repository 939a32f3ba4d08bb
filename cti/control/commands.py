"""The commands, in the imperative, and what carrying one out consists of."""

from dataclasses import dataclass

from cti.ami.action import AmiAction
from cti.domain.events import Event
from cti.domain.pauses import Reasons


class Refused(Exception):
    """The command cannot be carried out now. `code` is stable for machines, `detail` a sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Unanswered(Refused):
    """Asterisk was asked and did not answer: it may have done it all the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Take the call that rings at the agent's phone."""

    call_id: str
    agent: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the agent's part, or decline the ringing call."""

    call_id: str
    agent: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Put the caller on hold."""

    call_id: str
    agent: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Take the caller back from hold."""

    call_id: str
    agent: str


@dataclass(frozen=True, slots=True)
class Mute:
    """The caller no longer hears the agent."""

    call_id: str
    agent: str


@dataclass(frozen=True, slots=True)
class Unmute:
    """The caller hears the agent again."""

    call_id: str
    agent: str


@dataclass(frozen=True, slots=True)
class TransferToQueue:
    """Blind transfer of the caller to a queue; the note travels with the record."""

    call_id: str
    agent: str
    queue: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class TransferToAgent:
    """Blind transfer of the caller to an agent; the note travels with the record."""

    call_id: str
    agent: str
    target: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dial:
    """Click to dial: ring the agent's phone, then the number through the trunk."""

    agent: str
    number: str


@dataclass(frozen=True, slots=True)
class GoReady:
    """Sign in to the agent's queues, or end a pause."""

    agent: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Take no queue calls for a reason; signs in when signed out. Allowed in mid-call."""

    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndPause:
    """This reason keeps the agent from calls no longer; what else stands does."""

    agent: str
    reason: str


@dataclass(frozen=True, slots=True)
class SignOut:
    """Leave all queues. `by` is the login of who asked; a call in progress goes on."""

    agent: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlaceTestCall:
    """A real call from the built-in test caller. `keys` are pressed in the menu."""

    hotline: str
    from_number: str
    keys: str = ""


@dataclass(frozen=True, slots=True)
class ChooseCustomer:
    """Of several customers with the caller's number it is this one."""

    call_id: str
    agent: str
    customer_id: int


@dataclass(frozen=True, slots=True)
class FinishWrapUp:
    """After-call work on the agent's leg in the call is done."""

    call_id: str
    agent: str
    turn: int
    disposition: str


AboutCall = Answer | HangUp | Hold | Resume | Mute | Unmute | TransferToQueue | TransferToAgent
"""The commands about a call that is at the agent's phone."""

Command = (
    Answer
    | HangUp
    | Hold
    | Resume
    | Mute
    | Unmute
    | TransferToQueue
    | TransferToAgent
    | Dial
    | GoReady
    | Pause
    | EndPause
    | SignOut
    | PlaceTestCall
    | ChooseCustomer
    | FinishWrapUp
)


@dataclass(frozen=True, slots=True)
class PhoneInstruction:
    """What the tab that owns the agent's phone has to do: answer, hangup, hold, resume, mute, unmute."""

    agent: str
    do: str
    call_id: str


@dataclass(frozen=True, slots=True)
class Observation:
    """A fact to report to the floor before what follows; `undo` is reported if a later step fails."""

    event: Event
    undo: Event | None = None


@dataclass(frozen=True, slots=True)
class DecidePause:
    """For these reasons the agent is to be paused, and Asterisk has to hold it; as before if it does not."""

    agent: str
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Each:
    """Several actions of which none depends on another: what Asterisk says to one keeps it from none."""

    actions: tuple[AmiAction, ...]


Step = PhoneInstruction | AmiAction | Observation | DecidePause | Each


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What came of a command; `call_id` for those that start a call."""

    call_id: str | None = None
