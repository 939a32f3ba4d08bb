"""Compares the floor with Asterisk's own picture and says, as events, what has to change: Asterisk is right.

Pure. What a snapshot cannot tell (when a conversation began, who hung up) is marked as unknown, not invented.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from cti.ami.snapshot import Snapshot, SnapshotChannel, SnapshotMember
from cti.domain import events as ev
from cti.domain.agent import Activity, Agent, Presence
from cti.domain.call import Call
from cti.domain.devices import agent_of, agent_of_device
from cti.domain.floor import Floor
from cti.domain.pauses import our_reason

UNREACHABLE_STATES = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN"})


def corrections(floor: Floor, snapshot: Snapshot) -> list[ev.Event]:
    """The events after which the floor equals the snapshot, in an order in which they can be applied.

    Their source is SERVICE and their time the snapshot's, except where Asterisk tells an age.
    """
    channels = {c.uniqueid: c for c in snapshot.channels}
    return [
        *_ended_calls(floor, channels, snapshot),
        *_unknown_calls(floor, snapshot),
        *_parts_that_are_over(floor, snapshot),
        *_stints(floor, snapshot),
        *_new_legs_and_rings(floor, snapshot),
        *_lost_calls(floor, snapshot),
        *_members(floor, snapshot),
        *_phones(floor, snapshot),
    ]


def _ended_calls(
    floor: Floor, channels: dict[str, SnapshotChannel], snapshot: Snapshot
) -> Iterator[ev.Event]:
    """Calls that are gone. Whether the caller gave up, or Asterisk took the call with it, nobody heard."""
    at, source = snapshot.at, ev.Source.SERVICE
    for call in _open_calls(floor):
        if call.id in channels:
            continue
        if call.stint is not None:
            queue, unknown = call.stint.queue, ev.StintOutcome.UNKNOWN
            yield ev.QueueLeft(at=at, source=source, call_id=call.id, queue=queue, outcome=unknown)
        for leg in call.open_legs:
            yield ev.LegEnded(at=at, source=source, call_id=call.id, agent=leg.agent)
        yield ev.CallEnded(at=at, source=source, call_id=call.id)


def _open_calls(floor: Floor) -> list[Call]:
    return [call for call in floor.calls.values() if call.ended_at is None]


def _unknown_calls(floor: Floor, snapshot: Snapshot) -> Iterator[ev.Event]:
    for channel in snapshot.channels:
        if channel.call_id != channel.uniqueid or channel.uniqueid in floor.calls:
            continue
        agent = agent_of(channel.channel)
        yield ev.CallStarted(
            at=snapshot.at - timedelta(seconds=channel.duration_s),
            source=ev.Source.SERVICE,
            call_id=channel.uniqueid,
            direction=ev.Direction.OUTBOUND if agent else ev.Direction.INBOUND,
            number=channel.connected_number if agent else channel.caller_number,
            name=channel.caller_name,
            channel=channel.channel,
            agent=agent,
        )


def _stints(floor: Floor, snapshot: Snapshot) -> Iterator[ev.Event]:
    waiting = {c.uniqueid: (queue.name, c) for queue in snapshot.queues for c in queue.calls}
    for call_id, (queue, caller) in waiting.items():
        known = floor.calls.get(call_id)
        if known is None or known.stint is None or known.stint.queue != queue:
            yield ev.QueueEntered(
                at=snapshot.at - timedelta(seconds=caller.waited_s),
                source=ev.Source.SERVICE,
                call_id=call_id,
                queue=queue,
                priority=caller.priority,
                position=caller.position,
            )
    # A stint that ended in a conversation is closed by the leg that follows here, as answered.
    answered = {call_id for call_id, _ in _agents_in_calls(snapshot)[0]}
    for call in _open_calls(floor):
        left = call.id not in waiting and call.id not in answered and _is_there(call, snapshot)
        if call.stint is not None and left:
            yield ev.QueueLeft(
                at=snapshot.at,
                source=ev.Source.SERVICE,
                call_id=call.id,
                queue=call.stint.queue,
                outcome=ev.StintOutcome.UNKNOWN,
            )


def _is_there(call: Call, snapshot: Snapshot) -> bool:
    return any(c.uniqueid == call.id for c in snapshot.channels)


def _new_legs_and_rings(floor: Floor, snapshot: Snapshot) -> Iterator[ev.Event]:
    talking, ringing = _agents_in_calls(snapshot)
    for (call_id, agent), channel in talking.items():
        call = floor.calls.get(call_id)
        if call is None or call.leg_of(agent) is None:
            yield ev.LegStarted(
                at=snapshot.at, source=ev.Source.SERVICE, call_id=call_id, agent=agent, channel=channel
            )
    for call_id, agent in ringing - set(talking):
        call = floor.calls.get(call_id)
        if call is None or call.offer_to(agent) is None:
            yield ev.AgentRung(at=snapshot.at, source=ev.Source.SERVICE, call_id=call_id, agent=agent)


def _agents_in_calls(snapshot: Snapshot) -> tuple[dict[tuple[str, str], str], set[tuple[str, str]]]:
    """(call, agent) → channel for those in a bridge, and (call, agent) whose phones ring."""
    talking: dict[tuple[str, str], str] = {}
    ringing: set[tuple[str, str]] = set()
    for channel in snapshot.channels:
        agent = agent_of(channel.channel)
        if agent is None or channel.call_id is None:
            continue
        if channel.bridge_id is not None:
            talking[channel.call_id, agent] = channel.channel
        elif channel.state in ("Ringing", "Ring", "Down"):
            ringing.add((channel.call_id, agent))
    return talking, ringing


def _parts_that_are_over(floor: Floor, snapshot: Snapshot) -> Iterator[ev.Event]:
    talking, ringing = _agents_in_calls(snapshot)
    for call in _open_calls(floor):
        if _is_there(call, snapshot):
            yield from _over_in(call, set(talking), ringing, snapshot)


def _over_in(
    call: Call, talking: set[tuple[str, str]], ringing: set[tuple[str, str]], snapshot: Snapshot
) -> Iterator[ev.Event]:
    for leg in call.open_legs:
        if (call.id, leg.agent) not in talking:
            yield ev.LegEnded(at=snapshot.at, source=ev.Source.SERVICE, call_id=call.id, agent=leg.agent)
    for offer in call.open_offers:
        pair = (call.id, offer.agent)
        # The agent's own phone of a click to dial is up, not ringing, while the customer is being called.
        if pair not in talking and pair not in ringing and call.own_agent != offer.agent:
            yield ev.RingEnded(
                at=snapshot.at,
                source=ev.Source.SERVICE,
                call_id=call.id,
                agent=offer.agent,
                result=ev.RingResult.UNKNOWN,
            )


def _lost_calls(floor: Floor, snapshot: Snapshot) -> Iterator[ev.Event]:
    """Agents stuck in a call that does not exist: the complaint that others answer with SQL."""
    there = {(c.call_id, agent_of(c.channel)) for c in snapshot.channels}
    for agent in floor.agents.values():
        in_call = agent.activity in (Activity.RINGING, Activity.TALKING, Activity.HOLDING)
        known = floor.calls.get(agent.call_id or "")
        # A part that we know of ends by its own event, with after-call work.
        has_part = known is not None and (known.leg_of(agent.ext) or agent.ext in known.ringing)
        if in_call and not has_part and (agent.call_id, agent.ext) not in there:
            yield ev.CallLost(at=snapshot.at, source=ev.Source.SERVICE, agent=agent.ext)


def _members(floor: Floor, snapshot: Snapshot) -> Iterator[ev.Event]:
    theirs = {
        (ext, queue.name): member
        for queue in snapshot.queues
        for member in queue.members
        if (ext := agent_of_device(member.interface)) is not None
    }
    for (extension, queue), member in theirs.items():
        agent = floor.agents.get(extension)
        if agent is not None and _differs(agent, queue, member):
            yield ev.MemberAdded(
                at=snapshot.at,
                source=ev.Source.SERVICE,
                agent=extension,
                queue=queue,
                paused=member.paused,
                reason=member.paused_reason,
            )
    for known in floor.agents.values():
        gone = [queue for queue in known.members if (known.ext, queue) not in theirs]
        if known.presence is not Presence.SIGNED_OUT and not known.members:
            # Resumed after a restart as signed in; whether Asterisk agrees is decided here.
            gone += [] if any(ext == known.ext for ext, _ in theirs) else [""]
        for queue in gone:
            yield ev.MemberRemoved(at=snapshot.at, source=ev.Source.SERVICE, agent=known.ext, queue=queue)


def _differs(agent: Agent, queue: str, member: SnapshotMember) -> bool:
    theirs = our_reason(member.paused_reason) if member.paused else None
    return queue not in agent.members or agent.members[queue] != theirs


def _phones(floor: Floor, snapshot: Snapshot) -> Iterator[ev.Event]:
    for device, state in snapshot.devices.items():
        ext = agent_of_device(device)
        agent = floor.agents.get(ext) if ext else None
        reachable = state not in UNREACHABLE_STATES
        if agent is not None and agent.reachable is not reachable:
            kind = ev.PhoneReachable if reachable else ev.PhoneUnreachable
            yield kind(at=snapshot.at, source=ev.Source.SERVICE, agent=agent.ext)


def membership_repairs(
    before: Mapping[str, Mapping[str, str | None]], snapshot: Snapshot
) -> tuple[list[tuple[str, str, str | None]], list[tuple[str, str, str | None]], list[tuple[str, str]]]:
    """What a newly started Asterisk has to be told so that members and pauses are as they were `before`.

    (agent, queue, pause reason) to add, the same to pause or unpause, (agent, queue) to remove. Asterisk
    saves its members a moment late, so the last changes before it died are missing from its own database.
    """
    theirs = {
        (ext, queue.name): member.paused_reason or "pause" if member.paused else None
        for queue in snapshot.queues
        for member in queue.members
        if (ext := agent_of_device(member.interface)) is not None
    }
    ours = {(ext, queue): reason for ext, of in before.items() for queue, reason in of.items()}
    add = [(*key, reason) for key, reason in ours.items() if key not in theirs]
    pause = [
        (*key, reason)
        for key, reason in ours.items()
        if key in theirs and (theirs[key] is None) != (reason is None)
    ]
    return add, pause, [key for key in theirs if key not in ours and key[0] in before]
