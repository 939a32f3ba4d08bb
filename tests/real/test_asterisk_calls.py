"""The dialplan on a real Asterisk: with the voice menu, without it, and when something breaks in mid-call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from asterisk_conf.spec import QueueSpec, WhenEmpty
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.calls import click_to_dial, redirect
from tests.support.telephony.lab import Lab, add_member, running_lab
from tests.support.telephony.menu_server import MenuServer
from tests.support.telephony.recorded import recorded_sides
from tests.support.telephony.sip_phone import PhoneCall, Refused, SipPhone


async def exit_of(ami: AmiTap, since: int = 0) -> dict[str, str]:
    """The next mark that a stay in a queue ended."""
    return await ami.wait("UserEvent", since=since, UserEvent="RingdeskQueueExit")


async def test_call_without_a_voice_menu_reaches_the_fallback_queue_and_is_recorded(lab: Lab) -> None:
    ami = await lab.tap()
    agent = await lab.agent("1001", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    ringing = await agent.ring()
    await ringing.answer()
    connected = await ami.wait("AgentConnect")
    await ringing.voice.hear(50)
    await call.voice.hear(50)
    await call.hang_up()
    await ami.wait("Hangup", Channel=connected["Channel"])
    name = f"{connected['Uniqueid']}-1@1001"
    assert ami.named("UserEvent", UserEvent="RingdeskRecording", File=name)
    recorded = await recorded_sides(lab, name)
    assert min(recorded.caller.voiced_s, recorded.agent.voiced_s) >= 0.9
    assert connected["AccountCode"] == connected["DestAccountCode"] == connected["Uniqueid"]
    assert f"RD_CALL={connected['Uniqueid']}" in connected["DestChanVariable"].split("\n")


async def test_menu_that_dies_in_the_middle_leads_to_the_fallback_queue(lab: Lab) -> None:
    ami = await lab.tap()
    menu = await MenuServer(("SET VARIABLE RD_QUEUE sales",)).start(lab.spec.ports.agi)
    await (await lab.caller()).dial("4001")
    assert (await ami.wait("QueueCallerJoin"))["Queue"] == "service"
    await menu.stop()


async def test_menu_chooses_queue_and_priority(lab: Lab) -> None:
    ami = await lab.tap()
    first = await (await lab.caller("1111111")).dial("4001")
    await ami.wait("QueueCallerJoin")
    chosen = ("SET VARIABLE RD_QUEUE service", "SET VARIABLE RD_PRIORITY 5", "SET VARIABLE RD_RESULT queue")
    menu = await MenuServer(chosen).start(lab.spec.ports.agi)
    await (await lab.caller("2222222")).dial("4001")
    assert (await ami.wait("QueueCallerJoin", CallerIDNum="2222222"))["Position"] == "1"
    await first.hang_up()
    await menu.stop()


async def test_menu_that_sends_to_a_queue_nobody_knows_leads_to_the_fallback_queue(lab: Lab) -> None:
    ami = await lab.tap()
    menu = await MenuServer(("SET VARIABLE RD_QUEUE nowhere", "SET VARIABLE RD_RESULT queue")).start(
        lab.spec.ports.agi
    )
    await (await lab.caller()).dial("4001")
    assert (await ami.wait("QueueCallerJoin"))["Queue"] == "service"
    await menu.stop()


async def test_menu_that_says_goodbye_hangs_up(lab: Lab) -> None:
    ami = await lab.tap()
    menu = await MenuServer(("SET VARIABLE RD_RESULT hangup",)).start(lab.spec.ports.agi)
    call = await (await lab.caller()).dial("4001")
    await call.ended.wait()
    await ami.wait("Hangup")
    assert ami.named("QueueCallerJoin") == []
    await menu.stop()


async def test_number_that_is_no_hotline_is_refused(tmp_path: Path) -> None:
    async with running_lab(tmp_path, demo=False) as lab:
        with pytest.raises(Refused, match="404"):
            await (await lab.caller()).dial("4999")


async def test_agent_who_hangs_up_ends_the_call(lab: Lab) -> None:
    ami = await lab.tap()
    agent = await lab.agent("1001", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    ringing = await agent.ring()
    await ringing.answer()
    await ami.wait("AgentConnect")
    await ringing.hang_up()
    await call.ended.wait()
    assert (await exit_of(ami))["Status"] == "CONTINUE"


async def test_agent_who_lets_it_ring_is_paused_everywhere_and_another_is_rung(lab: Lab) -> None:
    ami = await lab.tap()
    first = await lab.agent("1001", "service", "sales", ami=ami)
    second = await lab.agent("1002")
    await add_member(ami, "service", "1002", Penalty="1")
    await (await lab.caller()).dial("4001")
    await first.ring()
    await (await second.ring()).answer()
    await ami.wait("AgentConnect", MemberName="1002")
    paused = {e["Queue"] for e in ami.named("QueueMemberPause", MemberName="1001", Paused="1")}
    assert paused == {"service", "sales"}


async def test_phone_that_vanishes_brings_the_caller_back_before_those_who_wait(lab: Lab) -> None:
    ami = await lab.tap()
    first = await lab.agent("1001", "service", ami=ami)
    lost = await (await lab.caller("1111111")).dial("4001")
    await (await first.ring()).answer()
    await ami.wait("AgentConnect")
    await (await lab.caller("2222222")).dial("4001")
    await ami.wait("QueueCallerJoin", CallerIDNum="2222222")
    before = len(ami.events)
    first.close()
    again = await ami.wait("QueueCallerJoin", since=before, CallerIDNum="1111111")
    assert again["Position"] == "1"
    assert (await exit_of(ami))["Status"] == "LOST"
    assert ami.named("UserEvent", UserEvent="RingdeskPhoneLost", Agent="1001")
    assert ami.named("QueueMemberPause", MemberName="1001", PausedReason="phone_lost")
    second = await lab.agent("1002", "service", ami=ami)
    ringing = await second.ring()
    await ringing.answer()
    assert (await ami.wait("AgentConnect", MemberName="1002"))["CallerIDNum"] == "1111111"
    assert not lost.ended.is_set()


async def test_a_desk_phone_may_listen_in_silence(tmp_path: Path) -> None:
    async with running_lab(tmp_path, rtp_timeout_seconds=1, desk_rtp_timeout_seconds=0) as lab:
        ami = await lab.tap()
        agent = await lab.agent("1001", "service", ami=ami)
        await (await lab.caller()).dial("4001")
        talking = await agent.ring()
        await talking.answer()
        await ami.wait("AgentConnect")
        talking.voice.fall_silent()
        # Three seconds of the caller's voice: the call lasts, though nothing came from the agent.
        await talking.voice.hear(150)
        assert not ami.named("Hangup")


async def test_phone_that_the_service_gives_up_counts_as_vanished(lab: Lab) -> None:
    ami = await lab.tap()
    agent = await lab.agent("1001", "service", ami=ami)
    await (await lab.caller()).dial("4001")
    await (await agent.ring()).answer()
    connected = await ami.wait("AgentConnect")
    before = len(ami.events)
    await ami.action("Hangup", Channel=connected["DestChannel"], Cause="44")
    assert (await exit_of(ami))["Status"] == "LOST"
    assert await ami.wait("QueueCallerJoin", since=before)


async def test_second_agent_of_a_lost_call_is_not_taken_for_lost(lab: Lab) -> None:
    """Asterisk hands the first agent's cause 44 on to the second when the caller hangs up."""
    ami = await lab.tap()
    agents = [await lab.agent(extension, "service", ami=ami) for extension in ("1001", "1002")]
    await ami.action("QueuePause", Interface="PJSIP/1002", Paused="true", Reason="break")
    call = await (await lab.caller()).dial("4001")
    await (await agents[0].ring()).answer()
    first = await ami.wait("AgentConnect")
    await ami.action("Hangup", Channel=first["DestChannel"], Cause="44")
    await ami.action("QueuePause", Interface="PJSIP/1002", Paused="false")
    await (await agents[1].ring()).answer()
    second = await ami.wait("AgentConnect", MemberName="1002")
    await call.hang_up()
    assert (await ami.wait("Hangup", Channel=second["DestChannel"]))["Cause"] == "44"
    lost = ami.named("UserEvent", UserEvent="RingdeskPhoneLost")
    assert [event["Agent"] for event in lost] == ["1001"]


