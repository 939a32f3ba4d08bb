"""Calls as they try to come in, going by SIP: which of them Asterisk refused, and why."""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from cti.domain.refusals import CallTurnedAway, RefusalCause
from cti.refused.hep import Captured
from cti.refused.sip import SipMessage, offered_sound, parse_message, user_of

# What an attempt waits for comes within milliseconds; beyond this number the oldest is forgotten.
MOST_WAITING = 2000
# The limits of the dialplan (486) stand in Asterisk's records; the rest is the caller's doing or our phones'.
_NOT_REFUSED = frozenset({408, 480, 486, 487, 600, 603})
_NO_PROOF = frozenset({401, 407})
_OUR_CODECS = frozenset({"PCMU", "PCMA", "OPUS"})
_LINE_BREAK = re.compile(r"%0[0ad]", re.IGNORECASE)
_ALL_PRIVATE = re.compile(r";\s*privacy\s*=\s*full\s*(?:;|$)", re.IGNORECASE)
# The dialplan's word for such a caller.
_HIDDEN = "anonymous"
_IDENTITIES = ("from", "p-asserted-identity", "remote-party-id")
_FIRST_BYTES = (b"INVITE ", *(b"SIP/2.0 %d" % kind for kind in range(2, 7)))
_OF_AN_INVITE = re.compile(rb"\ncseq[ \t]{0,9}:[ \t]{0,9}\d{1,10}[ \t]{1,9}INVITE", re.IGNORECASE)


def concerns_a_call(message: bytes) -> bool:
    """An INVITE or a final answer to one; all else that phones and trunks say is left out."""
    return message.startswith(_FIRST_BYTES) and _OF_AN_INVITE.search(message) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A trunk by which a call came; `asserted` when the network's word for the caller is trusted there."""

    name: str
    asserted: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What tells a caller's call from our own: our ports for SIP and those for websockets, this machine's
    addresses, the trunk of an address, whether a name is that of an agent's phone, and whether a number is
    one that only the test caller knows."""

    sip_port: int
    web_ports: frozenset[int]
    is_here: Callable[[str], bool]
    line_of: Callable[[str], Line | None]
    is_phone: Callable[[str], bool]
    is_test: Callable[[str], bool]


class Attempts:
    """Follows each INVITE to its answer. Bounded; a caller's text is cut, and nothing of it decides."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._here = surroundings
        # None once it is answered: a copy that arrives after the answer is no other call.
        self._waiting: OrderedDict[tuple[str, str], tuple[Captured, SipMessage] | None] = OrderedDict()
        # Asked for a proof and not let in yet, by Call-ID and address: so is each phone at first.
        self._unproven: OrderedDict[tuple[str, str], CallTurnedAway] = OrderedDict()
        self._unproven_before: set[tuple[str, str]] = set()

    def take(self, captured: Captured) -> CallTurnedAway | None:
        """One message more; the refusal, if that is what it was."""
        message = parse_message(captured.payload)
        if message is None or not message.call_id:
            return None
        number, method = message.sequence
        key = (message.call_id, number)
        if message.method == "INVITE" and message.begins_dialog and self._comes_in(captured):
            self._waiting.setdefault(key, (captured, message))
            if len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
        elif message.status and method == "INVITE" and (waiting := self._waiting.get(key)) is not None:
            self._waiting[key] = None
            return self._answered(*waiting, message.status)
        return None

    def strangers(self) -> list[CallTurnedAway]:
        """Who was asked for a proof before this was called last, and has not been let in since.

        To be called at intervals within which a phone sends its proof.
        """
        over = [attempt for attempt in self._unproven if attempt in self._unproven_before]
        told = [self._unproven.pop(attempt) for attempt in over]
        self._unproven_before = set(self._unproven)
        return told

    def _comes_in(self, captured: Captured) -> bool:
        """To us and not from us: to one of our ports, if not from one of them to somewhere else."""
        here, ports = self._here.is_here, {self._here.sip_port, *self._here.web_ports}
        goes_out = captured.source_port in ports and here(captured.source) and not here(captured.destination)
        return captured.destination_port in ports and not goes_out

    def _answered(self, asked: Captured, invite: SipMessage, status: int) -> CallTurnedAway | None:
        fact, attempt = self._refused(asked, invite, status), (invite.call_id, asked.source)
        if fact is None or fact.cause is not RefusalCause.STRANGER:
            self._unproven.pop(attempt, None)
            return fact
        # A wrong proof, or another request without one, is the same attempt.
        self._unproven.setdefault(attempt, fact)
        return self._unproven.popitem(last=False)[1] if len(self._unproven) > MOST_WAITING else None

    def _refused(self, asked: Captured, invite: SipMessage, status: int) -> CallTurnedAway | None:
        # A proof that Asterisk has accepted: what a phone dials is no caller's call.
        is_phone = status not in _NO_PROOF and self._here.is_phone(invite.proof_of)
        dialled = user_of(invite.target)
        if status < 400 or status in _NOT_REFUSED or is_phone or self._here.is_test(dialled):
            return None
        # A web page may have the address of a trunk, and write into Via what it likes; the port tells.
        by_web = asked.destination_port in self._here.web_ports
        line = None if by_web else self._here.line_of(asked.source)
        cause, detail = _cause(invite, status)
        return CallTurnedAway(
            at=asked.at,
            cause=cause,
            trunk=line.name if line else "",
            number=_caller(invite, line),
            # What follows a dot may have been a test call's secret once: nobody may read it.
            dialled=dialled.partition(".")[0],
            address=asked.source,
            detail=detail,
        )


