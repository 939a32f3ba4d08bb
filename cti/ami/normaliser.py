"""What AMI events mean: one table from event name to the domain events they stand for.

It keeps no state: every answer depends on
the one event alone, so a trace can be normalised anywhere, in any piece.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from cti.ami.escapes import unescape
from cti.ami.framing import channel_variables
from cti.domain import events as ev
from cti.domain.devices import agent_of, agent_of_device
from cti.domain.dialling import dial_result
from cti.domain.dialplan import (
    NEVER_JOINED,
    OUTCOME_BY_QUEUE_STATUS,
    RING_RESULT_BY_DIAL_STATUS,
    TEST_MARK,
    number_of,
)
from cti.domain.ring_causes import ANSWERED_ELSEWHERE_CAUSE, RING_RESULT_BY_CAUSE, own_ring_result

Fields = Mapping[str, str]
Events = tuple[ev.Event, ...]

_UNKNOWN = "<unknown>"


def call_id_of(fields: Fields, prefix: str = "") -> str | None:
    """The call's identity, from the inherited channel variable that each event carries."""
    for assignment in fields.get(f"{prefix}ChanVariable", "").split("\n"):
        name, _, value = assignment.partition("=")
        if name == "RD_CALL" and value:
            return value
    return None


def _priority(fields: Fields) -> int:
    """How urgent the dialplan made the stay in a queue that begins, 0 where it did not."""
    return number_of(channel_variables(fields).get("QUEUE_PRIO", ""))


def happened_at(fields: Fields) -> datetime:
    """Asterisk's own time stamp of the event (`timestampevents=yes`). Raises KeyError without one."""
    return datetime.fromtimestamp(float(fields["Timestamp"]), UTC)


def text_of(fields: Fields, key: str) -> str:
    """A caller's number or name exactly as it came; AMI writes `<unknown>` for none."""
    value = fields.get(key, "")
    return "" if value == _UNKNOWN else value


def _call_started(fields: Fields) -> Events:
    return (
        ev.CallStarted(
            at=happened_at(fields),
            call_id=fields["RD_CALL"],
            hotline=fields.get("Hotline"),
            number=text_of(fields, "CallerIDNum"),
            name=unescape(text_of(fields, "CallerIDName")),
            channel=fields["Channel"],
            test=fields.get("Test") == TEST_MARK,
        ),
    )


def _hang_up(fields: Fields) -> Events:
    at, call_id, cause = happened_at(fields), call_id_of(fields), int(fields.get("Cause") or 0)
    if call_id is None:
        return ()
    rings = _rang_in_vain(fields, call_id, cause)
    if fields["Uniqueid"] != call_id:
        return rings
    return (*rings, ev.CallEnded(at=at, call_id=call_id, cause=cause))


def _rang_in_vain(fields: Fields, call_id: str, cause: int) -> Events:
    """Of most phones DialEnd has told why they did not answer; not of who dials out, and it says CANCEL for a
    caller who hung up and for a colleague who was faster.
    """
    at, channel, own = happened_at(fields), fields["Channel"], fields["Uniqueid"] == call_id
    agent = agent_of(channel)
    told = cause != ANSWERED_ELSEWHERE_CAUSE and not own
    if agent is None or told or fields["ChannelStateDesc"] == "Up":
        return ()
    result = own_ring_result(cause) if own else ev.RingResult.ANSWERED_ELSEWHERE
    return (ev.RingEnded(at=at, call_id=call_id, agent=agent, result=result, channel=channel),)


def _queue_join(fields: Fields) -> Events:
    return (
        ev.QueueEntered(
            at=happened_at(fields),
            call_id=call_id_of(fields) or fields["Uniqueid"],
            queue=fields["Queue"],
            priority=_priority(fields),
            position=int(fields["Position"]),
        ),
    )


def _dial_begin(fields: Fields) -> Events:
    agent, call_id = agent_of(fields.get("DestChannel", "")), call_id_of(fields, "Dest")
    if agent is None or call_id is None:
        return ()
    return (
        ev.AgentRung(at=happened_at(fields), call_id=call_id, agent=agent, channel=fields["DestChannel"]),
    )