async def test_transfer_to_a_queue_keeps_the_calls_identity_and_starts_a_new_recording(lab: Lab) -> None:
    ami = await lab.tap()
    first = await lab.agent("1001", "service", ami=ami)
    second = await lab.agent("1002", "sales", ami=ami)
    await (await lab.caller()).dial("4001")
    ringing = await first.ring()
    await ringing.answer()
    call_id = (await ami.wait("AgentConnect"))["Uniqueid"]
    await redirect(ami, "ringdesk-queue", "sales")
    await (await second.ring()).answer()
    connected = await ami.wait("AgentConnect", MemberName="1002")
    assert f"RD_CALL={call_id}" in connected["DestChanVariable"].split("\n")
    await ringing.ended.wait()
    files = [e["File"] for e in ami.named("UserEvent", UserEvent="RingdeskRecording")]
    assert files == [f"{call_id}-1@1001", f"{call_id}-2@1002"]


async def test_transfer_to_an_agent_who_answers(lab: Lab) -> None:
    ami = await lab.tap()
    first = await lab.agent("1001", "service", ami=ami)
    third = await lab.agent("1003")
    call = await (await lab.caller()).dial("4001")
    await (await first.ring()).answer()
    await ami.wait("AgentConnect")
    await redirect(ami, "ringdesk-agent", "1003")
    ringing = await third.ring()
    await ringing.answer()
    await ami.wait("DialEnd", DialStatus="ANSWER", DestCallerIDNum="1003")
    await ringing.hang_up()
    await call.ended.wait()


