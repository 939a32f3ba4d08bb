"""The SIP side of one browser's phone, without Asterisk: takes its registration, rings it and stops."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.support.telephony import sip_message
from tests.support.telephony.sip_message import SipMessage

_HERE = "bench.invalid"
_OURS = f"sip:{_HERE};transport=ws"


@dataclass(slots=True)
class RingingPhone:
    """The phone that registered last."""

    registered: asyncio.Event = field(default_factory=asyncio.Event)
    _socket: ServerConnection | None = None
    _contact: str = ""
    _invite: list[tuple[str, str]] = field(default_factory=list)

    async def serve_socket(self, socket: ServerConnection) -> None:
        """Talks with one page until it goes."""
        try:
            async for raw in socket:
                message = sip_message.parse(raw.encode() if isinstance(raw, str) else raw)
                if message.method == "REGISTER" and message.status is None:
                    await self._register(socket, message)
                elif message.method == "INVITE" and (message.status or 0) >= 300:
                    await self._acknowledge(message)
        except ConnectionClosed:
            return

    async def ring(self, number: str, call: str) -> None:
        """An INVITE of this caller, with the call's id as our dialplan adds it."""
        self._invite = [
            ("Via", f"SIP/2.0/WS {_HERE};branch=z9hG4bK{secrets.token_hex(8)}"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:{number}@{_HERE}>;tag={secrets.token_hex(4)}"),
            ("To", f"<{self._contact}>"),
            ("Call-ID", secrets.token_hex(12)),
        ]
        more = [("Contact", f"<{_OURS}>"), ("X-Ringdesk-Call", call)]
        await self._request("INVITE", more, sip_message.sdp("127.0.0.1", 9))

    async def stop(self) -> None:
        """The caller is gone."""
        await self._request("CANCEL")

    async def _register(self, socket: ServerConnection, message: SipMessage) -> None:
        self._socket, self._contact = socket, message.contact_uri()
        # Without its own contact in the answer the phone does not take itself for registered.
        mine = f"{self._contact}>;expires=60;q=1.0"
        answered = sip_message.response(message, "200 OK", secrets.token_hex(4), "contact").decode()
        await socket.send(answered.replace("<contact>", f"<{mine}"))
        self.registered.set()

    async def _acknowledge(self, refusal: SipMessage) -> None:
        self._invite = [(k, refusal.header("to") if k == "To" else v) for k, v in self._invite]
        await self._request("ACK")

    async def _request(self, method: str, more: list[tuple[str, str]] | None = None, body: str = "") -> None:
        assert self._socket is not None, "no phone has registered"
        headers = [*self._invite, ("CSeq", f"1 {method}"), *(more or [])]
        await self._socket.send(
            sip_message.build(f"{method} {self._contact} SIP/2.0", headers, body).decode()
        )


@asynccontextmanager
async def ringing_phone(port: int) -> AsyncIterator[RingingPhone]:
    """Listens where the service tells consoles that Asterisk is."""
    phone = RingingPhone()
    async with serve(phone.serve_socket, "127.0.0.1", port, subprotocols=[Subprotocol("sip")]):
        yield phone
