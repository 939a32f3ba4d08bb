"""What is in a recording: both voices of one leg, from the first word, whatever came before the leg."""

from pathlib import Path

import pytest

from asterisk_conf.spec import QueueSpec
from tests.support.sound import write_tone
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.calls import click_to_dial, redirect, transferred
from tests.support.telephony.lab import Lab, running_lab
from tests.support.telephony.recorded import Sides, recorded_sides
from tests.support.telephony.sip_phone import PhoneCall

CALLER_HZ, AGENT_HZ, LATER_HZ = 450, 600, 750
# RTP sequence numbers of two telephones, the second one's behind the first one's: half of all pairs are so.
# Asterisk as Debian builds it takes the second voice for late packets wherever it decodes both in one place.
FIRST, SECOND = 40_000, 20_000
# How the second leg is called after a transfer.
PART = {"queue": "2", "agent": "1.1"}


async def over(ami: AmiTap, call: PhoneCall, call_id: str, lab: Lab, name: str) -> Sides:
    """Hangs up and hears what was recorded."""
    await call.hang_up()
    await ami.wait("Hangup", Uniqueid=call_id)
    return await recorded_sides(lab, name)


async def answered(lab: Lab, ami: AmiTap, sequence: int = FIRST) -> tuple[PhoneCall, PhoneCall, str]:
    """A call in conversation with agent 1001: the caller's side, the agent's, and its id."""
    agent = await lab.agent("1001", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    ringing = await agent.ring()
    assert list(lab.folders.incoming_recordings.iterdir()) == [], "nothing is recorded while a caller waits"
    ringing.voice.count_from(sequence)
    await ringing.answer()
    return call, ringing, (await ami.wait("AgentConnect"))["Uniqueid"]


@pytest.mark.parametrize("caller_speaks", [True, False], ids=["caller speaks", "caller sends no sound"])
@pytest.mark.parametrize("to", ["queue", "agent"])
async def test_the_second_agent_is_heard_after_a_transfer(lab: Lab, to: str, caller_speaks: bool) -> None:
    ami = await lab.tap()
    call, first, call_id = await answered(lab, ami)
    second = await lab.agent("1002", "sales", ami=ami)
    await first.voice.hear(10)
    if not caller_speaks:
        call.voice.fall_silent()
    await transferred(ami, to, "sales", "1002")
    ringing = await second.ring()
    ringing.voice.count_from(SECOND)
    await ringing.answer()
    await ami.wait("UserEvent", UserEvent="RingdeskRecording", File=f"{call_id}-{PART[to]}@1002")
    await call.voice.hear(25)
    recorded = await over(ami, call, call_id, lab, f"{call_id}-{PART[to]}@1002")
    assert recorded.agent.seconds_of(AGENT_HZ) > 0.25
    assert recorded.caller.length_s == recorded.agent.length_s
    assert (recorded.caller.seconds_of(CALLER_HZ) > 0.25) is caller_speaks
    before = await recorded_sides(lab, f"{call_id}-1@1001")
    assert before.caller.seconds_of(CALLER_HZ) > 0.1
    assert before.agent.seconds_of(AGENT_HZ) > 0.1


async def test_a_caller_is_heard_whose_agent_sends_no_sound(lab: Lab) -> None:
    ami = await lab.tap()
    call, agent, call_id = await answered(lab, ami)
    agent.voice.fall_silent()
    await agent.voice.hear(25)
    recorded = await over(ami, call, call_id, lab, f"{call_id}-1@1001")
    assert recorded.caller.seconds_of(CALLER_HZ) > 0.25


async def test_after_a_hold_both_are_heard_and_the_music_is_not(lab: Lab) -> None:
    ami = await lab.tap()
    call, agent, call_id = await answered(lab, ami)
    await call.voice.hear(10)
    await agent.hold()
    agent.voice.fall_silent()
    await call.voice.hear(25)
    await agent.resume()
    agent.voice.sing(LATER_HZ)
    await call.voice.hear(40)
    recorded = await over(ami, call, call_id, lab, f"{call_id}-1@1001")
    assert recorded.agent.seconds_of(AGENT_HZ) > 0.1
    assert recorded.agent.seconds_of(LATER_HZ) > 0.5
    assert set(recorded.agent.tones_s) == {AGENT_HZ, LATER_HZ}
    assert recorded.caller.seconds_of(CALLER_HZ) > 1.0


async def test_a_customer_who_put_us_on_hold_is_heard_when_they_are_back(lab: Lab) -> None:
    ami = await lab.tap()
    call, agent, call_id = await answered(lab, ami)
    await agent.voice.hear(10)
    call.voice.count_from(FIRST)
    await agent.voice.hear(10)
    await call.hold()
    call.voice.fall_silent()
    await agent.voice.hear(25)
    await call.resume()
    call.voice.sing(LATER_HZ)
    await agent.voice.hear(40)
    recorded = await over(ami, call, call_id, lab, f"{call_id}-1@1001")
    assert recorded.caller.seconds_of(CALLER_HZ) > 0.1
    assert recorded.caller.seconds_of(LATER_HZ) > 0.5


async def test_the_first_word_after_the_answer_is_recorded(lab: Lab) -> None:
    """The agent speaks with the very packet that follows the answer, for half a second, and no more."""
    ami = await lab.tap()
    agent = await lab.agent("1001", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    ringing = await agent.ring()
    await ringing.answer()
    await ringing.voice.spoke(25)
    ringing.voice.fall_silent()
    call_id = (await ami.wait("AgentConnect"))["Uniqueid"]
    recorded = await over(ami, call, call_id, lab, f"{call_id}-1@1001")
    missing = ringing.voice.sent - round(recorded.agent.seconds_of(AGENT_HZ) / 0.02)
    # None on a machine that has time; a syllable has ten.
    assert missing <= 3, f"{missing} packets of {ringing.voice.sent} are not in the recording"


async def test_who_comes_back_from_a_lost_phone_is_recorded_with_the_next_agent(lab: Lab) -> None:
    ami = await lab.tap()
    call, first, call_id = await answered(lab, ami)
    await first.voice.hear(10)
    leg = (await ami.wait("AgentConnect"))["DestChannel"]
    await ami.action("Hangup", Channel=leg, Cause="44")
    second = await lab.agent("1002", "service", ami=ami)
    ringing = await second.ring()
    ringing.voice.count_from(SECOND)
    await ringing.answer()
    await ringing.voice.hear(25)
    recorded = await over(ami, call, call_id, lab, f"{call_id}-2@1002")
    assert recorded.caller.seconds_of(CALLER_HZ) > 0.25
    assert recorded.agent.seconds_of(AGENT_HZ) > 0.25


async def test_a_call_that_we_place_has_the_agent_on_the_agents_side(lab: Lab) -> None:
    ami = await lab.tap()
    # The demo's customer says this and then everything back.
    write_tone(lab.folders.prompts / "zh" / "demo_customer.wav", LATER_HZ, seconds=0.7)
    agent = await lab.agent("1001")
    await click_to_dial(ami)
    ringing = await agent.ring()
    await ringing.answer()
    assert await ami.wait("UserEvent", UserEvent="RingdeskRecording", File="out-1-0@1001")
    await ami.wait("BridgeEnter", BridgeNumChannels="2")
    await ringing.voice.hear(50)
    recorded = await over(ami, ringing, "out-1", lab, "out-1-0@1001")
    assert recorded.agent.seconds_of(AGENT_HZ) > 0.5
    assert recorded.agent.seconds_of(LATER_HZ) == 0
    assert recorded.caller.seconds_of(LATER_HZ) > 0.5


async def test_a_conversation_in_which_nobody_sends_sound_leaves_files_that_say_so(lab: Lab) -> None:
    """The intake makes them a loss; that there are files at all is Asterisk's part."""
    ami = await lab.tap()
    agent = await lab.agent("1001", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    call.voice.fall_silent()
    ringing = await agent.ring()
    await ringing.answer()
    ringing.voice.fall_silent()
    call_id = (await ami.wait("AgentConnect"))["Uniqueid"]
    recorded = await over(ami, call, call_id, lab, f"{call_id}-1@1001")
    assert (recorded.caller.length_s, recorded.agent.length_s) == (0.0, 0.0)


async def test_where_nothing_is_to_be_recorded_nothing_is_nor_after_a_transfer(tmp_path: Path) -> None:
    queues = (QueueSpec("service", recording=False), QueueSpec("sales"))
    async with running_lab(tmp_path, queues=queues) as lab:
        ami = await lab.tap()
        call, _, call_id = await answered(lab, ami)
        third = await lab.agent("1003")
        await redirect(ami, "ringdesk-agent", "1003")
        await (await third.ring()).answer()
        await ami.wait("DialEnd", DialStatus="ANSWER", DestCallerIDNum="1003")
        await call.hang_up()
        await ami.wait("Hangup", Uniqueid=call_id)
        assert ami.named("UserEvent", UserEvent="RingdeskRecording") == []
        assert list(lab.folders.incoming_recordings.iterdir()) == []
