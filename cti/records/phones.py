"""What happened on one agent's phone for one call: it rang, it was answered, it left the conversation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from cti.domain import events as ev
from cti.domain.devices import agent_of
from cti.domain.dialplan import RING_RESULT_BY_DIAL_STATUS, number_of
from cti.domain.ring_causes import RING_RESULT_BY_CAUSE, own_ring_result
from cti.records.cel import CRASH, CelRecord
from cti.records.queue_log import QueueLine

# The dialplan's, which knows who hung up: the cause alone would also mean later agents, and a desk phone that
# did not confirm its call has another one.
_LOST_MARK = "RD_PHONE_LOST"
_NEARLY_AT_ONCE = timedelta(seconds=1)
_SAME_SECOND = timedelta(seconds=2)
_BY_LINE: Mapping[str, ev.RingResult] = {
    "RINGNOANSWER": ev.RingResult.NO_ANSWER,
    "RINGCANCELED": ev.RingResult.CALLER_GONE,
}


def cause_of(hang_up: CelRecord) -> int:
    """The Q.850 number of a HANGUP record, 0 when Asterisk names none."""
    return number_of(hang_up.detail("hangupcause"))


class _Whose(TypedDict):
    """What every event of a phone begins with."""

    at: datetime
    source: ev.Source
    call_id: str
    agent: str
    channel: str


@dataclass(frozen=True, slots=True)
class Phone:
    """One agent's channel in a call. `call` holds all records of the call, `own` those of this channel."""

    call_id: str
    agent: str
    own: Sequence[CelRecord]
    call: Sequence[CelRecord]
    lines: Sequence[QueueLine]

    def events(self) -> Iterator[ev.CallEvent]:
        """From the first ring to the hang-up."""
        first = self.own[0]
        if first.kind == "CHAN_START":
            yield ev.AgentRung(**self._whose(first))
        if first.unique_id == self.call_id:
            yield from self._own_ring_end()
        talks = [r for r in self.own if r.kind == "BRIDGE_ENTER"]
        for entered in talks:
            yield ev.LegStarted(**self._whose(entered))
            yield from self._leg_end(entered)
        hang_up = self._hang_up
        if not talks and hang_up is not None and first.unique_id != self.call_id:
            yield ev.RingEnded(**self._whose(hang_up), result=self._ring_result(hang_up))

    def _own_ring_end(self) -> Iterator[ev.RingEnded]:
        """Of who dials out: the channel comes into the dialplan when the own phone has answered."""
        after = next((r for r in self.own if r.kind != "CHAN_START"), None)
        if after is None:
            return
        if after.kind not in ("HANGUP", CRASH):
            yield ev.RingEnded(**self._whose(after), result=ev.RingResult.ANSWERED)
            return
        result = ev.RingResult.UNKNOWN if after.kind == CRASH else own_ring_result(cause_of(after))
        yield ev.RingEnded(**self._whose(after), result=result)

    def _whose(self, record: CelRecord) -> _Whose:
        return {
            "at": record.at,
            "source": ev.Source.RECORD,
            "call_id": self.call_id,
            "agent": self.agent,
            "channel": record.channel,
        }

    @property
    def _hang_up(self) -> CelRecord | None:
        return next((r for r in self.own if r.kind in ("HANGUP", CRASH)), None)

    def _leg_end(self, entered: CelRecord) -> Iterator[ev.LegEnded]:
        """Who left the bridge first ended the leg; a caller who is elsewhere by then was sent on."""
        after = self.own[self.own.index(entered) + 1 :]
        left = next((r for r in after if r.kind in ("BRIDGE_EXIT", "HANGUP", CRASH)), None)
        if left is None:
            return
        other = self._first_to_leave(entered, left)
        if left.kind == CRASH:
            reason = ev.LegEnd.UNKNOWN
        elif other is not None:
            reason = ev.LegEnd.TRANSFERRED if self._sent_on(other) else ev.LegEnd.CALLER_GONE
            left = replace(left, at=other.at)
        elif any(record.kind == _LOST_MARK for record in self.own):
            reason = ev.LegEnd.PHONE_LOST
        else:
            reason = ev.LegEnd.HANGUP
        yield ev.LegEnded(**self._whose(left), reason=reason)

    def _first_to_leave(self, entered: CelRecord, left: CelRecord) -> CelRecord | None:
        """The other side's exit from the same bridge, when it came before the phone's."""
        during = self.call[self.call.index(entered) : self.call.index(left)]
        bridge = entered.detail("bridge_id")
        for record in during:
            other = record.kind == "BRIDGE_EXIT" and record.unique_id != entered.unique_id
            if other and agent_of(record.channel) is None and record.detail("bridge_id") == bridge:
                return record
        return None

    def _sent_on(self, other: CelRecord) -> bool:
        before = self.call[: self.call.index(other)]
        came = next(
            (r for r in reversed(before) if r.kind == "BRIDGE_ENTER" and r.unique_id == other.unique_id), None
        )
        return came is not None and (came.context, came.exten) != (other.context, other.exten)

    def _ring_result(self, hang_up: CelRecord) -> ev.RingResult:
        if hang_up.kind == CRASH:
            return ev.RingResult.UNKNOWN
        told = (
            RING_RESULT_BY_CAUSE.get(cause_of(hang_up))
            or self._told_by_queue(hang_up)
            or self._told_by_dialplan(hang_up)
        )
        if told is not None:
            return told
        return ev.RingResult.CALLER_GONE if self._ended_with_call(hang_up) else ev.RingResult.NO_ANSWER

    def _told_by_queue(self, hang_up: CelRecord) -> ev.RingResult | None:
        near = [
            _BY_LINE[line.event]
            for line in self.lines
            if line.event in _BY_LINE
            and line.agent == self.agent
            and abs(line.at - hang_up.at) < _SAME_SECOND
        ]
        return near[0] if near else None

    def _told_by_dialplan(self, hang_up: CelRecord) -> ev.RingResult | None:
        """After a direct offer the dialplan writes `extension|DIALSTATUS`."""
        for record in self.call:
            if record.kind == "RD_OFFER_EXIT" and abs(record.at - hang_up.at) < _NEARLY_AT_ONCE:
                agent, _, status = record.detail("extra").partition("|")
                if agent == self.agent:
                    return RING_RESULT_BY_DIAL_STATUS.get(status)
        return None

    def _ended_with_call(self, hang_up: CelRecord) -> bool:
        """The caller hung up at this very moment."""
        return any(
            abs(r.at - hang_up.at) < _NEARLY_AT_ONCE and r.kind == "HANGUP" and r.unique_id == self.call_id
            for r in self.call
        )