def _dial_end(fields: Fields) -> Events:
    agent, call_id = agent_of(fields.get("DestChannel", "")), call_id_of(fields, "Dest")
    status = fields.get("DialStatus", "")
    result = RING_RESULT_BY_DIAL_STATUS.get(status)
    if fields.get("DestUniqueid") == call_id:
        # The own phone of who dials out: why it was not taken is told by the cause with which the call ends.
        # Every other answer is told by the conversation to which it leads.
        result = ev.RingResult.ANSWERED if status == "ANSWER" else None
    if agent is None or call_id is None or result is None:
        return ()
    at, channel = happened_at(fields), fields["DestChannel"]
    return (ev.RingEnded(at=at, call_id=call_id, agent=agent, result=result, channel=channel),)


def _phone_gave_up(fields: Fields) -> Events:
    """A phone itself ended its ring, and why: DialEnd, which follows, says NOANSWER whatever it was."""
    channel, call_id = fields["Channel"], call_id_of(fields)
    agent, result = agent_of(channel), RING_RESULT_BY_CAUSE.get(int(fields.get("Cause") or 0))
    # The own phone of who dials out is the call's first channel: its hang-up tells both.
    rang = fields["ChannelStateDesc"] != "Up" and fields["Uniqueid"] != call_id
    if agent is None or call_id is None or result is None or not rang:
        return ()
    return (
        ev.RingEnded(at=happened_at(fields), call_id=call_id, agent=agent, result=result, channel=channel),
    )


def _bridge_enter(fields: Fields) -> Events:
    agent, call_id = agent_of(fields["Channel"]), call_id_of(fields)
    if agent is None or call_id is None:
        return ()
    return (ev.LegStarted(at=happened_at(fields), call_id=call_id, agent=agent, channel=fields["Channel"]),)


def _bridge_leave(fields: Fields) -> Events:
    agent, call_id = agent_of(fields["Channel"]), call_id_of(fields)
    if call_id is None:
        return ()
    at = happened_at(fields)
    if agent is not None:
        hang_up, channel = ev.LegEnd.HANGUP, fields["Channel"]
        return (ev.LegEnded(at=at, call_id=call_id, agent=agent, reason=hang_up, channel=channel),)
    return (ev.CallerUnbridged(at=at, call_id=call_id),)


def _hold(fields: Fields) -> Events:
    agent, call_id = agent_of(fields["Channel"]), call_id_of(fields)
    if agent is None or call_id is None:
        return ()
    return (ev.LegHeld(at=happened_at(fields), call_id=call_id, agent=agent),)


def _unhold(fields: Fields) -> Events:
    agent, call_id = agent_of(fields["Channel"]), call_id_of(fields)
    if agent is None or call_id is None:
        return ()
    return (ev.LegResumed(at=happened_at(fields), call_id=call_id, agent=agent),)


def _member_added(fields: Fields) -> Events:
    agent = agent_of_device(fields["Interface"])
    if agent is None:
        return ()
    return (
        ev.MemberAdded(
            at=happened_at(fields),
            agent=agent,
            queue=fields["Queue"],
            paused=fields.get("Paused") == "1",
            reason=fields.get("PausedReason", ""),
        ),
    )


def _member_removed(fields: Fields) -> Events:
    agent = agent_of_device(fields["Interface"])
    if agent is None:
        return ()
    return (ev.MemberRemoved(at=happened_at(fields), agent=agent, queue=fields["Queue"]),)


def _member_pause(fields: Fields) -> Events:
    agent, at, queue = agent_of_device(fields["Interface"]), happened_at(fields), fields["Queue"]
    if agent is None:
        return ()
    if fields.get("Paused") == "1":
        return (ev.MemberPaused(at=at, agent=agent, queue=queue, reason=fields.get("PausedReason", "")),)
    return (ev.MemberUnpaused(at=at, agent=agent, queue=queue),)


def _device_state(fields: Fields) -> Events:
    agent = agent_of_device(fields["Device"])
    if agent is None:
        return ()
    if fields["State"] in ("UNAVAILABLE", "INVALID", "UNKNOWN"):
        return (ev.PhoneUnreachable(at=happened_at(fields), agent=agent),)
    return (ev.PhoneReachable(at=happened_at(fields), agent=agent),)


def _contact_status(fields: Fields) -> Events:
    if fields.get("ContactStatus") != "Removed" or not fields.get("AOR", "").isdigit():
        return ()
    return (ev.ContactRemoved(at=happened_at(fields), agent=fields["AOR"]),)


def _user_event(fields: Fields) -> Events:
    rule = _USER_EVENTS.get(fields.get("UserEvent", ""))
    return rule(fields) if rule else ()


