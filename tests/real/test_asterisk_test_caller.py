"""The test caller: real SIP and RTP, in by the trunk, keys after the prompt, speech, and a mark."""

from functools import partial
from pathlib import Path

import pytest

from asterisk_conf.admission import AdmissionSpec
from asterisk_conf.secrets import mark_of_test_calls
from asterisk_conf.test_call import test_call_action as action_with
from cti.ami.action import AmiAction
from cti.ami.normaliser import normalise
from cti.domain import events as ev
from cti.records.call_facts import call_events
from cti.records.cel import CelRecord, parse_cel
from cti.records.turned_away import TURNED_AWAY_MARK, turned_away
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.lab import SECRETS, Lab, running_lab
from tests.support.telephony.menu_server import MenuServer
from tests.support.telephony.sip_phone import Refused
from tests.support.waiting import until

MARK = mark_of_test_calls(SECRETS.master)
action_of = partial(action_with, mark=MARK)


async def place(ami: AmiTap, action: AmiAction) -> None:
    fields = {key: value for key, value in action.headers.items() if key != "Action"}
    assert (await ami.action(action.name, **fields))["Response"] == "Success"


async def test_keys_are_pressed_when_the_prompt_is_over_and_the_agent_hears_speech(lab: Lab) -> None:
    """A key pressed during `STREAM FILE` would be lost, it takes none here."""
    commands = (
        'STREAM FILE "digits/1" ""',
        "WAIT FOR DIGIT 10000",
        'STREAM FILE "digits/2" ""',
        "WAIT FOR DIGIT 10000",
        "SET VARIABLE RD_QUEUE service",
        "SET VARIABLE RD_RESULT queue",
    )
    ami = await lab.tap()
    menu = await MenuServer(commands).start(lab.spec.ports.agi)
    agent = await lab.agent("1001", "service", ami=ami)
    await place(ami, action_of("4002", "+8613800138000", "1#"))
    ringing = await agent.ring(40)
    assert [menu.replies[1], menu.replies[3]] == [f"200 result={ord('1')}", f"200 result={ord('#')}"]
    assert menu.environment["agi_callerid"] == "+8613800138000"
    assert menu.environment["agi_channel"].startswith("PJSIP/trunk-")
    await ringing.answer()
    await ringing.voice.hear(50)
    await ringing.hang_up()
    await ami.wait(lambda event: event.get("Event") == "Hangup" and "PJSIP/loop" in event["Channel"])
    await menu.stop()


async def test_the_callers_speech_is_the_prompt_of_its_language(lab: Lab) -> None:
    sounds = lab.folders.sounds / "en"
    (lab.folders.prompts / "zh").mkdir()
    (lab.folders.prompts / "zh/test_caller.gsm").symlink_to(sounds / "digits/1.gsm")
    ami = await lab.tap()
    agent = await lab.agent("1001", "service", ami=ami)
    await place(ami, action_of("4001", "13800138000", language="zh"))
    ringing = await agent.ring()
    await ringing.answer()
    await ringing.voice.hear(20)
    assert "ringdesk/test_caller" not in lab.folders.messages.read_text()


async def test_only_the_entry_channel_is_a_call(lab: Lab) -> None:
    """The test caller's own side has no identity, or the call would be counted twice."""
    ami = await lab.tap()
    await place(ami, action_of("4001", "13800138000"))
    joined = await ami.wait("QueueCallerJoin")
    assert joined["Channel"].startswith("PJSIP/trunk-")
    own = [e for e in ami.events if e.get("Channel", "").startswith("PJSIP/loop-")]
    assert own
    assert {e.get("ChanVariable", "RD_CALL=").split("\n")[0] for e in own} == {"RD_CALL="}


async def test_sip_bound_to_one_address_of_the_machine_takes_test_calls_too(tmp_path: Path) -> None:
    """127.0.0.2 stands for the machine's address: nothing listens on 127.0.0.1."""
    async with running_lab(tmp_path, sip_bind="127.0.0.2") as lab:
        ami = await lab.tap()
        await place(ami, action_of("4001", "13800138000"))
        joined = await ami.wait("QueueCallerJoin")
        assert joined["CallerIDNum"] == "13800138000"


async def test_call_to_no_hotline_fails_at_once(lab: Lab) -> None:
    ami = await lab.tap()
    await place(ami, action_of("99", "13800138000"))
    assert (await ami.wait("OriginateResponse"))["Response"] == "Failure"


async def test_test_call_ends_by_itself(lab: Lab) -> None:
    ami = await lab.tap()
    await place(ami, action_of("4001", "13800138000", seconds=2))
    await ami.wait("QueueCallerJoin")
    await ami.wait("QueueCallerAbandon")


async def how_it_began(lab: Lab, ami: AmiTap) -> tuple[bool, bool]:
    """Whether the call is a test, as heard live and as Asterisk's own records have it."""
    await ami.wait("QueueCallerJoin")
    heard = [event for fields in ami.events for event in normalise(fields)]
    (live,) = [event for event in heard if isinstance(event, ev.CallStarted)]

    async def written() -> bool:
        return bool(started_in(lab, live.call_id))

    await until(written)
    return live.test, started_in(lab, live.call_id)[0].test


def started_in(lab: Lab, call_id: str) -> list[ev.CallStarted]:
    """The beginning of the call as CEL has it, empty before it is written."""
    records = [placed.record for placed in parse_cel(lab.folders.cel.read_bytes()).records]
    return [e for e in call_events(call_id, records, ()) if isinstance(e, ev.CallStarted)]


async def test_a_test_call_is_marked_live_and_in_asterisks_records(lab: Lab) -> None:
    ami = await lab.tap()
    await place(ami, action_of("4001", "13800138000"))
    assert await how_it_began(lab, ami) == (True, True)


async def test_test_calls_are_not_counted_by_number_and_who_is_one_too_many_is_no_refused_caller(
    tmp_path: Path,
) -> None:
    async with running_lab(tmp_path, admission=AdmissionSpec(per_number=1, calls=2)) as lab:
        ami = await lab.tap()
        for _ in range(3):
            await place(ami, action_of("4001", "13800138000"))
        await ami.wait("OriginateResponse", Response="Failure")
        await ami.wait(lambda _: len(ami.named("UserEvent", UserEvent="RingdeskCall")) == 2)

        async def written() -> list[CelRecord]:
            records = [placed.record for placed in parse_cel(lab.folders.cel.read_bytes()).records]
            return [record for record in records if record.kind == TURNED_AWAY_MARK]

        (away,) = await until(written)
        assert away.detail("extra") == "calls|trunk|4001|test"
        assert turned_away(away) is None


async def test_a_caller_from_outside_is_no_test_and_cannot_claim_to_be(lab: Lab) -> None:
    ami = await lab.tap()
    caller = await lab.caller()
    another = mark_of_test_calls("another installation")
    for claim in (f"4001.{another}", f"4001.{MARK[:-1]}", f"4001.{MARK.upper()}", "4001.", "4001.test"):
        with pytest.raises(Refused):
            await caller.dial(claim)
    call = await caller.dial("4001")
    assert await how_it_began(lab, ami) == (False, False)
    await call.hang_up()
