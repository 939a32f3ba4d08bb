"""The measuring program of the painted pop: its call, its message, and the phone that it rings."""

from datetime import UTC, datetime

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from agent_console.gateway import wire
from agent_console.gateway.protocol import to_json
from asterisk_conf.render import DROPPED_EVENTS
from bench.ami_traffic import read_scene
from bench.pop_painted import CALLER, RECORDED, RINGS, Painted, call_id, parts, report
from bench.ringing_phone import ringing_phone
from cti.domain.agent import Activity, Agent, AgentInfo
from cti.domain.views import view_agent
from tests.support.ports import free_ports
from tests.support.telephony import sip_message

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CONTACT = "sip:abc@page.invalid;transport=ws"


def test_the_page_waits_for_the_message_that_its_agent_rings() -> None:
    agent = Agent(AgentInfo("1001", 1, "lina", "李娜"), since=NOW)
    assert RINGS not in to_json(wire.agent(view_agent(agent)))
    agent.act(Activity.RINGING, "c1", NOW)
    assert RINGS in to_json(wire.agent(view_agent(agent)))


def test_each_call_comes_in_as_a_test_call_rings_at_the_agent_and_ends() -> None:
    scene = read_scene(RECORDED, DROPPED_EVENTS)
    calls = [parts(scene, number) for number in (0, 1)]
    for before, ring, after in calls:
        assert sum(b"UserEvent: RingdeskCall\r\nTest: test\r\n" in raw for raw in before) == 1
        assert b"DestChannel: PJSIP/1001-" in ring
        assert any(raw.startswith(b"Event: Hangup\r\n") for raw in after)
        assert all(raw.endswith(b"\r\n\r\n") for raw in (*before, ring, *after))
    assert call_id(calls[0][1]) != call_id(calls[1][1])


def test_the_table_is_in_milliseconds() -> None:
    lines = report(Painted(0.1, 0.2, 0.3), [Painted(0.012, 0.034, 0.056)], "0.1 to 0.2").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[-3:]]
    assert [row[1:] for row in cells] == [["34"] * 3, ["56"] * 3, ["200"] * 3]


async def test_the_phone_registers_rings_with_the_calls_id_and_stops() -> None:
    port = free_ports(1)[0]
    async with ringing_phone(port) as phone:
        url = f"ws://127.0.0.1:{port}/ws"
        async with connect(url, subprotocols=[Subprotocol("sip")]) as page:
            told = [("Via", "SIP/2.0/WS page.invalid;branch=z9hG4bK1"), ("From", "<sip:1001@r>;tag=1")]
            told += [
                ("To", "<sip:1001@r>"),
                ("Call-ID", "r1"),
                ("CSeq", "1 REGISTER"),
                ("Contact", f"<{CONTACT}>"),
            ]
            await page.send(sip_message.build("REGISTER sip:r SIP/2.0", told).decode())
            accepted = sip_message.parse(await page.recv(decode=False))
            assert accepted.status == 200
            assert accepted.contact_uri() == CONTACT
            await phone.registered.wait()

            await phone.ring(CALLER, "c1")
            invite = sip_message.parse(await page.recv(decode=False))
            assert invite.start == f"INVITE {CONTACT} SIP/2.0"
            assert invite.header("x-ringdesk-call") == "c1"
            await phone.stop()
            cancel = sip_message.parse(await page.recv(decode=False))
            assert (cancel.method, cancel.header("via")) == ("CANCEL", invite.header("via"))

            refused = sip_message.response(invite, "487 Request Terminated", "t2", CONTACT)
            await page.send(refused.decode())
            assert sip_message.parse(await page.recv(decode=False)).method == "ACK"
