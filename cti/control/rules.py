"""Whether a command may be carried out on this floor, and by which steps: pure, one function a command."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crm.rules.caller import Match
from crm.rules.destinations import DEFAULT_RULES, DialRules, refusal_of
from crm.rules.numbers import to_dial
from cti.ami import actions
from cti.ami.action import AmiAction
from cti.control import commands as cmd
from cti.control.commands import DecidePause, Each, Observation, PhoneInstruction, Refused, Step
from cti.domain import events as ev
from cti.domain import pauses
from cti.domain.agent import Activity, Agent, Presence
from cti.domain.call import Call
from cti.domain.call_parts import Leg
from cti.domain.devices import device_of
from cti.domain.floor import Floor

NOTE_LIMIT = 2000
_RING_OWN_PHONE_MS = 20_000
REACHES_THE_PHONE_WITHIN = timedelta(milliseconds=_RING_OWN_PHONE_MS + 5_000)
# A caller who was sent on has left the bridge long before.
SENT_ON_WITHIN = timedelta(seconds=5)
_WHY_NOT_DIALLED = {
    "forbidden_number": "This number may not be dialled here.",
    "premium_number": "This is a premium number, which may not be dialled here.",
    "number_not_allowed": "This number is not among those that may be dialled here.",
}
# What concerns our own records alone.
WITHOUT_ASTERISK = (cmd.ChooseCustomer, cmd.FinishWrapUp)


@dataclass(frozen=True, slots=True)
class Membership:
    """One queue that an agent serves; a lower penalty is asked first."""

    queue: str
    penalty: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at. `memberships` by extension; `test_call` builds the test caller's action.

    `destinations` says what may be dialled.
    """

    floor: Floor
    now: datetime
    memberships: Mapping[str, Sequence[Membership]]
    test_call: Callable[[cmd.PlaceTestCall], AmiAction]
    destinations: DialRules = DEFAULT_RULES


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in order, and the identity of a call that they start."""

    steps: tuple[Step, ...]
    call_id: str | None = None


def plan(context: Context, command: cmd.Command) -> Plan:
    """The steps that carry `command` out. Raises Refused with a code when it cannot be done now."""
    if not context.floor.system.link.up and not isinstance(command, WITHOUT_ASTERISK):
        raise Refused("asterisk_away", "Asterisk is not connected; a call in progress goes on.")
    match command:
        case cmd.Answer():
            return _answer(context, command)
        case cmd.HangUp():
            return _hang_up(context, command)
        case cmd.Hold():
            return _hold(context, command)
        case cmd.Resume():
            return _resume(context, command)
        case cmd.Mute() | cmd.Unmute():
            return _mute(context, command)
        case cmd.TransferToQueue():
            return _transfer_to_queue(context, command)
        case cmd.TransferToAgent():
            return _transfer_to_agent(context, command)
        case cmd.Dial():
            return _dial(context, command)
        case cmd.GoReady() | cmd.Pause() | cmd.EndPause() | cmd.SignOut():
            return _presence(context, command)
        case cmd.PlaceTestCall():
            return Plan((context.test_call(command),))
        case cmd.ChooseCustomer():
            return _choose_customer(context, command)
        case cmd.FinishWrapUp():
            return _finish_wrap_up(context, command)


def _presence(context: Context, command: cmd.GoReady | cmd.Pause | cmd.EndPause | cmd.SignOut) -> Plan:
    match command:
        case cmd.GoReady():
            return _go_ready(context, command)
        case cmd.Pause():
            return _pause(context, command)
        case cmd.EndPause():
            return _end_pause(context, command)
        case cmd.SignOut():
            return _sign_out(context, command)


def pausing(agent: str, reason: str | None, queue: str | None = None) -> AmiAction:
    """Pause the agent's phone for a reason, or end its pause when None; in all its queues or in one."""
    return actions.pause_member(agent, None if reason is None else pauses.text_of(reason), queue)


def joining(agent: str, membership: Membership, reason: str | None) -> AmiAction:
    """Make the agent's phone a member of one queue, paused for a reason unless None."""
    text = None if reason is None else pauses.text_of(reason)
    return actions.add_member(agent, membership.queue, penalty=membership.penalty, text=text)


def _agent(context: Context, ext: str) -> Agent:
    agent = context.floor.agents.get(ext)
    if agent is None:
        raise Refused("unknown_agent", f"There is no agent with extension {ext}.")
    return agent


def _call(context: Context, call_id: str) -> Call:
    call = context.floor.calls.get(call_id)
    if call is None or call.ended_at is not None:
        raise Refused("already_ended", "The call is over.")
    return call


def _leg(context: Context, command: cmd.AboutCall) -> tuple[Call, Leg]:
    call = _call(context, command.call_id)
    leg = call.leg_of(command.agent)
    if leg is None:
        raise Refused("not_your_call", "You are not in conversation with this caller.")
    return call, leg


def _instruct(do: str, command: cmd.AboutCall) -> Plan:
    return Plan((PhoneInstruction(command.agent, do, command.call_id),))