def _menu_step(fields: Fields) -> Events:
    return (
        ev.MenuStepTaken(
            at=happened_at(fields),
            call_id=fields["RD_CALL"],
            step=fields.get("Step", ""),
            kind=fields.get("Kind", ""),
            exit=fields.get("Exit", ""),
            keys=fields.get("Keys", ""),
            language=fields.get("Lang", ""),
        ),
    )


def _queue_exit(fields: Fields) -> Events:
    status = fields.get("Status", "")
    outcome = OUTCOME_BY_QUEUE_STATUS.get(status)
    if outcome is None:
        return ()
    at, call_id, queue = happened_at(fields), fields["RD_CALL"], fields["Queue"]
    left = ev.QueueLeft(at=at, call_id=call_id, queue=queue, outcome=outcome)
    if status not in NEVER_JOINED:
        return (left,)
    # Nobody tells of an entry that was refused: it is a stay all the same, over in the moment it began.
    return (ev.QueueEntered(at=at, call_id=call_id, queue=queue, priority=_priority(fields)), left)


def _recording(fields: Fields) -> Events:
    return (ev.RecordingStarted(at=happened_at(fields), call_id=fields["RD_CALL"], file=fields["File"]),)


def _phone_lost(fields: Fields) -> Events:
    """Said by the dialplan, which knows who hung up: the cause alone would also mean later agents."""
    at, lost = happened_at(fields), ev.LegEnd.PHONE_LOST
    return (ev.LegEnded(at=at, call_id=fields["RD_CALL"], agent=fields["Agent"], reason=lost),)


def _dial_exit(fields: Fields) -> Events:
    return (
        ev.DialEnded(
            at=happened_at(fields),
            call_id=fields["RD_CALL"],
            result=dial_result(fields["Status"], number_of(fields["Cause"]), number_of(fields["Sip"])),
            cause=number_of(fields["Cause"]),
        ),
    )


_USER_EVENTS: Mapping[str, Callable[[Fields], Events]] = {
    "RingdeskCall": _call_started,
    "RingdeskStep": _menu_step,
    "RingdeskQueueExit": _queue_exit,
    "RingdeskPhoneLost": _phone_lost,
    "RingdeskDialExit": _dial_exit,
    "RingdeskRecording": _recording,
}

# QueueCallerAbandon is left out on purpose: Asterisk sends it for time-outs and redirects too, and overflowed
# calls would be shown as abandoned. The caller's hang-up and RingdeskQueueExit tell what really happened.
TABLE: Mapping[str, Callable[[Fields], Events]] = {
    "Hangup": _hang_up,
    "HangupRequest": _phone_gave_up,
    "QueueCallerJoin": _queue_join,
    "DialBegin": _dial_begin,
    "DialEnd": _dial_end,
    "BridgeEnter": _bridge_enter,
    "BridgeLeave": _bridge_leave,
    "Hold": _hold,
    "Unhold": _unhold,
    "QueueMemberAdded": _member_added,
    "QueueMemberRemoved": _member_removed,
    "QueueMemberPause": _member_pause,
    "DeviceStateChange": _device_state,
    "ContactStatus": _contact_status,
    "UserEvent": _user_event,
}

WANTED = frozenset(name.encode() for name in TABLE)
"""Names worth parsing; the framing drops every other event after a look at its name."""

# Most of what Asterisk says of devices is of queues: told by one look, a tenth of the time of parsing.
_DEVICE, _PHONES = b"Event: DeviceStateChange\r\n", b"\r\nDevice: PJSIP/"
_CONTACT, _GONE = b"Event: ContactStatus\r\n", b"\r\nContactStatus: Removed"


def means_nothing(raw: bytes) -> bool:
    """Whether `normalise` would make nothing of this event, told before it is parsed; False when not sure."""
    if raw.startswith(_DEVICE):
        return _PHONES not in raw
    return raw.startswith(_CONTACT) and _GONE not in raw


def normalise(fields: Fields) -> Events:
    """The domain events that one AMI event stands for; none when it means nothing to us.

    Raises KeyError or ValueError when Asterisk left out a field that the event always has.
    """
    if "ActionID" in fields:
        return ()  # An item of a list that somebody asked for: not something that happened now.
    rule = TABLE.get(fields.get("Event", ""))
    return rule(fields) if rule else ()
