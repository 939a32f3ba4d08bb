"""Whoever learns the secret of an AMI account runs no program and writes no file, whatever they set."""

from pathlib import Path

import pytest

from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.lab import Lab, add_member
from tests.support.telephony.sip_phone import PhoneCall, SipPhone

ACCOUNTS = ("watchdog", "ringdesk")


class Intruder:
    """Has a program, and a folder in which nothing of Asterisk's belongs."""

    def __init__(self, lab: Lab, root: Path) -> None:
        self._lab = lab
        self._owned = root / "OWNED"
        self.outside = root / "outside"
        self.outside.mkdir()
        self.program = root / "program"
        self.program.write_text(f"#!/bin/sh\ntouch {self._owned}\n")
        self.program.chmod(0o755)
        self.command = f"touch {self._owned}"

    def variables(self) -> dict[str, str]:
        """Values for all that the dialplan reads: each would do harm where it is not filtered."""
        beyond = f"../../../../../../..{self.outside}/x"
        ends_a_recording = f'"x.wav),{self.command},"'
        return {
            "RD_AGI": str(self.program),
            "RD_RECORDINGS": str(self.outside),
            "RD_QUEUE": f"service,,,,20,{self.program}",
            "RD_MAX_WAIT": f"20,{self.program}",
            "RD_OVERFLOW": f"sales,{self.program}",
            "RD_FALLBACK": f"service,{self.program}",
            "RD_CALL": ends_a_recording,
            "RD_STINT": beyond,
            "RD_RECORD": "yes",
            "RD_CALLER": f"x,SHELL({self.command})",
            "RD_PHONE": f"x,SHELL({self.command})",
            "RD_TEST_KEYS": f"1,,200,{self.program}",
            "ARG1": ends_a_recording,
            "ARG2": ends_a_recording,
            "ARG3": beyond,
        }

    async def set_all(self, ami: AmiTap, channel: str | None = None) -> None:
        """On a channel, or else for every channel."""
        where = {"Channel": channel} if channel else {}
        for name, value in self.variables().items():
            await ami.action("Setvar", Variable=name, Value=value, **where)

    def assert_nothing_gained(self) -> None:
        """No program ran, and sound was written where it belongs only."""
        assert not self._owned.exists()
        assert list(self.outside.iterdir()) == []
        incoming = self._lab.folders.incoming_recordings
        strays = [path for path in self._lab.folders.root.parent.rglob("*.wav") if path.parent != incoming]
        assert strays == []


@pytest.fixture
def intruder(lab: Lab, tmp_path: Path) -> Intruder:
    return Intruder(lab, tmp_path)


@pytest.mark.parametrize("account", ACCOUNTS)
async def test_variables_of_every_call_run_no_program_and_write_nowhere_else(
    lab: Lab, intruder: Intruder, account: str
) -> None:
    ami, thief = await lab.tap(), await lab.tap(account)
    await intruder.set_all(thief)
    agent = await lab.agent("1001", "service", "sales", ami=ami)
    call = await (await lab.caller()).dial("4001")
    await converse_and_leave(ami, agent, call)
    intruder.assert_nothing_gained()


@pytest.mark.parametrize("account", ACCOUNTS)
async def test_variables_of_a_caller_who_is_sent_anywhere_run_no_program(
    lab: Lab, intruder: Intruder, account: str
) -> None:
    ami, thief = await lab.tap(), await lab.tap(account)
    agent = await lab.agent("1001", ami=ami)
    places = (
        ("ringdesk-record", "s"),
        ("ringdesk-leg-gone", "s"),
        ("ringdesk-menu-done", "s"),
        ("ringdesk-lost", "s"),
        ("ringdesk-test-caller", "s"),
        ("ringdesk-offer", f"1001,20,,{intruder.program}"),
        ("ringdesk-stint", "s"),
    )

    async def send(context: str, extension: str, **changes: str) -> tuple[PhoneCall, str]:
        since = len(ami.events)
        call = await (await lab.caller()).dial("4001")
        channel = (await ami.wait("QueueCallerJoin", since=since))["Channel"]
        await intruder.set_all(thief, channel)
        for name, value in changes.items():
            await thief.action("Setvar", Channel=channel, Variable=name, Value=value)
        await thief.action("Redirect", Channel=channel, Context=context, Exten=extension, Priority="1")
        return call, channel

    for context, extension in places:
        call, channel = await send(context, extension)
        await call.hang_up()
        await ami.wait("Hangup", Channel=channel)
    call, _ = await send("ringdesk-stint", "s", RD_QUEUE="service")
    await add_member(ami, "service", "1001")  # not before: the redirected call is to ring, not the one before
    await converse_and_leave(ami, agent, call)
    intruder.assert_nothing_gained()


async def test_the_service_may_place_calls_but_they_run_no_program(lab: Lab, intruder: Intruder) -> None:
    ami = await lab.tap()
    agent = await lab.agent("1001", ami=ami)
    variables = [f"{name}={value}".replace(",", "\\,") for name, value in intruder.variables().items()]
    for fields in (
        {"Application": "Record", "Data": f"{intruder.outside}/x.wav,1,1"},
        {"Application": "MixMonitor", "Data": f"x.wav,,{intruder.command}"},
        {"Application": "Queue", "Data": f"service,,,,9,{intruder.program}"},
        {"Application": "AGI", "Data": str(intruder.program)},
        {"Application": "ExecIf", "Data": f"1?AGI:{intruder.program}"},
        {"Context": "ringdesk-record", "Exten": "s", "Priority": "1", "Variable": variables},
        {"Context": "ringdesk-stint", "Exten": "s", "Priority": "1", "Variable": variables},
    ):
        since = len(ami.events)
        reply = await ami.action("Originate", Channel="PJSIP/1001", Async="true", **fields)
        if reply["Response"] == "Success":
            ringing = await agent.ring()
            await ringing.answer()
            up = await ami.wait("OriginateResponse", since=since)
            await ami.action("Hangup", Channel=up["Channel"])
            await ami.wait("Hangup", since=since, Channel=up["Channel"])
    intruder.assert_nothing_gained()


async def converse_and_leave(ami: AmiTap, agent: SipPhone, call: PhoneCall) -> None:
    """The agent answers, both speak for a moment, and every channel is gone afterwards."""
    ringing = await agent.ring()
    await ringing.answer()
    connected = await ami.wait("AgentConnect")
    await ringing.voice.hear(25)
    await call.hang_up()
    for channel in (connected["Channel"], connected["DestChannel"]):
        await ami.wait("Hangup", Channel=channel)
