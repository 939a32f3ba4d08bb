"""Callers who try to be something else: stored as they came, never executed, never a line of a protocol."""

import csv
import secrets
from pathlib import Path

from tests.support.telephony import sip_message
from tests.support.telephony.ami_tap import Event
from tests.support.telephony.lab import Lab
from tests.support.telephony.menu_server import MenuServer
from tests.support.telephony.rtp_voice import RtpVoice
from tests.support.telephony.sip_message import SipMessage
from tests.support.telephony.sip_phone import PhoneCall

FORGED = "%0d%0aEvent%3a%20Forged%0d%0aX%3a%20y"


async def invite(lab: Lab, origin: str, number: str = "4001") -> SipMessage:
    """The answer to an INVITE whose From is written as the test wants it."""
    phone = await lab.caller("1")
    voice = await RtpVoice.open()
    target = f"sip:{number}@127.0.0.1:{lab.spec.ports.sip}"
    call = PhoneCall(phone, secrets.token_hex(8), origin, f"<{target}>", target, voice)
    phone.calls[call.call_id] = call
    reply = await phone.request(call, "INVITE", sip_message.sdp("127.0.0.1", voice.port))
    phone.acknowledge(call, reply)
    voice.close()
    return reply


ORIGINS = (
    f"<sip:{FORGED}@127.0.0.1>",
    f'"x" <sip:138{FORGED}@127.0.0.1>',
    f'"sip:ok@x" <sip:{FORGED}@127.0.0.1>',
    f'"a>b@c" <sip:{FORGED}@127.0.0.1>',
    f"<sips:{FORGED}@127.0.0.1>",
    f"<sip:1;user={FORGED}@127.0.0.1>",
    f"<tel:+123;phone-context={FORGED}>",
    f"sip:{FORGED}@127.0.0.1",
    "<sip:%0AX@127.0.0.1>",
    "<sip:%0DX@127.0.0.1>",
)


async def test_line_breaks_in_a_callers_number_are_refused_before_there_is_a_channel(lab: Lab) -> None:
    ami = await lab.tap()
    answers = {origin: (await invite(lab, origin)).status for origin in ORIGINS}
    assert answers == dict.fromkeys(ORIGINS, 404)
    await ami.action("Ping")
    assert ami.named("Newchannel") == []
    assert b"Forged" not in ami.raw


async def test_a_from_that_is_too_long_to_be_looked_at_is_no_call(lab: Lab) -> None:
    ami = await lab.tap()
    for origin in (f'"{"x" * 5000}" <sip:{FORGED}@127.0.0.1>', f"<sip:{FORGED}@127.0.0.1>;x={'y' * 5000}"):
        assert (await invite(lab, origin)).status == 403
    await ami.action("Ping")
    assert ami.named("UserEvent") == []


async def test_numbers_that_asterisk_knows_by_itself_are_numbers_of_nobody(lab: Lab) -> None:
    """Its default for picking up calls would make a channel, and with it an event, in every context."""
    ami = await lab.tap()
    for origin in (f"<sip:{FORGED}@127.0.0.1>", "<sip:138@127.0.0.1>"):
        assert (await invite(lab, origin, "*8")).status == 404
    await ami.action("Ping")
    assert ami.named("Newchannel") == []


async def test_line_breaks_in_the_number_dialled_are_refused(lab: Lab) -> None:
    ami = await lab.tap()
    for number in (f"4001{FORGED}", f"40012{FORGED}", f"+{FORGED}"):
        assert (await invite(lab, "<sip:138@127.0.0.1>", number)).status == 404
    await ami.action("Ping")
    assert b"Forged" not in ami.raw


# (user of From, name of From, number as AMI shows it, name as AMI shows it)
NAMES = (
    ("13800138000", "${SHELL(touch OWNED)}", "13800138000", "${SHELL(touch OWNED)}"),
    ("%24%7BSHELL(touch%20OWNED)%7D", "x", "${SHELL(touch OWNED)}", "x"),
    ("138", "<script>alert(1)</script>", "138", "<script>alert(1)</script>"),
    ("anonymous", "李娜 😀", "anonymous", "李娜 😀"),
    ("138", "%0d%0aEvent: Forged", "138", "%0d%0aEvent: Forged"),
    ("", "", "", ""),
)


async def test_hostile_names_are_kept_as_they_came_and_do_nothing(lab: Lab) -> None:
    ami = await lab.tap()
    commands = ("SET VARIABLE RD_QUEUE sales", "SET VARIABLE RD_RESULT queue")
    menu = await MenuServer(commands).start(lab.spec.ports.agi)
    for user, name, shown_number, shown_name in NAMES:
        before = len(ami.events)
        call = await (await lab.caller(user, name)).dial("4001")
        joined = await ami.wait("QueueCallerJoin", since=before)
        assert joined["CallerIDNum"] == (shown_number or "<unknown>")
        assert joined["CallerIDName"] == (shown_name or "<unknown>")
        assert menu.environment["agi_callerid"] == (shown_number or "unknown")
        assert not [key for key in menu.environment if not key.startswith("agi_")]
        await call.hang_up()
        await ami.wait("Hangup", since=before)
    assert not list(lab.folders.root.rglob("OWNED"))
    assert names_in_cel(lab.folders.cel) == {shown for _, _, _, shown in NAMES}
    await menu.stop()


def names_in_cel(path: Path) -> set[str]:
    """The names of callers in Asterisk's own record."""
    with path.open(newline="", encoding="utf-8") as file:
        return {row[11] for row in csv.reader(file)}


async def test_a_trunks_caller_may_have_any_number_also_one_of_ours(lab: Lab) -> None:
    """With a record: an extension as a number, from a PBX, is no claim to be that agent."""
    ami = await lab.tap()
    names = ("1001", "trunk", "loop", "forger", "stranger", "phone")
    for name in names:
        assert (await invite(lab, f"<sip:{name}@127.0.0.1>")).status == 200

    def calls() -> list[Event]:
        return ami.named("UserEvent", UserEvent="RingdeskCall")

    await ami.wait(lambda _: len(calls()) == len(names))
    assert [call["CallerIDNum"] for call in calls()] == list(names)
    assert {call["Channel"].partition("-")[0] for call in calls()} == {"PJSIP/trunk"}


async def test_agents_phone_cannot_dial_by_itself(lab: Lab) -> None:
    phone = await lab.agent("1001", host="127.0.0.2")
    uri = f"sip:4001@127.0.0.1:{lab.spec.ports.sip}"
    voice = await RtpVoice.open()
    call = PhoneCall(phone, secrets.token_hex(8), "<sip:1001@127.0.0.1>", f"<{uri}>", uri, voice)
    body = sip_message.sdp("127.0.0.1", voice.port)
    challenge = await phone.request(call, "INVITE", body)
    phone.acknowledge(call, challenge)
    password = phone._password
    proof = sip_message.authorization(challenge.header("www-authenticate"), "1001", password, "INVITE", uri)
    call.remote = f"<{uri}>"
    refused = await phone.request(call, "INVITE", body, headers=[("Authorization", proof)])
    phone.acknowledge(call, refused)
    voice.close()
    assert (challenge.status, refused.status) == (401, 404)