def _caller(invite: SipMessage, line: Line | None) -> str:
    """The number that the call's record would have had: From's, or the network's word where it is trusted.

    As Asterisk looks for it: P-Asserted-Identity, then Remote-Party-ID. Whom the network was asked to hide
    (RFC 3323) is named by neither, nor by From, which may hold the very number.
    """
    if line is not None and line.asserted:
        asserted = user_of(invite.headers.get("p-asserted-identity", ""))
        if asserted:
            hidden = invite.headers.get("privacy", "none").lower() != "none"
            return _HIDDEN if hidden else asserted
        remote = invite.headers.get("remote-party-id", "")
        if user_of(remote):
            return _HIDDEN if _ALL_PRIVATE.search(remote.rpartition(">")[2]) else user_of(remote)
    return user_of(invite.headers.get("from", ""))


def _cause(invite: SipMessage, status: int) -> tuple[RefusalCause, str]:
    """The cause that a person can do something about, and what else helps."""
    if status == 404:
        forged = any(_LINE_BREAK.search(invite.headers.get(name, "")) for name in _IDENTITIES)
        return (RefusalCause.FORGED if forged else RefusalCause.UNKNOWN_NUMBER), ""
    if status == 484:
        # The beginning of a number that there is: a digit is missing.
        return RefusalCause.UNKNOWN_NUMBER, ""
    if status in _NO_PROOF:
        return RefusalCause.STRANGER, ""
    if status == 403:
        # The dialplan's own answer to headers that were made to mislead.
        return RefusalCause.FORGED, ""
    if status == 503:
        return RefusalCause.FULL, ""
    if status == 488:
        return _cause_of_sound(invite)
    return RefusalCause.OTHER, f"SIP {status}"


def _cause_of_sound(invite: SipMessage) -> tuple[RefusalCause, str]:
    sound = offered_sound(invite.body)
    if sound is None or sound.declined:
        return RefusalCause.CODEC, ""
    offered = ", ".join(sound.codecs)
    if sound.encrypted:
        return RefusalCause.ENCRYPTED, offered
    if _OUR_CODECS.intersection(sound.codecs):
        # Nothing is wrong with the offer: there was no port for the sound.
        return RefusalCause.NO_SOUND, ""
    return RefusalCause.CODEC, offered