def _answer(context: Context, command: cmd.Answer) -> Plan:
    if _call(context, command.call_id).offer_to(command.agent) is None:
        raise Refused("not_ringing", "The call does not ring at your phone any more.")
    return _instruct("answer", command)


def _hang_up(context: Context, command: cmd.HangUp) -> Plan:
    call = _call(context, command.call_id)
    leg = call.leg_of(command.agent)
    if leg is None and call.own_agent == command.agent:
        return Plan((actions.hang_up(call.id),))
    if leg is not None:
        return Plan((actions.hang_up(leg.channel),))
    if call.offer_to(command.agent) is not None:
        return _instruct("hangup", command)
    raise Refused("not_your_call", "This call is not at your phone.")


def _hold(context: Context, command: cmd.Hold) -> Plan:
    if _leg(context, command)[1].held_since is not None:
        raise Refused("already_on_hold", "The caller is already on hold.")
    return _instruct("hold", command)


def _resume(context: Context, command: cmd.Resume) -> Plan:
    leg = _leg(context, command)[1]
    # A gap may have hidden the hold; only the phone knows then, and nobody else could free the caller.
    if leg.held_since is None and leg.holds_known:
        raise Refused("not_on_hold", "The caller is not on hold.")
    return _instruct("resume", command)


def _mute(context: Context, command: cmd.Mute | cmd.Unmute) -> Plan:
    _leg(context, command)
    return _instruct("mute" if isinstance(command, cmd.Mute) else "unmute", command)


def _transfer_to_queue(context: Context, command: cmd.TransferToQueue) -> Plan:
    if command.queue not in context.floor.queues:
        raise Refused("unknown_target", f"There is no queue {command.queue}.")
    return _transfer(context, command, "ringdesk-queue", command.queue, to_queue=command.queue)


def _transfer_to_agent(context: Context, command: cmd.TransferToAgent) -> Plan:
    target = context.floor.agents.get(command.target)
    if target is None or command.target == command.agent:
        raise Refused("unknown_target", f"There is no other agent with extension {command.target}.")
    if not target.reachable:
        raise Refused("phone_unreachable", f"The phone of {target.info.name} is not connected.")
    if target.activity not in (Activity.IDLE, Activity.WRAPPING_UP):
        raise Refused("agent_busy", f"{target.info.name} is in another call.")
    return _transfer(context, command, "ringdesk-agent", command.target, to_agent=command.target)


def _was_sent_on(context: Context, call: Call, leg: Leg) -> bool:
    """Whether the agent did it a moment ago: Asterisk would send the caller on from wherever they are now."""
    asked = call.transfer
    if asked is None or asked.agent != leg.agent or asked.at < leg.started_at:
        return False
    return context.now - asked.at < SENT_ON_WITHIN


def _transfer(
    context: Context,
    command: cmd.TransferToQueue | cmd.TransferToAgent,
    dialplan: str,
    exten: str,
    **target: str,
) -> Plan:
    call, leg = _leg(context, command)
    if _was_sent_on(context, call, leg):
        raise Refused("already_transferred", "The caller is on the way already.")
    if call.direction is not ev.Direction.INBOUND:
        raise Refused("not_transferable", "Only a caller who rang us can be transferred.")
    if len(command.note) > NOTE_LIMIT:
        raise Refused("note_too_long", f"The note is longer than {NOTE_LIMIT} characters.")
    asked = ev.TransferAsked(
        at=context.now,
        source=ev.Source.SERVICE,
        call_id=call.id,
        agent=command.agent,
        note=command.note,
        **target,
    )
    undone = ev.TransferAsked(at=context.now, source=ev.Source.SERVICE, call_id=call.id, agent=command.agent)
    return Plan((Observation(asked, undone), actions.redirect(call.channel, dialplan, exten)))


def _is_dialling(context: Context, ext: str) -> bool:
    """Whether a call of the agent's own is under way that has not reached the phone yet.

    From the moment of the command on: a second click comes long before the phone rings. Not for ever: of a
    phone that Asterisk could not ring at all nothing more is heard.
    """
    return any(
        call.own_agent == ext
        and call.ended_at is None
        and not call.offers
        and not call.legs
        and context.now - call.started_at < REACHES_THE_PHONE_WITHIN
        for call in context.floor.calls.values()
    )


def _dial(context: Context, command: cmd.Dial) -> Plan:
    agent = _agent(context, command.agent)
    number = to_dial(command.number, context.destinations.home_region)
    if number is None:
        raise Refused("bad_number", "This is not a number that can be dialled.")
    refused = refusal_of(number, context.destinations)
    if refused is not None:
        raise Refused(refused, _WHY_NOT_DIALLED[refused])
    if _is_dialling(context, agent.ext):
        raise Refused("already_dialling", "Your phone is being rung for a call already.")
    if agent.activity not in (Activity.IDLE, Activity.WRAPPING_UP):
        raise Refused("agent_busy", "Finish the call in hand first.")
    if not agent.reachable:
        raise Refused("phone_unreachable", "Your phone is not connected.")
    call_id = f"out-{secrets.token_hex(8)}"
    started = ev.CallStarted(
        at=context.now,
        source=ev.Source.SERVICE,
        call_id=call_id,
        direction=ev.Direction.OUTBOUND,
        number=number,
        agent=agent.ext,
    )
    failed = ev.CallEnded(at=context.now, source=ev.Source.SERVICE, call_id=call_id, cause=0)
    originate = actions.originate(
        device_of(agent.ext),
        "ringdesk-outbound",
        number,
        caller_id=number,
        ring_ms=_RING_OWN_PHONE_MS,
        variables=(f"__RD_CALL={call_id}", f"PJSIP_HEADER(add,X-Ringdesk-Call)={call_id}"),
        channel_id=call_id,
        account=call_id,
    )
    return Plan((Observation(started, failed), originate), call_id)


