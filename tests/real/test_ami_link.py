"""The AMI link on a real Asterisk: actions, hostile texts, the snapshot, and the ways Asterisk goes away."""

import os
import signal
from pathlib import Path
from typing import Any

from cti.ami.action import MAX_LINE_BYTES
from cti.ami.questions import is_registered
from cti.ami.snapshot import MemberStatus, Snapshot, take_snapshot
from cti.ami.state import DownReason
from cti.settings import AmiSettings
from tests.support.telephony.lab import SECRETS, Lab
from tests.support.waiting import until
from tests.unit.cti.ami.listening import Listening, listening_with


def settings_of(lab: Lab, **changed: Any) -> AmiSettings:
    quick = {"retry_first_s": 0.05, "retry_max_s": 0.1, "rejected_retry_s": 0.1}
    return AmiSettings.model_validate({"port": lab.spec.ports.ami, "secret": SECRETS.ami, **quick, **changed})


async def add_member(owner: Listening, queue: str, extension: str) -> None:
    reply = await owner.link.action(
        {"Action": "QueueAdd", "Queue": queue, "Interface": f"PJSIP/{extension}", "MemberName": extension}
    )
    assert reply.success, reply.message


async def test_actions_that_hang_or_break_panoramisk_are_answered(lab: Lab) -> None:
    async with listening_with(settings_of(lab)) as owner:
        await add_member(owner, "service", "1001")
        originate = {"Action": "Originate", "Channel": "Local/s@nowhere", "Application": "Wait", "Data": "1"}
        assert not (await owner.link.action(originate)).success
        asynchronous = await owner.link.action({**originate, "Async": "true"})
        assert asynchronous.message == "Originate successfully queued"
        await owner.until(lambda: len(named(owner, "OriginateResponse")) == 1)
        assert named(owner, "OriginateResponse")[0]["Response"] == "Failure"
        digit = await owner.link.action({"Action": "PlayDTMF", "Channel": "none", "Digit": "1"})
        assert digit.message == "Channel not found"
        assert owner.lost == []


async def test_hostile_texts_come_back_as_they_were(lab: Lab, tmp_path: Path) -> None:
    trap = tmp_path / "was-here"
    texts = (
        '"quoted" \\ and more',
        f"${{SHELL(touch {trap})}}",
        "<script>alert(1)</script>",
        "李娜 🦊" * 40,
        "a: b: c",
        "x" * (MAX_LINE_BYTES - len("Text: ")),
    )
    async with listening_with(settings_of(lab)) as owner:
        for text in texts:
            reply = await owner.link.action({"Action": "UserEvent", "UserEvent": "Probe", "Text": text})
            assert reply.success, reply.message
        events = await owner.until_events(len(texts))
        assert tuple(event["Text"] for event in events) == texts
    assert not trap.exists()


async def test_the_snapshot_shows_a_call_its_agent_and_a_caller_who_waits(lab: Lab) -> None:
    async with listening_with(settings_of(lab)) as owner:
        idle = await take_snapshot(owner.link)
        assert idle.channels == ()
        assert not await is_registered(owner.link, "1001")
        agent = await lab.agent("1001")
        assert await is_registered(owner.link, "1001")
        await add_member(owner, "service", "1001")
        call = await (await lab.caller(name="Zoë 🦊")).dial("4001")
        await (await agent.ring()).answer()
        await (await lab.caller("+8613900139000")).dial("4001")
        await owner.until(lambda: len(named(owner, "QueueCallerJoin")) == 2)
        picture = await until(lambda: picture_of_a_conversation(owner))
        (queue,) = [queue for queue in picture.queues if queue.name == "service"]
        assert [(m.name, m.in_call, m.status) for m in queue.members] == [("1001", True, MemberStatus.BUSY)]
        assert len(queue.calls) == 1
        talking = [channel for channel in picture.channels if channel.bridge_id]
        assert len(talking) == 2
        assert {channel.call_id for channel in talking} & {channel.uniqueid for channel in talking}
        assert len({channel.call_id for channel in talking}) == 1
        assert "Zoë 🦊" in {channel.caller_name for channel in talking}
        assert picture.devices["PJSIP/1001"] == "BUSY"
        await call.hang_up()


async def picture_of_a_conversation(owner: Listening) -> Snapshot | None:
    """Agent and caller are brought together a moment after the answer."""
    picture = await take_snapshot(owner.link)
    return picture if sum(channel.bridge_id is not None for channel in picture.channels) == 2 else None


def named(owner: Listening, name: str) -> list[dict[str, str]]:
    return [event for event in owner.events if event["Event"] == name]


async def test_a_wrong_secret_is_explained(lab: Lab) -> None:
    settings = settings_of(lab, secret="not-the-secret")
    async with listening_with(settings, ready=False) as owner:
        lost = await owner.until_lost()
        assert lost.reason is DownReason.REJECTED
        assert "Authentication failed" in lost.detail


async def test_an_asterisk_that_hangs_is_noticed_and_heard_again(lab: Lab) -> None:
    pid = lab.asterisk.pid()
    assert pid is not None
    async with listening_with(settings_of(lab, idle_ping_s=0.2, pong_timeout_s=0.3)) as owner:
        os.kill(pid, signal.SIGSTOP)
        try:
            assert (await owner.until_lost()).reason is DownReason.SILENT
        finally:
            os.kill(pid, signal.SIGCONT)
        await owner.until_ready(2)
        assert owner.ready[1].uptime_s is not None


async def test_an_asterisk_that_is_killed_and_started_is_found_again(lab: Lab) -> None:
    pid = lab.asterisk.pid()
    assert pid is not None
    async with listening_with(settings_of(lab)) as owner:
        os.kill(pid, signal.SIGKILL)
        assert (await owner.until_lost()).reason is DownReason.CLOSED
        await lab.asterisk.stop()
        await lab.asterisk.start()
        await owner.until_ready(2)
        assert (await owner.link.action({"Action": "Ping"})).success


async def test_an_asterisk_that_is_stopped_says_so(lab: Lab) -> None:
    async with listening_with(settings_of(lab)) as owner:
        await lab.asterisk.stop()
        assert (await owner.until_lost()).reason is DownReason.SHUTDOWN
