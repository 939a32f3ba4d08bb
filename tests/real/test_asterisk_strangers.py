"""Who comes by websocket and is no agent's phone is nobody: raw, and a page in a browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from asterisk_conf.secrets import phone_password
from tests.support.console_page import chromium
from tests.support.strangers import strangers
from tests.support.telephony.lab import SECRETS, Lab
from tests.support.telephony.sip_over_websocket import proven, request, websocket_of_a_page

BRANCH = "branch=z9hG4bK{branch}"
VIAS = (
    f"Via: SIP/2.0/WS page.invalid;{BRANCH}",
    f"via: sip/2.0/ws page.invalid;{BRANCH}",
    f"v: SIP/2.0/WSS page.invalid;{BRANCH}",
    f"Via:\r\n SIP / 2.0 /\r\n WS page.invalid ; {BRANCH}",
    "Via: SIP/2.0/WS page.invalid",
    f"Via: SIP/2.0/UDP 127.0.0.1:5060;{BRANCH}",
    f"Via: SIP/2.0/UDP 127.0.0.1:5060;rport=5060;received=127.0.0.1;{BRANCH}",
    f"Via: SIP/2.0/UDP 127.0.0.1;ttl=3;maddr=127.0.0.1;rport=7;{BRANCH}",
    f'Via: SIP/2.0/UDP 127.0.0.1;maddr="a;b";{BRANCH}',
    f"Via: SIP/2.0/TCP a;{BRANCH}, SIP/2.0/UDP b;rport=3;received=198.51.100.1;branch=z9hG4bKb",
    f"v: SIP/2.0/UDP a;{BRANCH}\r\nVia: SIP/2.0/UDP b;rport=3;received=198.51.100.1;branch=z9hG4bKb",
)
UNREADABLE = f"Via: SIP/2.0/UDP a;x={'y' * 5000};{BRANCH}"


async def test_a_page_is_never_the_trunk_however_it_writes_its_way(lab: Lab) -> None:
    ami = await lab.tap()
    async with websocket_of_a_page(lab.spec.ports.http) as page:
        answers = {via: (await page.answer(request(via=via))).status for via in VIAS}
        assert answers == dict.fromkeys(VIAS, 401)
        for name in ("trunk", "1001", "stranger", "loop"):
            assert (await page.answer(request(user=name))).status == 401
        for method in ("REGISTER", "OPTIONS", "SUBSCRIBE", "MESSAGE"):
            assert (await page.answer(request(method))).status == 401
        await ami.action("Ping")
        assert ami.named("Newchannel") == []
        # Too long for Asterisk to look at before there is a channel: no call all the same.
        assert (await page.answer(request(via=UNREADABLE))).status == 403
        assert (await page.answer(request(via=UNREADABLE, to="13800138000"))).status == 403
    await ami.action("Ping")
    assert ami.named("UserEvent") == []


async def test_who_proves_to_be_nobody_reaches_no_number(lab: Lab) -> None:
    """The password of nobody is a secret, but nothing depends on it."""
    async with websocket_of_a_page(lab.spec.ports.http) as page:
        for user in ("stranger", "trunk", "1001"):
            assert (await proven(page, "INVITE", user, "a guess", to="4001")).status == 401


async def test_an_agents_phone_registers_again_and_again_over_a_websocket(lab: Lab) -> None:
    ami = await lab.tap()
    password = phone_password(SECRETS.master, "1001", 0)
    async with websocket_of_a_page(lab.spec.ports.http) as phone:
        for _ in range(3):
            assert (await proven(phone, "REGISTER", "1001", password, to="1001")).status == 200
        await proven(phone, "REGISTER", "1001", password, to="1002")
        for extension, has_phone in (("1001", True), ("1002", False)):
            contact = await ami.action("Getvar", Variable=f"PJSIP_AOR({extension},contact)")
            assert bool(contact["Value"]) is has_phone
        assert (await proven(phone, "INVITE", "1001", password, to="4001")).status == 404


OPEN_A_WEBSOCKET = (
    b"GET /ws HTTP/1.1\r\nHost: asterisk\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: sip\r\n\r\n"
)


@pytest.mark.parametrize("says", [b"", OPEN_A_WEBSOCKET], ids=["nothing", "a websocket, then nothing"])
async def test_a_thousand_who_say_nothing_keep_no_phone_out(lab: Lab, says: bytes) -> None:
    async with strangers(1100, lab.spec.ports.http, says) as crowd:
        async with websocket_of_a_page(lab.spec.ports.http) as phone:
            password = phone_password(SECRETS.master, "1001", 0)
            assert (await proven(phone, "REGISTER", "1001", password, to="1001")).status == 200
        assert crowd.inside == 1100


async def test_a_way_through_websockets_elsewhere_is_no_reason_to_refuse_a_trunks_call(lab: Lab) -> None:
    """A proxy in front may serve browsers of its own: what counts is how the request came to us."""
    ami = await lab.tap()
    phone = await lab.caller()
    over_udp = f"Via: SIP/2.0/UDP 127.0.0.1;rport;{BRANCH}"
    for ways in (
        f"Via: SIP/2.0/WS page.invalid;rport;{BRANCH}",
        f"{over_udp}\r\nVia: SIP/2.0/WSS b.invalid;rport=4",
    ):
        phone.send_raw(request(via=ways))
    await ami.wait("UserEvent", UserEvent="RingdeskCall")

    def two_calls() -> bool:
        return len(ami.named("UserEvent", UserEvent="RingdeskCall")) == 2

    await ami.wait(lambda event: two_calls())


SEND = """async ([url, request]) => {
    const socket = new WebSocket(url, "sip");
    await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
    const answer = new Promise((resolve) => {
        socket.onmessage = ({ data }) => {
            if (!data.startsWith("SIP/2.0 1")) resolve(data.split("\\r\\n")[0]);
        };
    });
    socket.send(request);
    return await answer;
}"""


@asynccontextmanager
async def foreign_page() -> AsyncIterator[str]:
    """The address of an empty page that has nothing to do with Ringdesk."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


async def test_a_foreign_page_in_a_browser_is_nobody(lab: Lab) -> None:
    ami = await lab.tap()
    async with foreign_page() as address, chromium() as browser:
        page = await browser.new_page()
        await page.goto(address)
        url = f"ws://127.0.0.1:{lab.spec.ports.http}/ws"
        assert await page.evaluate(SEND, [url, request()]) == "SIP/2.0 401 Unauthorized"
    await ami.action("Ping")
    assert ami.named("Newchannel") == []