def _go_ready(context: Context, command: cmd.GoReady) -> Plan:
    agent = _agent(context, command.agent)
    if not agent.reachable:
        raise Refused("phone_unreachable", "Your phone is not connected, so no call could reach you.")
    return Plan(_signed_in(context, agent, ()))


def _signed_in(context: Context, agent: Agent, standing: pauses.Reasons) -> tuple[Step, ...]:
    """A member of all their queues, also of those that a sign-in or a sign-out cut short left out."""
    memberships = context.memberships.get(agent.ext, ())
    if agent.presence is Presence.SIGNED_OUT and not memberships:
        raise Refused("no_queues", "You are not assigned to any queue; ask your supervisor.")
    reason = agent.pause_for(standing)
    missing = [m for m in memberships if m.queue not in agent.members]
    joined = Each(tuple(joining(agent.ext, m, reason) for m in missing))
    return (DecidePause(agent.ext, standing), *((joined,) if missing else ()))


def _pause(context: Context, command: cmd.Pause) -> Plan:
    agent = _agent(context, command.agent)
    if command.reason in pauses.UNFIT_PHONE_REASONS:
        # Whoever gets no calls anyway is not signed in for this, and keeps a pause of their own.
        ready = agent.presence is Presence.READY
        stands = pauses.joined_by(command.reason, agent.standing)
        return Plan((DecidePause(agent.ext, stands),) if ready else ())
    if command.reason not in pauses.PAUSE_REASONS:
        known = ", ".join(pauses.PAUSE_REASONS)
        raise Refused("unknown_reason", f"A pause needs one of the reasons {known}.")
    return Plan(_signed_in(context, agent, pauses.asked(command.reason, agent.standing)))


def _end_pause(context: Context, command: cmd.EndPause) -> Plan:
    agent = _agent(context, command.agent)
    return Plan((DecidePause(agent.ext, pauses.without(command.reason, agent.standing)),))


def _sign_out(context: Context, command: cmd.SignOut) -> Plan:
    agent = _agent(context, command.agent)
    left = Each(tuple(actions.remove_member(agent.ext, queue) for queue in sorted(agent.members)))
    steps: list[Step] = [left] if agent.members else []
    # What was set aside first: else it would be taken up again.
    works = [(it.call_id, it.turn) for it in agent.aside]
    if agent.wrap_up_call is not None and agent.turn is not None:
        works.append((agent.wrap_up_call, agent.turn))
    steps += [Observation(_wrap_up_ended(context, agent.ext, *work)) for work in works]
    if agent.members and command.by != agent.info.login:
        who = {"by": command.by, "reason": command.reason}
        told = ev.AgentSignedOut(at=context.now, source=ev.Source.SERVICE, agent=agent.ext, **who)
        steps.append(Observation(told))
    return Plan(tuple(steps))


def _wrap_up_ended(
    context: Context, agent: str, call_id: str, turn: int, disposition: str | None = None
) -> ev.WrapUpEnded:
    return ev.WrapUpEnded(
        at=context.now,
        source=ev.Source.SERVICE,
        agent=agent,
        call_id=call_id,
        turn=turn,
        disposition=disposition,
    )


def _choose_customer(context: Context, command: cmd.ChooseCustomer) -> Plan:
    agent, call = _agent(context, command.agent), context.floor.calls.get(command.call_id)
    if call is None or command.call_id not in (agent.call_id, agent.wrap_up_call):
        raise Refused("not_your_call", "This call is not at your phone.")
    record = call.record
    several = record is not None and record.match is Match.SEVERAL
    if record is None or not several or command.customer_id not in {it.id for it in record.customers}:
        raise Refused("not_a_candidate", "The caller's number is not one of this customer's.")
    if record.chosen == command.customer_id:
        return Plan(())
    chosen = ev.CallerIdentified(
        at=context.now,
        source=ev.Source.SERVICE,
        call_id=call.id,
        number_e164=call.number_e164,
        record=replace(record, chosen=command.customer_id),
    )
    return Plan((Observation(chosen),))


def _finish_wrap_up(context: Context, command: cmd.FinishWrapUp) -> Plan:
    agent = _agent(context, command.agent)
    if not agent.wraps_up(command.call_id, command.turn):
        return Plan(())  # Its time ran out in the same moment.
    ended = _wrap_up_ended(context, agent.ext, command.call_id, command.turn, command.disposition)
    return Plan((Observation(ended),))