@pytest.mark.parametrize("how", ["refuses", "is away", "is unknown"])
async def test_transfer_to_an_agent_who_cannot_answer_leads_back(lab: Lab, how: str) -> None:
    ami = await lab.tap()
    first = await lab.agent("1001", "service", ami=ami)
    third = await lab.agent("1003") if how == "refuses" else None
    await (await lab.caller()).dial("4001")
    await (await first.ring()).answer()
    await ami.wait("AgentConnect")
    before = len(ami.events)
    await redirect(ami, "ringdesk-agent", "1999" if how == "is unknown" else "1003")
    if third is not None:
        (await third.ring()).refuse()
    again = await ami.wait("QueueCallerJoin", since=before)
    assert (again["Queue"], again["Position"]) == ("service", "1")


async def test_agent_whose_phone_vanishes_after_a_transfer_loses_nobody(lab: Lab) -> None:
    ami = await lab.tap()
    first = await lab.agent("1001", "service", ami=ami)
    third = await lab.agent("1003")
    await (await lab.caller()).dial("4001")
    await (await first.ring()).answer()
    await ami.wait("AgentConnect")
    await redirect(ami, "ringdesk-agent", "1003")
    await (await third.ring()).answer()
    dialled = await ami.wait("DialEnd", DialStatus="ANSWER", DestCallerIDNum="1003")
    before = len(ami.events)
    await ami.action("Hangup", Channel=dialled["DestChannel"], Cause="44")
    assert (await ami.wait("QueueCallerJoin", since=before))["Queue"] == "service"


async def test_longest_wait_leads_through_the_overflow_queues_and_to_an_end(tmp_path: Path) -> None:
    """The two queues overflow into each other: that is bounded."""
    queues = (
        QueueSpec("service", max_wait_seconds=1, overflow_queue="sales"),
        QueueSpec("sales", max_wait_seconds=1, overflow_queue="service"),
    )
    async with running_lab(tmp_path, queues=queues) as lab:
        ami = await lab.tap()
        call = await (await lab.caller()).dial("4001")
        await call.ended.wait()
        await ami.wait("Hangup")
        exits = ami.named("UserEvent", UserEvent="RingdeskQueueExit")
        assert [(e["Queue"], e["Status"]) for e in exits] == [
            ("service", "TIMEOUT"),
            ("sales", "TIMEOUT"),
            ("service", "TIMEOUT"),
            ("sales", "TIMEOUT"),
        ]


async def test_lost_calls_do_not_go_round_for_ever(tmp_path: Path) -> None:
    """Queue full, queue empty, phone lost: whatever brings a caller back is counted."""
    async with running_lab(tmp_path) as lab:
        ami = await lab.tap()
        call = await (await lab.caller()).dial("4001")
        await ami.wait("QueueCallerJoin")
        for _ in range(25):
            if call.ended.is_set():
                break
            before = len(ami.events)
            await redirect(ami, "ringdesk-queue", "service")
            await ami.wait(lambda e: e.get("Event") in ("QueueCallerJoin", "Hangup"), since=before)
        await call.ended.wait()
        await ami.wait("Hangup")
        assert len(ami.named("QueueCallerJoin")) == 20


async def test_queue_that_nobody_is_signed_in_for_is_left_at_once_if_it_should_be(tmp_path: Path) -> None:
    queues = (QueueSpec("service", when_empty=WhenEmpty.LEAVE, overflow_queue="sales"), QueueSpec("sales"))
    async with running_lab(tmp_path, queues=queues) as lab:
        ami = await lab.tap()
        await (await lab.caller()).dial("4001")
        assert (await exit_of(ami))["Status"] == "JOINEMPTY"
        assert (await ami.wait("QueueCallerJoin"))["Queue"] == "sales"


