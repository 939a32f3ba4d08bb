"""Calls that never enter are heard of, each with its cause, as a real Asterisk refuses them."""

import asyncio
import dataclasses
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from asterisk_conf.secrets import capture_key, phone_password
from asterisk_conf.spec import Identity, TelephonySpec, TrunkSpec
from cti.domain.refusals import CallTurnedAway, RefusalCause
from cti.refused.attempts import Attempts
from cti.refused.listener import CaptureListener, listen
from ringdesk.assembly.refused_calls import surroundings
from tests.support.telephony import sip_message
from tests.support.telephony.lab import SECRETS, Lab, running_lab, telephony_ports
from tests.support.telephony.sip_over_websocket import request, websocket_of_a_page
from tests.support.telephony.sip_phone import Refused
from tests.support.waiting import until

G729 = ("RTP/AVP 0 101", "RTP/AVP 18 101"), ("rtpmap:0 PCMU", "rtpmap:18 G729")
SRTP = (("RTP/AVP", "RTP/SAVP"),)
NO_PORT = ((r"m=audio \d+", "m=audio 0"),)


class Ear:
    """What the service would hear."""

    def __init__(self, spec: TelephonySpec) -> None:
        self.heard: list[CallTurnedAway] = []
        phones = {agent.extension for agent in spec.agents}
        own = surroundings(spec, phones.__contains__, lambda: spec.secrets.master)
        self._listener = CaptureListener(lambda: capture_key(SECRETS.ami), Attempts(own), self.heard.append)
        self._task = asyncio.create_task(listen(spec.ports.capture, lambda: self._listener))

    async def next(self) -> CallTurnedAway:
        """The refusal that comes now, and no other."""

        async def there() -> bool:
            return bool(self.heard)

        # A stranger is one when no proof has come for some seconds.
        await until(there, 15)
        (fact,) = self.heard
        self.heard.clear()
        return fact

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@pytest.fixture
async def carrier(tmp_path: Path) -> AsyncIterator[Lab]:
    """A lab without the demo, which answers every number, and with a trunk that calls come by."""
    trunk = TrunkSpec("carrier", "127.0.0.1", matches=("127.0.0.1",), identity=Identity.P_ASSERTED)
    async with running_lab(tmp_path, demo=False, trunks=(trunk,)) as lab:
        yield lab


@pytest.fixture
async def ear(carrier: Lab) -> AsyncIterator[Ear]:
    ear = Ear(carrier.spec)
    yield ear
    await ear.close()


async def refused(
    lab: Lab,
    dialled: str = "4001",
    *changes: tuple[str, str],
    number: str = "13800138000",
    headers: tuple[tuple[str, str], ...] = (),
    host: str = "127.0.0.1",
) -> int:
    """The status with which a call is refused; `changes` are made to what it offers as sound."""

    def offer(sdp: str) -> str:
        for old, new in changes:
            sdp = re.sub(old, new, sdp)
        return sdp

    with pytest.raises(Refused) as refusal:
        await (await lab.caller(number, host=host)).dial(dialled, offer=offer, headers=list(headers))
    return refusal.value.status


async def test_each_cause_is_told_with_trunk_and_numbers(carrier: Lab, ear: Ear) -> None:
    assert await refused(carrier, "7777") == 404
    fact = await ear.next()
    assert fact.cause is RefusalCause.UNKNOWN_NUMBER
    assert (fact.trunk, fact.number, fact.dialled, fact.address) == (
        "carrier",
        "13800138000",
        "7777",
        "127.0.0.1",
    )

    # As when the carrier begins to call from an address that nobody has told us of.
    assert await refused(carrier, host="127.0.0.9") == 401
    fact = await ear.next()
    assert (fact.cause, fact.trunk, fact.address) == (RefusalCause.STRANGER, "", "127.0.0.9")

    assert await refused(carrier, "4001", *G729) == 488
    fact = await ear.next()
    assert (fact.cause, fact.detail, fact.number) == (RefusalCause.CODEC, "G729", "13800138000")

    assert await refused(carrier, "4001", *SRTP) == 488
    assert (await ear.next()).cause is RefusalCause.ENCRYPTED

    assert await refused(carrier, "4001", *NO_PORT) == 488
    assert (await ear.next()).cause is RefusalCause.CODEC

    forged = (("P-Asserted-Identity", "<sip:1%0d%0aEvent%3a%20Forged@x>"),)
    assert await refused(carrier, headers=forged) == 404
    fact = await ear.next()
    assert (fact.cause, fact.number) == (RefusalCause.FORGED, "1Event: Forged")


