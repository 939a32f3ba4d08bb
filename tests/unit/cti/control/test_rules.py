"""Which commands are carried out, by which steps, and with which reason the others are refused."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.rules.destinations import DialRules
from cti.ami.action import AmiAction
from cti.control import commands as cmd
from cti.control.commands import DecidePause, Each, Observation, PhoneInstruction, Refused
from cti.control.rules import (
    REACHES_THE_PHONE_WITHIN,
    SENT_ON_WITHIN,
    Context,
    Membership,
    Plan,
    plan,
)
from cti.domain import events as ev
from cti.domain.agent import Activity, AgentInfo
from cti.domain.floor import Directory, Floor
from cti.domain.pauses import UNFIT_PHONE_REASONS
from cti.domain.queue import QueueInfo
from tests.support.desk import no_test_call

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def floor(*events: ev.Event, up: bool = True) -> Floor:
    directory = Directory(
        agents={e: AgentInfo(e, n, f"u{n}", f"Agent {n}") for n, e in enumerate(["1001", "1002"])},
        queues={q: QueueInfo(q, q, q) for q in ("service", "sales")},
        timezone=ZoneInfo("UTC"),
    )
    it = Floor(directory, epoch="e", now=T0)
    for event in (*([ev.LinkUp(at=T0)] if up else []), *events):
        it.apply(event)
    return it


def planned(it: Floor, command: cmd.Command) -> Plan:
    memberships = {"1001": [Membership("service"), Membership("sales", 2)]}
    return plan(Context(it, at(60), memberships, no_test_call), command)


def refusal(it: Floor, command: cmd.Command) -> str:
    with pytest.raises(Refused) as refused:
        planned(it, command)
    return refused.value.code


RINGING = (
    ev.CallStarted(at=at(1), call_id="c1", channel="PJSIP/trunk-1"),
    ev.QueueEntered(at=at(2), call_id="c1", queue="service"),
    ev.AgentRung(at=at(3), call_id="c1", agent="1001"),
)
TALKING = (*RINGING, ev.LegStarted(at=at(4), call_id="c1", agent="1001", channel="PJSIP/1001-1"))
REACHABLE = tuple(ev.PhoneReachable(at=at(0), agent=e) for e in ("1001", "1002"))
COMMANDS: list[cmd.Command] = [
    cmd.Answer("c1", "1001"),
    cmd.HangUp("c1", "1001"),
    cmd.Hold("c1", "1001"),
    cmd.Resume("c1", "1001"),
    cmd.Mute("c1", "1001"),
    cmd.Unmute("c1", "1001"),
    cmd.TransferToQueue("c1", "1001", "sales"),
    cmd.TransferToAgent("c1", "1001", "1002"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: type(c).__name__)
def test_nothing_can_be_done_to_a_call_that_is_over(command: cmd.Command) -> None:
    over = floor(*REACHABLE, *TALKING, ev.CallEnded(at=at(5), call_id="c1"))
    assert refusal(over, command) in {"already_ended", "agent_busy"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: type(c).__name__)
def test_nothing_can_be_done_to_a_colleagues_call(command: cmd.Command) -> None:
    theirs = floor(*REACHABLE, RINGING[0], RINGING[1], ev.AgentRung(at=at(3), call_id="c1", agent="1002"))
    assert refusal(theirs, command) in {"not_your_call", "not_ringing", "agent_busy"}


@pytest.mark.parametrize("command", [*COMMANDS, cmd.GoReady("1001"), cmd.Dial("1001", "10086")], ids=str)
def test_without_asterisk_every_command_says_so(command: cmd.Command) -> None:
    assert refusal(floor(*TALKING, up=False), command) == "asterisk_away"


def test_answering_is_the_phones_work() -> None:
    assert planned(floor(*RINGING), cmd.Answer("c1", "1001")).steps == (
        PhoneInstruction("1001", "answer", "c1"),
    )


def test_hanging_up_ends_the_agents_channel_and_a_ring_is_declined_at_the_phone() -> None:
    (step,) = planned(floor(*TALKING), cmd.HangUp("c1", "1001")).steps
    assert isinstance(step, AmiAction)
    assert step.headers["Channel"] == "PJSIP/1001-1"
    assert planned(floor(*RINGING), cmd.HangUp("c1", "1001")).steps == (
        PhoneInstruction("1001", "hangup", "c1"),
    )


def test_hold_and_resume_follow_the_floor_not_the_wish() -> None:
    assert refusal(floor(*TALKING), cmd.Resume("c1", "1001")) == "not_on_hold"
    held = floor(*TALKING, ev.LegHeld(at=at(5), call_id="c1", agent="1001"))
    assert refusal(held, cmd.Hold("c1", "1001")) == "already_on_hold"


def test_a_hold_that_a_gap_may_have_hidden_can_be_ended() -> None:
    gap = ev.GapOpened(at=at(5), reason="cut")
    told = ev.LegStarted(at=at(4), call_id="c1", agent="1001", source=ev.Source.RECORD)
    for it in (floor(*TALKING, gap), floor(*RINGING, told)):
        assert planned(it, cmd.Resume("c1", "1001")).steps == (PhoneInstruction("1001", "resume", "c1"),)


def test_a_transfer_is_noted_before_asterisk_moves_the_caller() -> None:
    observed, redirect = planned(floor(*TALKING), cmd.TransferToQueue("c1", "1001", "sales", "quote")).steps
    assert isinstance(observed, Observation)
    assert isinstance(observed.event, ev.TransferAsked)
    assert (observed.event.to_queue, observed.event.note) == ("sales", "quote")
    assert isinstance(redirect, AmiAction)
    assert redirect.headers["Channel"] == "PJSIP/trunk-1"
    assert (redirect.headers["Context"], redirect.headers["Exten"]) == ("ringdesk-queue", "sales")


@pytest.mark.parametrize(
    ("target", "code"),
    [("9999", "unknown_target"), ("1001", "unknown_target"), ("1002", "phone_unreachable")],
)
def test_a_transfer_to_nobody_is_refused(target: str, code: str) -> None:
    assert refusal(floor(*TALKING), cmd.TransferToAgent("c1", "1001", target)) == code


@pytest.mark.parametrize(
    "queue", ["nowhere", "", "sales\r\nAction: Originate", "${SHELL(id)}", "service,1"], ids=repr
)
def test_a_transfer_to_what_is_no_queue_is_refused(queue: str) -> None:
    assert refusal(floor(*TALKING), cmd.TransferToQueue("c1", "1001", queue)) == "unknown_target"


@pytest.mark.parametrize(
    "number",
    ["", "1", "abc", "10086\r\nX: y", "10086,1", "${EXTEN}", "1" * 33, "10086#", "*97", "1+2", "+86 (0)999"],
    ids=repr,
)
def test_what_is_no_number_is_not_dialled(number: str) -> None:
    assert refusal(floor(*REACHABLE), cmd.Dial("1001", number)) == "bad_number"


def test_click_to_dial_starts_a_call_of_its_own_identity() -> None:
    result = planned(floor(*REACHABLE), cmd.Dial("1001", "+86 (138) 0013-8000"))
    started, originate = result.steps
    assert isinstance(started, Observation)
    assert isinstance(started.event, ev.CallStarted)
    assert started.event.number == "+8613800138000"
    assert isinstance(started.undo, ev.CallEnded)
    assert isinstance(originate, AmiAction)
    assert originate.headers["ChannelId"] == result.call_id == started.event.call_id
    assert f"__RD_CALL={result.call_id}" in originate.headers["Variable"]
    # A second click must not come to a phone that still rings.
    assert timedelta(milliseconds=int(originate.headers["Timeout"])) < REACHES_THE_PHONE_WITHIN


@pytest.mark.parametrize(
    ("typed", "goes_out"),
    [
        ("+86 (0)139 0013 9000", "+8613900139000"),
        ("86 139 0013 9000", "+8613900139000"),
        ("0044 (0)20 7946 0000", "+442079460000"),
        ("139 0013 9000", "13900139000"),
        ("１００８６", "10086"),
    ],
)
def test_what_is_dialled_is_the_number_that_a_caller_with_this_writing_would_have(
    typed: str, goes_out: str
) -> None:
    started, originate = planned(floor(*REACHABLE), cmd.Dial("1001", typed)).steps
    assert isinstance(started, Observation)
    assert isinstance(started.event, ev.CallStarted)
    assert isinstance(originate, AmiAction)
    assert started.event.number == originate.headers["Exten"] == goes_out


def dialled(it: Floor, seconds: float) -> list[ev.Event]:
    """What the floor hears of a click to dial at this moment."""
    steps = plan(Context(it, at(seconds), {}, no_test_call), cmd.Dial("1001", "13900139000")).steps
    return [step.event for step in steps if isinstance(step, Observation)]


def dial_refusal(it: Floor, seconds: float, agent: str = "1001") -> str | None:
    try:
        plan(Context(it, at(seconds), {}, no_test_call), cmd.Dial(agent, "13900139001"))
    except Refused as refused:
        return refused.code
    return None


def test_a_second_click_rings_nobody_twice() -> None:
    """The rule does not wait for the phone to ring: the click itself counts."""
    it = floor(*REACHABLE)
    (started,) = dialled(it, 60)
    it.apply(started)
    assert dial_refusal(it, 60.2) == "already_dialling"
    assert dial_refusal(it, 60.2, agent="1002") is None
    assert isinstance(started, ev.CallStarted)
    it.apply(ev.AgentRung(at=at(61), call_id=started.call_id, agent="1001"))
    assert dial_refusal(it, 61) == "agent_busy"
    it.apply(ev.CallEnded(at=at(62), call_id=started.call_id))
    assert dial_refusal(it, 62) is None


def test_a_click_whose_ring_nobody_heard_counts_no_longer_than_it_takes_to_the_phone() -> None:
    it = floor(*REACHABLE)
    (started,) = dialled(it, 60)
    assert isinstance(started, ev.CallStarted)
    talks = ev.LegStarted(at=at(61), call_id=started.call_id, agent="1001", source=ev.Source.SERVICE)
    for event in (started, talks):
        it.apply(event)
    assert dial_refusal(it, 62) == "agent_busy"


def test_a_click_that_came_to_nothing_may_be_made_again_at_once() -> None:
    it = floor(*REACHABLE)
    (started,) = dialled(it, 60)
    assert isinstance(started, ev.CallStarted)
    it.apply(started)
    it.apply(ev.CallEnded(at=at(60.1), call_id=started.call_id))
    assert dial_refusal(it, 60.2) is None


def test_a_click_of_which_nothing_is_heard_does_not_lock_the_agent_out() -> None:
    it = floor(*REACHABLE)
    it.apply(dialled(it, 60)[0])
    assert dial_refusal(it, 60 + REACHES_THE_PHONE_WITHIN.total_seconds() - 0.1) == "already_dialling"
    assert dial_refusal(it, 60 + REACHES_THE_PHONE_WITHIN.total_seconds()) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("16812345", "premium_number"),
        ("13900139001", None),
        ("+8613900139002", "forbidden_number"),
        ("+12125550100", "number_not_allowed"),
        ("110", None),
    ],
)
def test_what_the_trunk_may_not_dial_is_refused_before_the_phone_rings(number: str, code: str | None) -> None:
    rules = DialRules(allowed=("+86*",), forbidden=("+8613900139002",))
    context = Context(floor(*REACHABLE), at(60), {}, no_test_call, rules)
    if code is None:
        assert plan(context, cmd.Dial("1001", number)).call_id
        return
    with pytest.raises(Refused) as refused:
        plan(context, cmd.Dial("1001", number))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "second", [cmd.TransferToQueue("c1", "1001", "sales"), cmd.TransferToAgent("c1", "1001", "1002")]
)
def test_a_second_click_sends_no_caller_on_twice(second: cmd.Command) -> None:
    it = floor(*REACHABLE, *TALKING)
    (asked, _) = plan(
        Context(it, at(60), {}, no_test_call), cmd.TransferToQueue("c1", "1001", "service")
    ).steps
    assert isinstance(asked, Observation)
    it.apply(asked.event)

    def code(seconds: float) -> str | None:
        try:
            plan(Context(it, at(seconds), {}, no_test_call), second)
        except Refused as refused:
            return refused.code
        return None

    assert code(60.2) == "already_transferred"
    # Nothing came of it: the agent may try again.
    assert code(60 + SENT_ON_WITHIN.total_seconds()) is None
    assert asked.undo is not None
    it.apply(asked.undo)
    assert code(60.3) is None


def test_a_caller_who_was_sent_on_may_be_sent_on_by_who_took_the_call() -> None:
    """Another agent, or the same one once more: their part in the call began after the transfer."""

    def moved(agent: str) -> Floor:
        asked = ev.TransferAsked(at=at(58), call_id="c1", agent="1001", to_queue="service")
        left = ev.LegEnded(at=at(58.1), call_id="c1", agent="1001", reason=ev.LegEnd.TRANSFERRED)
        back = (
            ev.QueueEntered(at=at(58.2), call_id="c1", queue="service"),
            ev.LegStarted(at=at(59), call_id="c1", agent=agent),
        )
        return floor(*REACHABLE, *TALKING, asked, left, *back)

    for agent in ("1001", "1002"):
        assert planned(moved(agent), cmd.TransferToQueue("c1", agent, "sales")).steps
    # Asked for by one agent, it keeps nobody else who speaks with the caller from it.
    both = floor(
        *TALKING,
        ev.LegStarted(at=at(5), call_id="c1", agent="1002"),
        ev.TransferAsked(at=at(59), call_id="c1", agent="1001", to_queue="service"),
    )
    assert planned(both, cmd.TransferToQueue("c1", "1002", "sales")).steps


def test_click_to_dial_needs_a_free_agent_with_a_phone() -> None:
    assert refusal(floor(), cmd.Dial("1001", "10086")) == "phone_unreachable"
    assert refusal(floor(*REACHABLE, *TALKING), cmd.Dial("1001", "10086")) == "agent_busy"
    after_the_call = floor(*REACHABLE, *TALKING, ev.CallEnded(at=at(58), call_id="c1"))
    assert after_the_call.agents["1001"].activity is Activity.WRAPPING_UP
    assert planned(after_the_call, cmd.Dial("1001", "10086")).call_id


def joined(planned: Plan) -> list[Mapping[str, str]]:
    """What the plan tells Asterisk of membership."""
    return [action.headers for step in planned.steps if isinstance(step, Each) for action in step.actions]


def test_ready_joins_all_queues_of_the_agent_with_their_penalties() -> None:
    fields = joined(planned(floor(*REACHABLE), cmd.GoReady("1001")))
    assert [(f["Queue"], f["Penalty"], f["Paused"]) for f in fields] == [
        ("service", "0", "false"),
        ("sales", "2", "false"),
    ]
    assert refusal(floor(*REACHABLE), cmd.GoReady("1002")) == "no_queues"
    assert refusal(floor(), cmd.GoReady("1001")) == "phone_unreachable"


def test_ready_during_after_call_work_does_not_cut_it_short() -> None:
    wrapping = floor(
        *REACHABLE,
        ev.MemberAdded(at=at(0), agent="1001", queue="service"),
        *TALKING,
        ev.CallEnded(at=at(9), call_id="c1"),
        ev.MemberPaused(at=at(10), agent="1001", queue="service", reason="lunch"),
    )
    decided, _ = planned(wrapping, cmd.GoReady("1001")).steps
    assert decided == DecidePause("1001", ())
    (sales,) = joined(planned(wrapping, cmd.GoReady("1001")))
    assert (sales["Queue"], sales["Reason"]) == ("sales", "wrapup")
    wrapping.apply(ev.PauseDecided(at=at(11), agent="1001"))
    assert wrapping.agents["1001"].pause == "wrapup"


def test_a_pause_needs_a_known_reason_and_signs_in_when_signed_out() -> None:
    assert refusal(floor(), cmd.Pause("1001", "tired\r\nAction: x")) == "unknown_reason"
    asked = planned(floor(), cmd.Pause("1001", "lunch"))
    assert asked.steps[0] == DecidePause("1001", ("lunch",))
    assert [fields["Reason"] for fields in joined(asked)] == ["lunch", "lunch"]


def test_ready_repairs_a_membership_that_is_only_half_there() -> None:
    """After a sign-out that was cut off, or a sign-in of which Asterisk refused a part."""
    half = ev.MemberAdded(at=at(0), agent="1001", queue="service")
    assert [f["Queue"] for f in joined(planned(floor(*REACHABLE, half), cmd.GoReady("1001")))] == ["sales"]
    retired = ev.MemberAdded(at=at(0), agent="1001", queue="retired")
    all_of_them = joined(planned(floor(*REACHABLE, retired), cmd.GoReady("1001")))
    assert [f["Queue"] for f in all_of_them] == ["service", "sales"]
    whole = (half, ev.MemberAdded(at=at(0), agent="1001", queue="sales"))
    assert joined(planned(floor(*REACHABLE, *whole), cmd.GoReady("1001"))) == []


@pytest.mark.parametrize("reason", sorted(UNFIT_PHONE_REASONS))
def test_a_phone_that_is_not_fit_pauses_who_is_ready_and_nobody_else(reason: str) -> None:
    pause = cmd.Pause("1001", reason)
    member = ev.MemberAdded(at=at(0), agent="1001", queue="service")
    assert planned(floor(member), pause).steps == (DecidePause("1001", (reason,)),)
    at_lunch = ev.MemberPaused(at=at(1), agent="1001", queue="service", reason="lunch")
    for elsewhere in (floor(), floor(member, at_lunch)):
        assert planned(elsewhere, pause).steps == ()
