"""SIP over a websocket as any page can send it: text in, text out, nothing added and nothing checked."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.support.telephony import sip_message
from tests.support.telephony.sip_message import SipMessage

FOREIGN = "https://evil.example"
_ANSWER_S = 10.0


class SipOverWebsocket:
    """One open socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def answer(self, request: str) -> SipMessage:
        """Sends a request as it is written and returns the final response."""
        await self._socket.send(request)
        async with asyncio.timeout(_ANSWER_S):
            while True:
                received = await self._socket.recv()
                message = sip_message.parse(received.encode() if isinstance(received, str) else received)
                if (message.status or 0) >= 200:
                    return message


@asynccontextmanager
async def websocket_of_a_page(port: int, origin: str = FOREIGN) -> AsyncIterator[SipOverWebsocket]:
    """The socket that a page of `origin` opens at Asterisk's port on loopback."""
    url = f"ws://127.0.0.1:{port}/ws"
    # Asterisk does not answer the close of a websocket.
    async with connect(
        url, origin=Origin(origin), subprotocols=[Subprotocol("sip")], close_timeout=0.1
    ) as socket:
        yield SipOverWebsocket(socket)


def request(
    method: str = "INVITE",
    *,
    via: str = "Via: SIP/2.0/WS page.invalid;branch=z9hG4bK{branch}",
    user: str = "+8613800138000",
    to: str = "4001",
    more: str = "",
) -> str:
    """A request with the Via lines that the test wants (with CRLF between them), and an offer of sound."""
    branch = secrets.token_hex(6)
    body = sip_message.sdp("127.0.0.1", 9) if method == "INVITE" else ""
    lines = (
        f"{method} sip:{to}@127.0.0.1 SIP/2.0",
        via.replace("{branch}", branch),
        "Max-Forwards: 70",
        f"From: <sip:{user}@page.invalid>;tag={secrets.token_hex(4)}",
        f"To: <sip:{to}@127.0.0.1>",
        f"Call-ID: {secrets.token_hex(8)}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:{user}@page.invalid;transport=ws>",
        *((more,) if more else ()),
        *(("Content-Type: application/sdp",) if body else ()),
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines) + "\r\n\r\n" + body


async def proven(
    page: SipOverWebsocket, method: str, user: str, password: str, *, to: str
) -> sip_message.SipMessage:
    """The answer to a request that carries the proof which the challenge asks for."""
    challenge = await page.answer(request(method, user=user, to=to))
    assert challenge.status == 401
    uri = f"sip:{to}@127.0.0.1"
    asked = challenge.header("www-authenticate")
    proof = sip_message.authorization(asked, user, password, method, uri)
    return await page.answer(request(method, user=user, to=to, more=f"Authorization: {proof}"))