async def test_a_page_that_says_it_came_over_udp_is_not_listed_under_the_trunk_of_its_address(
    carrier: Lab, ear: Ear
) -> None:
    written = "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK{branch}"
    async with websocket_of_a_page(carrier.spec.ports.http) as page:
        assert (await page.answer(request(via=written))).status == 401
        fact = await ear.next()
        assert (fact.cause, fact.trunk, fact.address) == (RefusalCause.STRANGER, "", "127.0.0.1")


async def test_an_extensions_number_without_its_proof_is_a_strangers_and_with_it_an_agents_phone(
    carrier: Lab, ear: Ear
) -> None:
    assert await refused(carrier, number="1001", host="127.0.0.9") == 401
    fact = await ear.next()
    assert (fact.cause, fact.trunk, fact.number) == (RefusalCause.STRANGER, "", "1001")
    password = phone_password(SECRETS.master, "1001", 0)
    async with websocket_of_a_page(carrier.spec.ports.http) as phone:
        asked = request(user="1001", to="7777")
        challenge = await phone.answer(asked)
        assert challenge.status == 401
        proof = sip_message.authorization(
            challenge.header("www-authenticate"), "1001", password, "INVITE", "sip:7777@127.0.0.1"
        )
        again = asked.replace("CSeq: 1", "CSeq: 2").replace(
            "\r\n\r\n", f"\r\nAuthorization: {proof}\r\n\r\n", 1
        )
        assert (await phone.answer(again)).status == 404
    # Nothing came of it in all the time that a stranger has.
    assert await refused(carrier, host="127.0.0.9") == 401
    assert (await ear.next()).number == "13800138000"


async def test_the_number_that_the_network_vouches_for_is_the_one_to_call_back(
    carrier: Lab, ear: Ear
) -> None:
    asserted = (("P-Asserted-Identity", "<sip:+8621555500@carrier.example>"),)
    assert await refused(carrier, "7777", number="anonymous", headers=asserted) == 404
    assert (await ear.next()).number == "+8621555500"
    # Taken or refused, it is the same number.
    ami = await carrier.tap()
    older = ("Remote-Party-ID", "<sip:+8621555501@carrier.example>;party=calling")
    for headers, number in (
        ((*asserted, ("Privacy", "id")), "anonymous"),
        ((older,), "+8621555501"),
        (((older[0], f"{older[1]};privacy=full"),), "anonymous"),
        ((("Privacy", "id"),), "13800138000"),
    ):
        assert await refused(carrier, "7777", headers=headers) == 404
        assert (await ear.next()).number == number
        since = len(ami.events)
        call = await (await carrier.caller("13800138000")).dial("4001", headers=list(headers))
        taken = await ami.wait("UserEvent", UserEvent="RingdeskCall", since=since)
        assert taken["CallerIDNum"] == number
        await call.hang_up()


async def test_calls_that_are_taken_and_phones_that_decline_are_no_refusals(carrier: Lab, ear: Ear) -> None:
    ami = await carrier.tap()
    agent = await carrier.agent("1001", "service", ami=ami)
    call = await (await carrier.caller()).dial("4001")
    (await agent.ring()).refuse()
    await ami.wait("DialEnd")
    await call.hang_up()
    # Whatever was to come of it has come before the next one.
    assert await refused(carrier, "7777") == 404
    assert (await ear.next()).dialled == "7777"


async def test_when_the_sound_ports_are_gone_the_caller_is_told_of_and_so_is_the_cause(
    tmp_path: Path,
) -> None:
    ports = telephony_ports()
    few = dataclasses.replace(ports, rtp_last=ports.rtp_first + 9)
    async with running_lab(tmp_path, demo=False, ports=few) as lab:
        ear = Ear(lab.spec)
        # Ten ports: five calls have sound.
        for n in range(5):
            await (await lab.caller(f"1380013800{n}")).dial("4001")
        with pytest.raises(Refused):
            await (await lab.caller("13800138009")).dial("4001")
        assert (await ear.next()).cause is RefusalCause.NO_SOUND
        await ear.close()