async def test_agents_whose_phones_are_away_do_not_empty_a_queue(tmp_path: Path) -> None:
    queues = (QueueSpec("service", when_empty=WhenEmpty.LEAVE),)
    async with running_lab(tmp_path, queues=queues) as lab:
        ami = await lab.tap()
        await add_member(ami, "service", "1001")
        call = await (await lab.caller()).dial("4001")
        await ami.wait("QueueCallerJoin")
        await ami.action("QueueRemove", Queue="service", Interface="PJSIP/1001")
        assert (await exit_of(ami))["Status"] == "LEAVEEMPTY"
        await call.ended.wait()


async def test_click_to_dial_rings_the_agent_and_then_the_customer(lab: Lab) -> None:
    ami = await lab.tap()
    agent = await lab.agent("1001")
    await click_to_dial(ami)
    ringing = await agent.ring()
    await ringing.answer()
    entered = await ami.wait("BridgeEnter", BridgeNumChannels="2")
    assert (entered["Uniqueid"], entered["AccountCode"]) == ("out-1", "out-1")


@asynccontextmanager
async def talking_to_a_customer(lab: Lab, ami: AmiTap) -> AsyncIterator[tuple[SipPhone, PhoneCall]]:
    """The phone of an agent who clicked to dial, and their conversation."""
    agent = await lab.agent("1001", "service", ami=ami)
    await click_to_dial(ami)
    ringing = await agent.ring()
    await ringing.answer()
    await ami.wait("BridgeEnter", BridgeNumChannels="2")
    yield agent, ringing
    await ami.wait("Hangup", Uniqueid="out-1")


async def test_a_phone_that_vanishes_from_a_call_of_its_own_is_not_rung_again(lab: Lab) -> None:
    ami = await lab.tap()
    async with talking_to_a_customer(lab, ami) as (agent, _):
        agent.close()
    (lost,) = ami.named("UserEvent", UserEvent="RingdeskPhoneLost")
    assert (lost["Agent"], lost["RD_CALL"]) == ("1001", "out-1")
    (paused,) = ami.named("QueueMemberPause", MemberName="1001", Paused="1")
    assert (paused["Queue"], paused["PausedReason"]) == ("service", "phone_lost")


async def test_a_phone_given_up_in_a_call_of_its_own_counts_as_vanished(lab: Lab) -> None:
    ami = await lab.tap()
    async with talking_to_a_customer(lab, ami):
        channel = ami.named("BridgeEnter", Uniqueid="out-1")[0]["Channel"]
        await ami.action("Hangup", Channel=channel, Cause="44")
    assert ami.named("QueueMemberPause", MemberName="1001", PausedReason="phone_lost")


@pytest.mark.parametrize("who", ["the agent", "the customer", "the customer, with that cause"])
async def test_a_call_of_ones_own_that_somebody_hangs_up_pauses_nobody(lab: Lab, who: str) -> None:
    ami = await lab.tap()
    async with talking_to_a_customer(lab, ami) as (_, conversation):
        if who == "the agent":
            await conversation.hang_up()
        else:
            entered = ami.named("BridgeEnter")
            customer = next(e["Channel"] for e in entered if e["Channel"].startswith("PJSIP/trunk-"))
            cause = {"Cause": "44"} if who.endswith("cause") else {}
            await ami.action("Hangup", Channel=customer, **cause)
    assert not ami.named("UserEvent", UserEvent="RingdeskPhoneLost")
    assert not ami.named("QueueMemberPause", MemberName="1001", Paused="1")


async def test_a_waiting_caller_whom_the_watchdog_sends_on_by_mistake_stays_in_the_same_stay(
    tmp_path: Path,
) -> None:
    """The service died while the watchdog was at work: its callers had gone on to the queue by themselves."""
    async with running_lab(tmp_path) as lab:
        ami = await lab.tap()
        call = await (await lab.caller()).dial("4001")
        await ami.wait("QueueCallerJoin")
        before = len(ami.events)
        await redirect(ami, "ringdesk-menu-done", "s")
        await ami.wait("QueueCallerJoin", since=before, Queue="service")
        agent = await lab.agent("1001", "service", ami=ami)
        ringing = await agent.ring()
        await ringing.answer()
        await ami.wait("AgentConnect")
        await ringing.hang_up()
        assert (await exit_of(ami))["Stint"] == "1"
        await call.ended.wait()
        files = [e["File"] for e in ami.named("UserEvent", UserEvent="RingdeskRecording")]
        assert [name.rpartition("-")[2] for name in files] == ["1@1001"]
